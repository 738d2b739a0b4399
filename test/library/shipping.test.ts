// Goal: a function that is shipped on its own takes exactly what its text names with it, transitively, and nothing of what
// stands beside it; functions that share variables go on sharing them.
// Method: functions are saved in one process and run in another, in a worker thread and in a child process; what a snapshot
// holds is listed, and its size is compared while what must not come along grows.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => lib.remove());

const SCOPE = `
  import { createServer, connect } from 'node:net';
  import { writeFileSync, readFileSync } from 'node:fs';
  const say = (value) => console.log(JSON.stringify(value));
  // The names are those of a module: all its functions have one scope.
  const rates = { eur: 1, usd: 1.1 };
  const round = (n) => Math.round(n * 100) / 100;
  const convert = (n, to) => round(n * rates[to]);
  class Money { constructor(n) { this.n = n } in(to) { return convert(this.n, to) } }
  const priced = (n) => new Money(n).in('usd');
  const size = Number(process.argv[2] ?? 0);
  const large = new Uint8Array(size).fill(7);
  const unrelated = { large };
  const server = createServer().listen(0);
  const socket = connect(server.address().port);
  const usesLarge = () => large.length + unrelated.large.length;
  const usesSocket = () => socket.destroyed;
  const done = () => { server.close(); socket.destroy() };
`;

test('its globals go with it, transitively, and nothing else does', async () => {
  const out = await lib.run(`${SCOPE}
    const bytes = lib.dumps(priced);
    const { code, kinds } = lib.loads(bytes, { mode: 'inspect' });
    say([code.map(({ source }) => source.split(/[ (]/)[0] + ' ' + source.length).length, kinds,
      code.some(({ source }) => /socket|large/.test(source))]);
    done();`);
  const [texts, kinds, hasOthers] = JSON.parse(out);
  // priced, Money, convert, round.
  expect(texts).toBe(4);
  expect(hasOthers).toBe(false);
  // The one object of data is `rates`.
  expect(kinds.object).toBe(1);
  expect(kinds.arrayBuffer).toBeUndefined();
});

test('it runs in another process', async () => {
  await lib.run(`${SCOPE} writeFileSync('priced.pkl', lib.dumps(priced)); done();`);
  const out = await lib.run(
    `import { readFileSync } from 'node:fs'; console.log(lib.loads(readFileSync('priced.pkl'))(10))`,
  );
  expect(Number(out)).toBe(11);
});

test('the size does not grow with what stands beside it, and a socket there is no loss', async () => {
  const program = `${SCOPE}
    say([lib.dumps(priced).length, lib.dumps([priced, convert]).length, lib.dumps(usesLarge).length]);
    done();`;
  const [small, big] = await Promise.all(
    ['10', '3000000'].map(async (bytes) => JSON.parse(await lib.run(program, { args: [bytes] }))),
  );
  expect(big.slice(0, 2)).toEqual(small.slice(0, 2));
  expect(small[0]).toBeLessThan(3000);
  // What names it, has it, and once.
  expect(big[2]).toBeGreaterThan(3_000_000);
  expect(big[2]).toBeLessThan(3_010_000);
});

test('a function that names the socket says so', async () => {
  const out = await lib.run(`${SCOPE}
    try { lib.dumps(usesSocket) } catch (error) { say([error.code, error.message]) }
    done();`);
  const [code, message] = JSON.parse(out);
  expect(code).toBe('PICKLE_UNSAVABLE');
  expect(message).toMatch(/socket.*Socket/);
});

test('functions that share a variable go on sharing it, and only they', async () => {
  await lib.run(`import { writeFileSync } from 'node:fs';
    const make = () => { let n = 0; const log = []; return { up: () => { log.push(++n); return n }, get: () => n, log: () => log } };
    const [one, two] = [make(), make()];
    one.up();
    writeFileSync('shared.pkl', lib.dumps([one.up, one.get, one.log, two.up, two.get]));
    writeFileSync('apart.pkl', lib.dumps([one.up]));`);
  const out = await lib.run(`import { readFileSync } from 'node:fs';
    const [up, get, log, otherUp, otherGet] = lib.loads(readFileSync('shared.pkl'));
    const [alone] = lib.loads(readFileSync('apart.pkl'));
    up(); up(); otherUp();
    console.log(JSON.stringify([get(), log(), otherGet(), alone()]));`);
  expect(JSON.parse(out)).toEqual([3, [1, 2, 3], 1, 2]);
});

test('a global of the session goes with it by value', async () => {
  const out = await lib.run(`const session = new lib.Session();
    await session.evaluator.evaluate('let factor = 3; const scale = (x) => x * factor; const twice = (x) => scale(scale(x))');
    const bytes = lib.dumps(globalThis.twice);
    session.evaluator.drop('factor'); session.evaluator.drop('scale'); session.evaluator.drop('twice');
    let answer; try { answer = lib.loads(bytes)(2) } catch (error) { answer = error.message }
    console.log(JSON.stringify(answer));`);
  expect(JSON.parse(out)).toBe(18);
});

test('a worker thread runs what it is sent, and sends back what it made', async () => {
  const out =
    await lib.run(`import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
    if (isMainThread) {
      const base = 5;
      const add = (x) => x + base;
      const makeCounter = (start) => { let n = start; return { next: () => add(n++), seen: () => n } };
      const counter = makeCounter(1);
      counter.next();
      const worker = new Worker(new URL(import.meta.url), { workerData: lib.dumps({ makeCounter, counter }) });
      worker.on('message', (bytes) => {
        const back = lib.loads(bytes);
        console.log(JSON.stringify([counter.seen(), back.counter.seen(), back.counter.next(), back.made.next(), back.made.seen()]));
      });
    } else {
      const { makeCounter, counter } = lib.loads(workerData);
      counter.next();
      const made = makeCounter(10);
      made.next();
      // Capturing works here too: both are closures of this thread.
      parentPort.postMessage(lib.dumps({ counter, made }));
    }`);
  expect(JSON.parse(out)).toEqual([2, 3, 8, 16, 12]);
});

test('a child process runs what it is sent over its channel', async () => {
  const out =
    await lib.run(`import { fork } from 'node:child_process'; import { fileURLToPath } from 'node:url';
    if (process.send === undefined) {
      const secret = 'kept';
      const work = (list) => list.map((each) => each.length + secret.length);
      const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' });
      child.on('message', (answer) => { console.log(JSON.stringify(answer)); child.disconnect() });
      child.send(lib.dumps({ work, list: ['a', 'bcd'] }));
    } else {
      process.on('message', (bytes) => { const { work, list } = lib.loads(bytes); process.send(work(list)) });
    }`);
  expect(JSON.parse(out)).toEqual([5, 7]);
});
