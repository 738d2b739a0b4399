// Goal: questions about values are answered completely and rightly, run nothing of the values', and end on graphs of any
// depth and size.
// Method: sessions in processes of their own with what cannot be saved in many places, with traps everywhere, with circles;
// values in this process that are a chain of 200,000 and a graph of 300,000. Answers are compared in full.

import { afterAll, expect, test } from 'vitest';
import { detect, pathBetween, retains, sizes, type Why, why } from '../../src/detect/index.js';
import { dumps } from '../../src/library/index.js';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path, env: { BRINE_HOME: `${folder.path}/home`, BRINE_AUTOSAVE: 'off' } };

async function asked<T>(input: string): Promise<T[]> {
  const { stdout, stderr } = await pipe(input, here);
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

test('all problems are told at once, each with every place, the chain and the line', async () => {
  const input = [
    'const port = new MessageChannel(), other = { deep: [new WeakRef({}), { again: port }] }',
    'const f = ((a) => {',
    '  const inner = { port: a }',
    '  return () => inner.port',
    '})(port)',
    'const native = [Math.max.bind(null, 1), new MessageChannel()]',
    '.why --json',
    '.why f --json',
    '.why f → captures inner --json',
    '.why other.deep[0] --json',
  ].join('\n');
  const [all, f, inner, fine] = (await asked<Why>(input)) as [Why, Why, Why, Why];
  expect(all.save).toBe('partly');
  expect(all.problems.map(({ path, alsoCount }) => `${path} ${alsoCount}`).sort()).toEqual([
    'native[1] 0',
    'port 2',
  ]);
  expect(f.problems).toMatchObject([
    {
      name: 'f',
      path: 'f → captures inner.port',
      what: 'MessageChannel',
      also: ['port', 'other.deep[1].again'],
      chain: [
        { step: 'f', type: 'function' },
        { step: 'captures inner', type: 'Object{1}' },
        { step: '.port', type: 'MessageChannel' },
      ],
      code: { line: 4, text: '() => inner.port' },
    },
  ]);
  expect(inner.problems.map(({ path }) => path)).toEqual(['f → captures inner.port']);
  expect(fine.problems).toEqual([]);
});

test('a pinned name is no problem, an imported one goes by reference', async () => {
  const input =
    'let db = new MessageChannel()\n.pin db "connect()"\nimport { sep } from "node:path"\n.why db --json\n.why sep --json\n.why --json';
  const { stdout } = await pipe(input, here);
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Why);
  expect(answers.map(({ save }) => save)).toEqual(['pin', 'link', 'value']);
  expect(answers[1]?.origin).toBe('node:path');
});

test('no question runs anything of the values, whatever they are', async () => {
  const input = `
globalThis.ran = []
const trap = (name) => () => { ran.push(name); throw new Error(name) }
const nasty = { get a() { return trap('getter')() }, toJSON: trap('toJSON'), toString: trap('toString'), [Symbol.iterator]: trap('iterator'), then: trap('then') }
const handler = new Proxy({}, { get: trap('handler') })
const proxy = new Proxy(nasty, handler)
class Nasty extends Array { static get [Symbol.species]() { return trap('species')() } get length2() { return trap('length')() } }
const list = new Nasty(); list.push(nasty, proxy)
const hold = (() => { const inner = proxy; return () => inner })()
Object.defineProperty(globalThis, 'global2', { get: trap('global'), configurable: true, enumerable: true })
.why
.size
.trace
.deps hold
.path hold nasty
.retains nasty
.origin nasty
Array.prototype.map = trap('map'); Map.prototype.get = trap('Map.get'); Array.prototype[Symbol.iterator] = trap('spread')
.why
.size
.trace
.deps hold
.path hold nasty
.retains nasty
.origin nasty
JSON.stringify(ran)
`;
  const { stdout, stderr } = await pipe(input, here);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe("'[]'");
  expect(stderr).toBe('');
});

test('a chain of 200,000 is followed to its end, and a circle once', () => {
  type Link = { next?: Link; end?: object };
  const first: Link = {};
  let last = first;
  for (let i = 0; i < 200_000; i++) {
    last.next = {};
    last = last.next;
  }
  const treasure = { here: true };
  last.end = treasure;
  last.next = first;
  const web = detect(dumps({ first, treasure }));
  expect(why(web)).toEqual({ path: '', type: '', save: 'value', problems: [] });
  const { path, chain } = pathBetween(web, '.first', '.treasure') ?? {};
  expect(chain).toHaveLength(200_002);
  expect(path).toMatch(/^\.first\.next.* … \d+ steps … .*\.next\.end$/);
  expect(retains(web, '.first')?.values).toBe(200_001);
  expect(sizes(web)?.parts[0]?.parts[0]?.values).toBeGreaterThan(200_000);
});

test('a wide graph takes well below a second', () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => ({ i, pair: [i], at: { i } }));
  const bytes = dumps(rows);
  const start = process.cpuUsage();
  const web = detect(bytes);
  const found = sizes(web);
  retains(web, '[5]');
  const { user } = process.cpuUsage(start);
  expect(found?.values).toBe(300_003);
  expect(user / 1e6).toBeLessThan(4);
});

test('what is shared is counted once, in a sum that is that of its parts', () => {
  const text = 'z'.repeat(5000);
  const shared = { text };
  const found = sizes(detect(dumps({ a: { shared }, b: { shared }, c: shared })), '', { depth: 2 });
  expect(found?.bytes).toBeGreaterThanOrEqual(5000);
  expect(found?.bytes).toBeLessThan(5200);
  expect(found?.parts[0]?.parts[0]).toMatchObject({ path: '.c', places: 3 });
});

test('paths that lead nowhere, and words that are missing', async () => {
  const { stderr } = await pipe('let counter = {a: 1}\n.why countre', here);
  expect(stderr).toContain('did you mean counter?');
  expect((await pipe('let counter = {a: 1}\n.why counter.b', here)).stderr).toContain(
    'counter has nothing at counter.b',
  );
  expect(await pipe('let a = 1\n.path a', here)).toMatchObject({ code: 2 });
  expect((await pipe('let a = {}\n.deps a', here)).stderr).toContain(
    'a is no function that a save brings along',
  );
});

test('a file is asked without being trusted, and its texts reach the terminal escaped', async () => {
  const input =
    'globalThis["a\\u001b[2Jb"] = { "k\\u202e": new MessageChannel(), f: function () { return "\\u001b]0;x\\u0007" } }\n.save hostile.pkl';
  expect(await pipe(input, here)).toMatchObject({ code: 0 });
  const stranger = { ...here, env: { ...here.env, BRINE_HOME: `${folder.path}/stranger` } };
  for (const words of [
    ['why'],
    ['size'],
    ['origin', 'a\u001b[2Jb'],
    ['retains', 'a\u001b[2Jb'],
    ['deps', 'a\u001b[2Jb.f'],
  ])
    for (const more of [[], ['--json']]) {
      const [name = '', ...rest] = words;
      const run = await brine([name, 'hostile.pkl', ...rest, ...more], stranger);
      expect(run.stderr).toBe('');
      expect(run.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      expect(run.code).toBe(name === 'why' ? 4 : 0);
    }
});
