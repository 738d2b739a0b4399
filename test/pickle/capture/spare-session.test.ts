// Goal: who pickles code again and again does not pay for a new connection to V8 each time, and nobody stays connected.
// Method: a process that counts what is sent to the inspector, by command.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { COUNT_SENT, COUNTING } from '../../helpers/inspector-count.js';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => lib.remove());

const counted: LibraryBundle['run'] = (program, options = {}) =>
  lib.run(program, { ...options, flags: [...COUNTING, ...(options.flags ?? [])] });

const COUNT = `${COUNT_SENT}
  const during = (work) => { sent = {}; work(); return sent; };
  let n = 0;
  const count = () => ++n;
  class Account { #sum = 1; get sum() { return this.#sum } }
  const account = new Account();
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;

test('a dump goes on with the connection of the one before, which is closed when nobody comes', async () => {
  const out = await counted(`${COUNT}
    // The first one also tries what V8 can do.
    lib.dumps(count);
    lib.dumps(count);
    const again = during(() => { lib.dumps(count); lib.dumps({ count, account: 1 }); });
    await wait(600);
    const afterAll = sent;
    const later = during(() => lib.dumps(count));
    console.log(JSON.stringify([again['Debugger.enable'] ?? 0, afterAll['Debugger.disable'], later['Debugger.enable']]));`);
  expect(JSON.parse(out)).toEqual([0, 1, 1]);
});

test('breakpoints are removed before a connection waits, and others go on with it', async () => {
  const out = await counted(`${COUNT}
    const make = () => { let k = 0; return { inc: () => ++k, get: () => k } };
    const pair = [make(), make()];
    lib.dumps(pair);
    const again = during(() => lib.dumps(pair));
    const [one, other] = lib.loads(lib.dumps(pair));
    console.log(JSON.stringify([
      again['Debugger.enable'] ?? 0,
      again['Debugger.setBreakpoint'] > 0,
      again['Debugger.setBreakpoint'] - again['Debugger.removeBreakpoint'],
      [one.inc(), one.get(), other.get(), pair[0].get()],
    ]));`);
  expect(JSON.parse(out)).toEqual([0, true, 0, [1, 1, 0, 0]]);
});

test('private members of a class are read through a frame of it once in a process', async () => {
  const out = await counted(`${COUNT}
    lib.dumps(account);
    await wait(600);
    const again = during(() => lib.dumps(account));
    const copy = lib.loads(lib.dumps(account));
    console.log(JSON.stringify([again['Debugger.setBreakpoint'] ?? 0, copy.sum]));`);
  expect(JSON.parse(out)).toEqual([0, 1]);
});

test('a reducer that pickles code itself has a connection of its own', async () => {
  const out = await counted(`${COUNT}
    class Box { constructor(fn) { this.fn = fn } }
    lib.registerReducer(Box, { name: 'box', reduce: (box) => Buffer.from(lib.dumps(box.fn)), revive: (bytes) => new Box(lib.loads(bytes)) });
    n = 0;
    const [box, alone] = lib.loads(lib.dumps([new Box(count), count]));
    console.log(JSON.stringify([box.fn(), box.fn(), alone(), count()]));`);
  expect(JSON.parse(out)).toEqual([1, 2, 1, 1]);
});

test('a connection that waits keeps no process alive', async () => {
  const out = await counted(`${COUNT}
    lib.dumps(count);
    process.on('exit', () => console.log(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length));`);
  expect(out.trim()).toBe('0');
});

test('V8 stops for no class with private fields whose methods it can enter', async () => {
  const out = await counted(`${COUNT}
    globalThis.ran = 0;
    const makers = Array.from({ length: 3 }, (_, i) => class {
      #own = i;
      #twice() { globalThis.ran++; return 2 * this.#own; }
      read(by = globalThis.ran++) { globalThis.ran++; return this.#own; }
      static { globalThis.made = (globalThis.made ?? 0) + 1; }
      get twice() { return this.#twice(); }
    });
    // Of so many instances V8 is not asked one by one.
    const made = Array.from({ length: 1500 }, (_, i) => new makers[i % 3]());
    lib.dumps(made[0]); // the first one also tries what V8 can do
    const sentNow = during(() => lib.dumps(made));
    const ran = globalThis.ran;
    const copies = lib.loads(lib.dumps(made));
    console.log(JSON.stringify([
      ran,
      sentNow['Debugger.evaluateOnCallFrame'] ?? 0,
      sentNow['Debugger.resume'] ?? 0,
      copies.every((copy, i) => copy.read() === i % 3 && copy.twice === 2 * (i % 3)),
    ]));`);
  // One evaluation asks whether the program stands still.
  expect(JSON.parse(out)).toEqual([0, 1, 0, true]);
});

test('where a class sees another eval V8 stops, and where no code may be made of texts it need not; none of the program’s runs', async () => {
  const program = (make: string): string => `${COUNT}
    globalThis.ran = 0;
    const Made = ${make};
    const boxes = Array.from({ length: 500 }, () => new Made());
    const losses = [];
    lib.dumps(boxes, { onLoss: (loss) => losses.push(loss) });
    const stops = sent['Debugger.evaluateOnCallFrame'] - 1;
    console.log(JSON.stringify([globalThis.ran, stops > 0, losses.length]));`;
  const plain = 'class { #own = 7; #m() {} read() { globalThis.ran++; this.#m(); return this.#own; } }';
  const flags = ['--disallow-code-generation-from-strings'];
  expect(JSON.parse(await counted(program(plain), { flags }))).toEqual([0, false, 0]);
  const text = `return ${plain.replace('return', 'return eval || ')}`;
  const other = `new Function('eval', ${JSON.stringify(text)})(() => { globalThis.ran++; })`;
  expect(JSON.parse(await counted(program(other)))).toEqual([0, true, 0]);
});
