// Goal: a program can drive a session through `brine serve`: what it asks is answered with what came of it, bounded; nothing that the
// session's code does breaks a line, hangs it for good, or costs what was unsaved.
// Method: one server for what needs no end of it, and some that are killed; every line that comes is checked against
// docs/serve.schema.json. Loops are real ones, and programs that a cell waits for are real programs.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { BRINE, pipe, temporaryFolder } from '../helpers/brine.js';
import { type Line, problemsOf, Served } from '../helpers/serve.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const env = { HOME: folder.path, BRINE_HOME: at('home'), XDG_STATE_HOME: at('state') };
const started: Served[] = [];
const start = (more: Partial<ConstructorParameters<typeof Served>[0]> = {}): Served => {
  const served = new Served({ cwd: folder.path, env, ...more });
  started.push(served);
  return served;
};
let served: Served;

const startShared = async (): Promise<void> => {
  served = start();
  await served.line((line) => line['event'] === 'ready');
};

beforeAll(startShared);

// A server that did not answer would answer nobody any more.
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  served.child.kill('SIGKILL');
  await startShared();
});

afterAll(async () => {
  await served.end();
  const problems = started.map((one) => one.problems);
  for (const { child } of started) child.kill('SIGKILL');
  folder.remove();
  expect(problems.flat()).toEqual([]);
});

test('where the working directory is gone one line says so, and nothing is started again and again', async () => {
  const removed = at('removed');
  mkdirSync(removed);
  const script = `rmdir '${removed}'; exec '${process.execPath}' '${BRINE}' serve`;
  const run = spawnSync('sh', ['-c', script], {
    cwd: removed,
    env: { ...process.env, ...env },
    input: '',
    encoding: 'utf8',
  });
  expect(run).toMatchObject({ status: 1, stdout: '' });
  expect(run.stderr).toBe(
    '✗ the working directory is gone: it was removed, or cannot be read\n  go into a folder that is there, and start brine again\n',
  );
  // Also when it goes while the session is there.
  mkdirSync(removed);
  const later = new Served({ cwd: removed, env });
  await later.line((line) => line['event'] === 'ready');
  rmdirSync(removed);
  later.send('restart');
  await later.line((line) => line['event'] === 'ended' && line['isRestarting'] === false);
  await later.end();
  const said = later.lines
    .filter((line) => line['stream'] === 'stderr')
    .map((line) => line['text'])
    .join('');
  expect(said.split('the working directory is gone')).toHaveLength(2);
  expect(said).not.toContain('uv_cwd');
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const start = Date.now(); Date.now() - start < withinMs; ) {
    if (!isRunning(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

test('a value comes as text and as JSON, with what JSON does not have of it', async () => {
  const result = await served.evaluate('let n: number = 1; ({ n, at: new Date(0), f() {} })', { json: true });
  expect(result).toMatchObject({ status: 'done', value: { n: 1, at: '1970-01-01T00:00:00.000Z' } });
  expect(result['text']).toBe('{ n: 1, at: 1970-01-01T00:00:00.000Z, f: [Function: f] }');
  expect(result['losses']).toEqual([
    { path: '.at', what: 'a Date', became: 'a text' },
    { path: '.f', what: 'a function' },
  ]);
  expect(await served.evaluate('void 0')).not.toHaveProperty('text');
  expect(await served.evaluate('n')).toMatchObject({ status: 'done', text: '1' });
});

test('what is printed comes before the answer, by whatever way it was printed', async () => {
  const id = served.send('evaluate', {
    code: `console.log('one \\u2028'); console.error('two')
      require('fs').writeSync(1, '{"id":1,"result":{}}\\n')
      require('child_process').execSync('echo three', { stdio: 'inherit' })
      process.stdout.write('no end')`,
  });
  await served.answer(id);
  expect(served.printed(id, 'stdout')).toBe('one \u2028\n{"id":1,"result":{}}\nthree\nno end');
  expect(served.printed(id, 'stderr')).toBe('two\n');
  const answerAt = served.lines.findIndex((line) => line['id'] === id && line['result'] !== undefined);
  expect(served.lines.slice(answerAt).filter((line) => line['id'] === id)).toHaveLength(1);
  await served.evaluate('setTimeout(() => console.log("later"), 500)');
  expect(await served.line((line) => /^later/.test(line['text']))).toMatchObject({
    event: 'output',
    id: null,
  });
});

test('what is thrown has its place', async () => {
  const { error, status } = await served.evaluate(
    '\nfunction bad() {\n  throw new RangeError("no")\n}\nbad()',
  );
  expect(status).toBe('failed');
  expect(error).toMatchObject({ name: 'RangeError', message: 'no', place: { line: 3, column: 9 } });
  expect(error.place.file).toMatch(/^In\[\d+\]$/);
  expect(error.stack).toMatch(
    /^Uncaught RangeError: no\n {4}at bad \(In\[\d+\]:3:9\)\n {4}at In\[\d+\]:5:1$/,
  );
  expect((await served.evaluate('let let')).error).toMatchObject({ name: 'SyntaxError', place: { line: 1 } });
  expect((await served.evaluate('throw { toString() { throw 1 } }')).error.name).toBe('');
  await served.evaluate('setTimeout(() => { throw new Error("late") }, 5)');
  const late = await served.line((line) => line['event'] === 'uncaught');
  expect(late['error']).toMatchObject({ name: 'Error', message: 'late' });
});

test('sizes are bounded, and what is left out is counted', async () => {
  const long = await served.evaluate('"x".repeat(50_000)', { textCharactersMax: 100 });
  // Node's own printing stops at 10,000 characters of a string.
  expect([long['text'].length, long['textLeft'] > 9000]).toEqual([100, true]);
  const json = await served.evaluate('"y".repeat(500)', { json: true, jsonCharactersMax: 100 });
  expect(json).not.toHaveProperty('value');
  expect(json['losses'][0].what).toMatch(/too large for JSON/);
  const id = served.send('evaluate', { code: 'process.stdout.write("z".repeat(5_000_000)); 1' });
  const { result } = await served.answer(id);
  expect([served.printed(id).length, result.outputLeft]).toEqual([4_194_304, 5_000_000 - 4_194_304]);
  served.write(`{"id":"long","method":"evaluate","params":{"code":"${' '.repeat(17 * 2 ** 20)}"}}\n`);
  const refused = await served.line((line) => line['error']?.code === 'TOO_LONG');
  expect(refused['id']).toBe(null);
});

/** `[what, code]` that does not end by itself. */
const ENDLESS: readonly (readonly [string, string])[] = [
  ['a loop', 'for (;;);'],
  ['a loop that catches everything', 'for (;;) { try { for (;;); } catch {} finally {} }'],
  ['a loop that prints', 'for (;;) console.log("x", { y: [1, { z: 1 }] })'],
  [
    'a loop that prints now and then',
    'setInterval(() => { for (;;) console.error("x"); }, 1); await new Promise(() => {})',
  ],
  ['a loop in code made of a text', 'new Function("for (;;);")()'],
  ['a loop deep in calls', '(function f(n) { if (n > 0) return f(n - 1); for (;;); })(2000)'],
  ['a regular expression that takes for ever', '/^(a+)+$/.test("a".repeat(60) + "b")'],
  ['a loop after an await', 'await null; for (;;);'],
  ['a promise that never settles', 'await new Promise(() => {})'],
  ['a program', 'require("child_process").execSync("sleep 60")'],
  ['a wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
];

for (const [what, code] of ENDLESS) {
  test(`${what} can be interrupted, and the session goes on`, async () => {
    await served.evaluate('var kept = { list: [1] }');
    const from = served.lines.length;
    const id = served.send('evaluate', { code });
    await served.line((line) => line['event'] === 'cell' && line['id'] === id, from);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await served.ask('interrupt')).toMatchObject({ result: { wasRunning: true } });
    expect((await served.answer(id))['result']).toMatchObject({ status: 'interrupted' });
    expect(await served.evaluate('kept.list.push(2)')).toMatchObject({ status: 'done', text: '2' });
    // What was ended was in no stream's way.
    const printing = served.send('evaluate', { code: 'console.log("out"); console.error("error")' });
    expect((await served.answer(printing))['result']).toMatchObject({ status: 'done' });
    expect(served.printed(printing, 'stdout')).toContain('out\n');
    expect(served.printed(printing, 'stderr')).toContain('error\n');
  });
}

test('a loop that begins while autosave writes can be interrupted', async () => {
  await served.evaluate('var small = {}');
  await new Promise((resolve) => setTimeout(resolve, 900));
  await served.evaluate('var large = Array.from({ length: 100_000 }, (_, index) => ({ index }))');
  const from = served.lines.length;
  const id = served.send('evaluate', { code: 'for (;;);' });
  await served.line((line) => line['event'] === 'cell' && line['id'] === id, from);
  await served.ask('interrupt');
  expect((await served.answer(id))['result']).toMatchObject({ status: 'interrupted' });
  expect(await served.evaluate('large.length')).toMatchObject({ text: '100000' });
});

test('a cell that ends by itself just when it is interrupted is answered, and so is the next', async () => {
  for (let round = 0; round < 24; round++) {
    const loop = `for (const end = performance.now() + ${92 + round}; performance.now() < end; ); 1`;
    const id = served.send('evaluate', { code: round % 2 === 0 ? loop : `await null; ${loop}` });
    await served.line((line) => line['event'] === 'cell' && line['id'] === id);
    served.send('interrupt');
    expect(['done', 'interrupted']).toContain((await served.answer(id))['result']?.status);
    expect(await served.evaluate('7')).toMatchObject({ status: 'done', text: '7' });
  }
});

test('a timer that loops for ever, and a value whose inspection does, can be interrupted', async () => {
  await served.evaluate('setTimeout(() => { for (;;); }, 1); 0');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const waiting = served.send('evaluate', { code: '"next"' });
  await served.ask('interrupt');
  expect(['done', 'interrupted']).toContain((await served.answer(waiting))['result'].status);
  const shown = served.send('evaluate', {
    code: '({ [Symbol.for("nodejs.util.inspect.custom")]() { for (;;); } })',
  });
  await served.line((line) => line['event'] === 'cell' && line['id'] === shown);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await served.ask('interrupt');
  expect((await served.answer(shown))['result']).toMatchObject({ status: 'done', text: '[interrupted]' });
  expect(await served.evaluate('kept.list.length')).toMatchObject({ status: 'done' });
});

test('saves, loads, lists and why answer with the reports of the commands', async () => {
  await served.evaluate('let cfg = { rate: 2 }; const db = { pool: new WeakRef({}) }');
  const saved = (await served.ask('save', { target: 'w.pkl', names: ['cfg', 'db'], note: 'a word' }))[
    'result'
  ];
  expect(saved).toMatchObject({
    exitCode: 0,
    report: { saved: ['cfg', 'db'], target: 'w.pkl', signed: 'own' },
  });
  const line = (await served.ask('command', { line: '.save w.pkl cfg db --json' }))['result'];
  expect(Object.keys(line.json).sort()).toEqual(Object.keys(saved.report).sort());
  const listed = (await served.ask('list', { filter: 'cfg' }))['result'].report;
  expect(listed).toEqual([
    {
      name: 'cfg',
      kind: 'let',
      type: 'Object{1}',
      preview: '{ rate: 2 }',
      cell: expect.any(Number),
      save: 'value',
    },
  ]);
  const why = (await served.ask('why', { path: 'db' }))['result'].report;
  expect(why).toMatchObject({ path: 'db' });
  await served.evaluate('cfg = 0');
  const loaded = (await served.ask('load', { source: 'w.pkl', names: ['cfg'] }))['result'].report;
  expect(loaded).toMatchObject({ restored: ['cfg'], whose: 'own', opened: 'trusted' });
  expect(await served.evaluate('cfg.rate', { json: true })).toMatchObject({ value: 2 });
  const strict = await served.ask('load', { source: 'none.pkl' });
  expect(strict['error']).toMatchObject({ code: 'STORE_READ', exitCode: 1, hint: expect.any(String) });
});

test('a file of a stranger is refused, unless the request says how to open it', async () => {
  const strange = { ...env, BRINE_HOME: at('stranger') };
  await pipe('const theirs = 7, boom = () => { globalThis.ran = true; return 1 }\n.save theirs.pkl\n', {
    cwd: folder.path,
    env: strange,
  });
  const refused = await served.ask('load', { source: 'theirs.pkl' });
  expect(refused['error']).toMatchObject({ code: 'RESTRICTED_CODE', exitCode: 3 });
  expect(await served.evaluate('typeof theirs')).toMatchObject({ text: "'undefined'" });
  const data = (await served.ask('load', { source: 'theirs.pkl', data: true }))['result'].report;
  expect(data).toMatchObject({ opened: 'data', restored: ['boom', 'theirs'] });
  expect((await served.evaluate('boom()')).status).toBe('failed');
  await served.ask('load', { source: 'theirs.pkl', trust: true });
  expect(await served.evaluate('boom()')).toMatchObject({ text: '1' });
});

test('a save can be interrupted: it says so, no file is there, and the next one is not', async () => {
  await served.evaluate('var many = Array.from({ length: 60_000 }, (_, n) => new Map([[n, new Set([n])]]))');
  const id = served.send('save', { target: 'many.pkl', names: ['many'] });
  served.send('interrupt');
  expect((await served.answer(id))['error']).toMatchObject({ code: 'INTERRUPTED' });
  expect(readdirSync(folder.path).filter((name) => name.includes('many.pkl'))).toEqual([]);
  // An interrupt that comes when nothing runs is for nobody.
  await served.ask('interrupt');
  const saved = await served.ask('save', { target: 'many.pkl', names: ['many'] });
  expect(saved['result'].report.saved).toEqual(['many']);
  await served.evaluate('many = 0');
});

/** `[what, line, code]` that is no request. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['no JSON', 'evaluate 1', 'JSON'],
  ['no object', '[1]', 'REQUEST'],
  ['no id', '{"method":"list"}', 'REQUEST'],
  ['a word too many', '{"id":"a","method":"list","code":"1"}', 'REQUEST'],
  ['no method of that name', '{"id":"a","method":"run"}', 'METHOD'],
  ['a method of notebooks', '{"id":"a","method":"evaluateCell","params":{"code":"1"}}', 'METHOD'],
  [
    'a parameter that is not there',
    '{"id":"a","method":"evaluate","params":{"code":"1","jsn":true}}',
    'PARAMS',
  ],
  ['a parameter of another type', '{"id":"a","method":"evaluate","params":{"code":1}}', 'PARAMS'],
  ['a parameter too few', '{"id":"a","method":"load"}', 'PARAMS'],
  ['no command', '{"id":"a","method":"command","params":{"line":"1 + 1"}}', 'PARAMS'],
  ['a command that does not exist', '{"id":"a","method":"why","params":{"path":"nobody"}}', 'COMMAND'],
];

for (const [what, line, code] of REFUSED) {
  test(`${what} is refused with ${code}`, async () => {
    const from = served.lines.length;
    served.write(`${line}\n`);
    expect((await served.line((one) => one['error'] !== undefined, from))['error'].code).toBe(code);
  });
}

test('completion, inspection and unfinished texts run nothing', async () => {
  await served.evaluate(
    'globalThis.asked = 0; const trap = { get deep() { asked++; return {} }, plain: { x: 1 } }',
  );
  const { result } = await served.ask('complete', { code: '1; trap.pl', cursor: 10 });
  expect(result).toEqual({ matches: ['trap.plain'], start: 3, end: 10 });
  expect((await served.ask('complete', { code: 'tra' }))['result'].matches).toContain('trap');
  expect((await served.ask('complete', { code: '.reco' }))['result'].matches).toEqual(['.recover']);
  const found = (await served.ask('inspect', { code: 'trap.plain', cursor: 8 }))['result'];
  expect(found).toMatchObject({ isFound: true, name: 'trap.plain', type: 'Object{1}', preview: '{ x: 1 }' });
  expect((await served.ask('inspect', { code: 'trap.deep.x' }))['result']).toEqual({ isFound: false });
  expect((await served.ask('isComplete', { code: 'if (1) {' }))['result']).toEqual({ status: 'incomplete' });
  expect(await served.evaluate('asked')).toMatchObject({ text: '0' });
  const { items } = (await served.ask('history', { count: 1 }))['result'];
  expect(items).toMatchObject([{ source: 'asked', isError: false }]);
});

test('requests that come at once are answered in order; those that cannot wait are not', async () => {
  const ids = ['1', '2', '3'].map((code) => served.send('evaluate', { code }));
  await Promise.all(ids.map((id) => served.answer(id)));
  const order = served.lines.filter((line) => ids.includes(line['id']) && line['result'] !== undefined);
  expect(order.map((line) => line['result'].text)).toEqual(['1', '2', '3']);
  const slow = served.send('evaluate', { code: 'await new Promise(() => {})' });
  const next = served.send('evaluate', { code: '4' });
  expect((await served.ask('status'))['result']).toMatchObject({
    isServing: true,
    serving: slow,
    waiting: 1,
  });
  await served.ask('interrupt');
  expect((await served.answer(next))['result'].text).toBe('4');
});

test('code that writes where answers go, replaces JSON or ends the process breaks no line', async () => {
  const one = start();
  await one.line((line) => line['event'] === 'ready');
  const forged = '{"request":1,"result":{"status":"done","cell":0,"durationMs":0,"text":"forged"}}';
  expect(
    await one.evaluate(`require("fs").writeSync(4, ${JSON.stringify(`${forged}\n{"half`)}); 1`),
  ).toMatchObject({ text: '1' });
  await one.evaluate(
    'JSON.stringify = () => "bad"; Array.prototype.push = () => 0; Object.prototype.event = 1',
  );
  expect(await one.evaluate('[1, 2]', { json: true })).toMatchObject({ value: [1, 2] });
  await one.evaluate('process.removeAllListeners(); delete globalThis.process; let Map = 1');
  expect(await one.evaluate('Map + 1')).toMatchObject({ text: '2' });
  const ended = await one.ask('evaluate', { code: 'require("process").exit(5)' });
  expect(ended['error']).toMatchObject({ code: 'ENDED' });
  expect(await one.line((line) => line['event'] === 'ended')).toMatchObject({
    exitCode: 5,
    isRestarting: true,
  });
  expect(await one.evaluate('typeof Map')).toMatchObject({ text: "'function'" });
  await one.ask('evaluate', { code: 'require("fs").closeSync(4)' });
  expect(await one.evaluate('"again"')).toMatchObject({ text: "'again'" });
  expect(await one.end()).toBe(0);
  expect(one.stderr).toBe('');
});

test('a server that is killed loses nothing: the next one offers it, and reports what came back', async () => {
  const state = { ...env, XDG_STATE_HOME: at('state-killed') };
  const first = start({ env: state });
  const { pid } = await first.line((line) => line['event'] === 'ready');
  await first.evaluate(
    'const { inc, get } = (() => { let n = 40; return { inc: () => ++n, get: () => n } })()',
  );
  await first.evaluate('inc(); let answer = 1; const self = { tags: new Set(["a"]) }; self.me = self; 0');
  first.send('evaluate', { code: 'inc(); answer = 2; for (;;);' });
  await first.line((line) => line['event'] === 'cell' && line['id'] === 3);
  first.child.kill('SIGKILL');
  // The evaluating process ends by itself, although it loops.
  expect(await gone(pid, 20_000)).toBe(true);
  const second = start({ env: state });
  const { unsaved } = await second.line((line) => line['event'] === 'ready');
  expect(unsaved).toMatchObject([{ workingDirectory: folder.path }]);
  const { report } = (await second.ask('recover'))['result'];
  expect(report.loaded.restored).toEqual(['answer', 'get', 'inc', 'self']);
  expect(
    await second.evaluate('[get() >= 41, answer, self.me === self, self.tags.has("a")]', { json: true }),
  ).toMatchObject({ value: [true, 2, true, true] });
  await second.ask('shutdown', { discard: true });
  expect(await second.ended).toBe(0);
  expect(readdirSync(join(state.XDG_STATE_HOME, 'brine/autosave'))).toEqual([]);
});

test('it ends with its input, by a signal and by `.exit`, and leaves no process', async () => {
  const state = { ...env, XDG_STATE_HOME: at('state-ends') };
  for (const [end, code] of [
    [(one: Served) => void one.child.stdin.end(), 0],
    [(one: Served) => void one.child.kill('SIGTERM'), 0],
    [(one: Served) => void one.send('command', { line: '.exit 7' }), 7],
  ] as const) {
    const one = start({ env: state });
    const { pid } = await one.line((line) => line['event'] === 'ready');
    end(one);
    expect(await one.ended).toBe(code);
    expect(isRunning(pid)).toBe(false);
  }
});

test('it ends when whoever reads is gone, whatever is printed, and leaves no process', async () => {
  const one = start({ env: { ...env, XDG_STATE_HOME: at('state-gone') } });
  const { pid } = await one.line((line) => line['event'] === 'ready');
  // At the end of the request, of which nobody hears any more.
  await one.evaluate(
    'setInterval(() => process.stdout.write("x".repeat(100_000)), 1); process.on("exit", () => console.log("bye"))',
  );
  one.child.stdout.destroy();
  one.child.stdin.destroy();
  expect(await gone(one.child.pid as number, 30_000)).toBe(true);
  expect(await gone(pid, 30_000)).toBe(true);
});

test('it ends when its client is gone while a cell loops, and leaves no process', async () => {
  const one = start({ env: { ...env, XDG_STATE_HOME: at('state-looping') } });
  const { pid } = await one.line((line) => line['event'] === 'ready');
  const id = one.send('evaluate', { code: 'for (;;);' });
  await one.line((line) => line['event'] === 'cell');
  one.child.stdin.end();
  // One that only has nothing more to ask is told that its request runs.
  expect(await one.line((line) => line['event'] === 'waiting')).toEqual({ event: 'waiting', id });
  one.child.stdout.destroy();
  expect(await gone(one.child.pid as number, 30_000)).toBe(true);
  expect(await gone(pid, 30_000)).toBe(true);
});

test('it begins with a snapshot, and refuses one that it may not load', async () => {
  const one = start({ parameters: ['w.pkl'] });
  expect((await one.line((line) => line['event'] === 'loaded'))['report'].restored).toContain('cfg');
  expect(await one.evaluate('cfg.rate')).toMatchObject({ text: '2' });
  const theirs = start({ parameters: ['theirs.pkl'] });
  expect(await theirs.ended).toBe(3);
  expect(theirs.stderr).toMatch(/signed|trust/);
  await one.end();
});

test('the schema knows every request, and refuses what is none', () => {
  const methods =
    'evaluate save load list why recover command complete inspect isComplete history interrupt restart';
  for (const method of `${methods} shutdown status`.split(' '))
    expect(problemsOf({ id: 1, method, params: {} }, 'toServer')).toEqual([]);
  expect(problemsOf({ id: 1, method: 'nothing' }, 'toServer')).not.toEqual([]);
  expect(problemsOf({ event: 'output', id: 1, text: 'no stream' } satisfies Line, 'fromServer')).not.toEqual(
    [],
  );
});
