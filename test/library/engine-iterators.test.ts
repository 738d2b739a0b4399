// Goal: iterators over the matches of a regular expression come back where they are; any other iterator of the engine's by itself is a
// tombstone that says why. Saving moves none of them on and runs no code.
// Method: values saved in one process, which goes on with its own; loaded in another, saved there again, and loaded in a third.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
});
afterAll(() => lib.remove());

// What each has left when a step was taken, two, and so on.
const MAKE = `
  const after = (steps, iterator) => {
    for (let i = 0; i < steps; i++) iterator.next();
    return iterator;
  };
  const once = RegExp.prototype[Symbol.matchAll];
  const made = {
    fresh: 'a1b2c3'.matchAll(/\\d/g),
    partWay: after(1, 'a1b2c3'.matchAll(/\\d/g)),
    atTheEnd: after(3, 'a1b2c3'.matchAll(/\\d/g)),
    ended: after(4, 'a1b2c3'.matchAll(/\\d/g)),
    otherCharacters: after(1, 'é1?ż2€3'.matchAll(/\\d/g)),
    joined: after(1, ('a1' + 'abc'.repeat(20) + '2').matchAll(/\\d/g)),
    cut: after(1, ('x'.repeat(30) + '1, 2, 3').slice(10).matchAll(/\\d/g)),
    ofNothing: after(2, '😀b'.matchAll(/(?:)/gu)),
    ofNothingByUnits: after(2, '😀b'.matchAll(/(?:)/g)),
    named: after(1, 'k=1;l=2'.matchAll(/(?<key>\\w)=(?<value>\\d)/dg)),
    sticky: after(1, '112'.matchAll(/1/gy)),
    single: once.call(/\\d/, 'a1b2'),
    singleGiven: after(1, once.call(/\\d/, 'a1b2')),
  };
  made.same = made.partWay;
  made.fresh.tag = 'mine';
  Object.freeze(made.cut);`;

const LEFT = `
  const left = (iterator) => {
    const all = [];
    for (let step = iterator.next(); !step.done; step = iterator.next())
      all.push(step.value.index === undefined ? step.value : [...step.value, step.value.index, step.value.groups]);
    return all;
  };
  const seen = (made) => {
    const told = {};
    const { same, ...others } = made;
    told.isSame = same === others.partWay;
    told.tag = others.fresh.tag;
    told.isFrozen = Object.isFrozen(others.cut);
    for (const [name, iterator] of Object.entries(others)) told[name] = left(iterator);
    return told;
  };`;

const WANT = {
  isSame: true,
  tag: 'mine',
  isFrozen: true,
  fresh: [
    ['1', 1, null],
    ['2', 3, null],
    ['3', 5, null],
  ],
  partWay: [
    ['2', 3, null],
    ['3', 5, null],
  ],
  atTheEnd: [],
  ended: [],
  otherCharacters: [
    ['2', 4, null],
    ['3', 6, null],
  ],
  joined: [['2', 62, null]],
  cut: [
    ['2', 23, null],
    ['3', 26, null],
  ],
  ofNothing: [['', 3, null]],
  ofNothingByUnits: [
    ['', 2, null],
    ['', 3, null],
  ],
  named: [['l=2', 'l', '2', 4, { key: 'l', value: '2' }]],
  sticky: [['1', 1, null]],
  single: [['1', 1, null]],
  singleGiven: [],
};

it('iterators over matches come back twice and are not moved by saving', async () => {
  const folder = lib.folder;
  const first = await lib.run(
    `import { writeFileSync } from 'node:fs';
    ${MAKE} ${LEFT}
    const losses = [];
    const { exec } = RegExp.prototype;
    let asked = 0;
    RegExp.prototype.exec = function (...args) { asked++; return Reflect.apply(exec, this, args); };
    const bytes = lib.dumps(made, { onLoss: (loss) => losses.push(loss) });
    RegExp.prototype.exec = exec;
    writeFileSync(process.argv[2], bytes);
    console.log(JSON.stringify({ losses, asked, seen: seen(made) }));`,
    { args: [join(folder, 'first.pkl')] },
  );
  const made = JSON.parse(first);
  const again = await lib.run(
    `import { readFileSync, writeFileSync } from 'node:fs';
    ${LEFT}
    const made = lib.loads(readFileSync(process.argv[2]));
    const losses = [];
    writeFileSync(process.argv[3], lib.dumps(made, { onLoss: (loss) => losses.push(loss) }));
    console.log(JSON.stringify({ losses, asked: 0, seen: seen(made) }));`,
    { args: [join(folder, 'first.pkl'), join(folder, 'second.pkl')] },
  );
  const last = await lib.run(
    `import { readFileSync } from 'node:fs';
    ${LEFT}
    console.log(JSON.stringify(seen(lib.loads(readFileSync(process.argv[2])))));`,
    { args: [join(folder, 'second.pkl')] },
  );
  const want = { losses: [], asked: 0, seen: WANT };
  // What has no groups has undefined, which is null in JSON.
  expect(made).toEqual(want);
  expect(JSON.parse(again)).toEqual(want);
  expect(JSON.parse(last)).toEqual(WANT);
});

it('iterators that nobody is shown are tombstones with the reason, and go on as they were', async () => {
  const out = await lib.run(`
    const made = {
      elements: ['a', 'b', 'c'].values(),
      text: 'abc'[Symbol.iterator](),
      pieces: new Intl.Segmenter('en').segment('abc')[Symbol.iterator](),
      none: Object.create(Object.getPrototypeOf(''.matchAll(/x/g))),
    };
    // The expression is the program's own here: asking it could run anything.
    class Own extends RegExp {}
    made.own = 'a1b2'.matchAll(new Own('\\\\d', 'g'));
    if (globalThis.Iterator?.prototype.map !== undefined) {
      made.mapped = [1, 2, 3].values().map((each) => each * 2);
      made.first = [1, 2, 3].values().take(2);
      made.wrapped = Iterator.from({ n: 0, next() { return { done: false, value: this.n++ }; } });
    }
    const { none, ...real } = made;
    for (const each of Object.values(real)) each.next();
    const told = {};
    const bytes = lib.dumps(made, { onLoss: ({ path, what, reason, hint }) => (told[path] = [what, reason, hint]) });
    const loaded = lib.loads(bytes);
    const missing = Object.keys(made).filter((name) => {
      try {
        loaded[name].next();
        return false;
      } catch (error) {
        return error.name === 'TombstoneError';
      }
    });
    const nexts = Object.entries(real).map(([name, each]) => [name, each.next().value]);
    console.log(JSON.stringify({ told, missing, names: Object.keys(made), nexts: Object.fromEntries(nexts) }));`);
  const { told, missing, names, nexts } = JSON.parse(out);
  expect(missing).toEqual(names);
  expect(Object.keys(told).sort()).toEqual(names.map((name: string) => `.${name}`).sort());
  expect(told['.elements'][1]).toContain('a number inside of it that V8 shows to nobody');
  expect(told['.text'][1]).toContain('a number inside of it that V8 shows to nobody');
  expect(told['.own'][1]).toContain('only while its regular expression is as it was made');
  expect(told['.pieces'][0]).toBe('Segmenter String Iterator');
  expect(nexts.elements).toBe('b');
  expect(nexts.text).toBe('b');
  expect(nexts.own[0]).toBe('2');
  if (names.includes('mapped')) {
    expect(told['.mapped']).toEqual([
      'Iterator Helper',
      'what it works with, and how far it is, V8 shows to nobody',
      'make it again after loading; a generator function that does the same is saved where it stands',
    ]);
    expect([nexts.mapped, nexts.first, nexts.wrapped]).toEqual([4, 2, 1]);
  }
});
