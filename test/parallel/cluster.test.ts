// Goal: the calls of a pool work over processes that share nothing but a Redis, whatever dies: every result arrives once, and only what
// a trusted key signed is run and believed.
// Method: a real redis-server that is killed and started again, real `brine worker` processes of which one is killed in the middle of a
// task, keys of several users. Without redis-server on the machine there is nothing to try.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumps } from '../../src/library/index.js';
import { type Pool, pool, serveCluster } from '../../src/parallel/index.js';
import { hasRedis, RedisServer } from '../helpers/redis.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const BRINE = join(root, 'dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'brine-cluster-'));
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

class WorkerProcess {
  printed = '';
  readonly process: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(queue: string, env: Record<string, string> = {}, ...flags: string[]) {
    const all = ['worker', '--queue', queue, '--workers', '1', '--stall', '1', ...flags];
    this.process = spawn(process.execPath, [BRINE, ...all], { cwd: folder, env: { ...process.env, ...env } });
    this.process.stdout?.on('data', (data) => (this.printed += data));
    this.process.stderr?.on('data', (data) => (this.printed += data));
    this.#ended = new Promise((resolve) => this.process.once('exit', resolve));
  }

  async waitFor(text: RegExp): Promise<void> {
    const deadline = Date.now() + 50_000;
    while (!text.test(this.printed)) {
      if (Date.now() > deadline) throw new Error(`the worker never printed ${text}: ${this.printed}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.process.kill(signal);
    return this.#ended;
  }
}

test('options of the wrong form are refused, and so is a Redis that is not there', async () => {
  for (const wrong of [
    { cluster: 'http://x' },
    { cluster: 'redis://h:1#a b' },
    { retries: -1 },
    { keepMs: 1.5 },
  ])
    expect(() => pool(wrong), JSON.stringify(wrong)).toThrow(
      expect.objectContaining({ code: 'PARALLEL_OPTION' }),
    );
  expect(() => pool({ cluster: 'redis://127.0.0.1', kind: 'threads' })).toThrow(/kind/);
  expect(await codeOf(serveCluster({ cluster: 'nowhere' }))).toBe('PARALLEL_OPTION');
  const nobody = pool({ cluster: 'redis://127.0.0.1:1' });
  expect(await codeOf(nobody.map((n) => n, [1]))).toBe('CLUSTER_CONNECTION');
  await nobody.close();
  const local = pool({ workers: 1 });
  expect(await codeOf(local.submit((n) => n, [1]))).toBe('PARALLEL_OPTION');
});

describe.skipIf(!hasRedis('the cluster'))('with a redis-server', () => {
  let server: RedisServer;
  let workers: Pool;
  let processes: WorkerProcess[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
    processes = numbers(3).map(() => new WorkerProcess(server.url));
    await Promise.all(processes.map((one) => one.waitFor(/works for redis/)));
    workers = pool({ cluster: server.url, workers: 3, backoffMs: 50 });
  });
  afterAll(async () => {
    await workers?.close();
    await Promise.all(processes.map((one) => one.stop('SIGKILL')));
    await server?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the same calls, with closures, classes and errors', async () => {
    const rate = 3;
    class Cost {
      constructor(readonly n: number) {}
    }
    const made = await workers.map((n) => new Cost(n * rate), numbers(20));
    expect(made.map(({ n }) => n)).toEqual(numbers(20).map((n) => n * rate));
    expect(made.every((one) => one instanceof Cost)).toBe(true);
    expect(await workers.starmap((a, b) => a - b, [[5, 3] as const, [1, 1] as const])).toEqual([2, 0]);
    const letters = numbers(40).map((n) => String.fromCharCode(97 + (n % 26)));
    expect(await workers.reduce((a, b) => a + b, letters, { chunk: 5 })).toBe(letters.join(''));
    const seen: number[] = [];
    for await (const n of workers.uimap((one) => one, numbers(10), { chunk: 2 })) seen.push(n);
    expect(seen.sort((a, b) => a - b)).toEqual(numbers(10));
    const fails = workers.map((n) => JSON.parse(n), ['1', '{'], { chunk: 1 });
    await expect(fails).rejects.toMatchObject({
      code: 'PARALLEL_TASK',
      index: 1,
      cause: expect.any(SyntaxError),
    });
  });

  test('a function that throws is tried again; one that takes too long is ended where it runs', async () => {
    const marks = join(folder, 'tries');
    const flaky = (n: number): number => {
      appendFileSync(marks, 'x');
      if (readFileSync(marks).length < 3) throw new Error('not yet');
      return n;
    };
    expect(await workers.map(flaky, [7])).toEqual([7]);
    expect(readFileSync(marks, 'utf8')).toBe('xxx');
    const hang = (): never => {
      for (;;);
    };
    expect(await codeOf(workers.map(hang, [1], { taskTimeoutMs: 300 }))).toBe('PARALLEL_TIMEOUT');
    expect(await codeOf(workers.map(hang, [1], { timeoutMs: 500 }))).toBe('PARALLEL_TIMEOUT');
    // All workers are free again.
    expect(await workers.map((n) => n, numbers(3), { chunk: 1 })).toEqual(numbers(3));
  });

  test('a worker is killed in the middle of a task and Redis is killed and started again: every result arrives once', async () => {
    const log = join(folder, 'ran');
    writeFileSync(log, '');
    const slow = async (n: number): Promise<number> => {
      appendFileSync(log, `${process.pid} ${n}\n`);
      await new Promise((resolve) => setTimeout(resolve, 150));
      return n * n;
    };
    const victim = processes[0] as WorkerProcess;
    const arrived: number[] = [];
    let isKilled = false;
    let isRestarted = false;
    for await (const square of workers.uimap(slow, numbers(40), { chunk: 1 })) {
      arrived.push(square);
      // It is on a task now: its last line has no result yet.
      if (!isKilled && new RegExp(`^${victim.process.pid} `, 'm').test(readFileSync(log, 'utf8'))) {
        isKilled = true;
        await victim.stop('SIGKILL');
      }
      if (arrived.length >= 15 && !isRestarted) {
        isRestarted = true;
        await server.kill();
        await new Promise((resolve) => setTimeout(resolve, 300));
        await server.restart();
      }
    }
    expect([isKilled, isRestarted]).toEqual([true, true]);
    expect(arrived).toHaveLength(40);
    expect(arrived.sort((a, b) => a - b)).toEqual(numbers(40).map((n) => n * n));
    const ran = readFileSync(log, 'utf8').trim().split('\n');
    expect(new Set(ran.map((line) => line.split(' ')[1])).size).toBe(40);
  });

  test('a job is submitted, its program ends, and another collects it; .jobs lists it', async () => {
    const program = join(folder, 'submit.mjs');
    const url = new URL('../../dist/parallel.js', import.meta.url).href;
    writeFileSync(
      program,
      `import { pool } from ${JSON.stringify(url)};
       class Square { constructor(n) { this.n = n * n } }
       const cluster = pool({ cluster: ${JSON.stringify(server.url)}, workers: 2 });
       console.log(await cluster.submit((n) => new Square(n), [1, 2, 3, 4, 5], { name: 'squares', chunk: 2 }));
       await cluster.close();`,
    );
    const id = execFileSync(process.execPath, [program], { encoding: 'utf8' }).trim();
    const results = await workers.collect<{ n: number }>(id);
    expect(results.map(({ n }) => n)).toEqual([1, 4, 9, 16, 25]);
    expect(new Set(results.map(Object.getPrototypeOf)).size).toBe(1);
    const [job] = await workers.jobs();
    expect(job).toMatchObject({ id, name: 'squares', items: 5, done: 5, state: 'done' });
    const input = `.jobs\n.jobs --collect ${id.slice(0, 8)} --as squares\nsquares.map(({ n }) => n).join()\n.jobs --forget ${id}\n.jobs\n`;
    const printed = execFileSync(process.execPath, [BRINE], {
      input,
      encoding: 'utf8',
      env: { ...process.env, BRINE_CLUSTER: server.url },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(printed).toMatch(
      new RegExp(
        `^id +name +state +items +submitted\n${id.slice(0, 8)} +squares +done +5 of 5 +\\d+ s ago\n'1,4,9,16,25'\nno jobs\n$`,
      ),
    );
    expect(await codeOf(workers.collect(id))).toBe('CLUSTER_JOB');
  });

  test('a worker runs only what a key that it trusts signed, and only trusted results are believed', async () => {
    const queue = `${server.url}#strangers`;
    const home = join(folder, 'ada');
    const ada = { BRINE_HOME: home };
    const brine = (env: Record<string, string>, ...args: string[]): string =>
      execFileSync(process.execPath, [BRINE, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
    const mine = brine({}, 'key')
      .trim()
      .split('\n')[0]
      ?.match(/brine1\S*|\S{40,}/)?.[0] as string;
    const hers = brine(ada, 'key').match(/brine1\S*|\S{40,}/)?.[0] as string;
    const worker = new WorkerProcess(queue, ada);
    processes.push(worker);
    const strangers = pool({ cluster: queue, workers: 1, retries: 0 });
    const ran = join(folder, 'stranger-ran');
    const touch = (n: number): number => {
      writeFileSync(ran, '');
      return n;
    };
    expect(await codeOf(strangers.map(touch, [1]))).toBe('CLUSTER_REFUSED');
    expect(() => readFileSync(ran)).toThrow();
    await worker.waitFor(/refused/);
    brine(ada, 'trust', mine, 'me');
    // She runs it now, and her results are those of a stranger.
    expect(await codeOf(strangers.map(touch, [1]))).toBe('CLUSTER_REFUSED');
    expect(readFileSync(ran, 'utf8')).toBe('');
    brine({}, 'trust', hers, 'ada');
    expect(await strangers.map(touch, [1])).toEqual([1]);
    brine({}, 'trust', hers, '--remove');
    // Whoever can write to Redis cannot make a result.
    const lonely = pool({ cluster: `${server.url}#lonely` });
    const id = await lonely.submit((n) => n, [1]);
    const redis = new Redis(server.url);
    const forged = { kind: 'result', id: `${id}-0`, answer: { results: { plain: [666] }, tookMs: 1 } };
    await redis.set(`brine:lonely:result:${id}-0`, Buffer.from(dumps(forged)));
    expect(await codeOf(lonely.collect(id))).toBe('CLUSTER_REFUSED');
    await redis.del(`brine:lonely:result:${id}-0`);
    expect(await codeOf(lonely.collect(id, { waits: false }))).toBe('CLUSTER_JOB');
    await redis.del(await redis.keys('brine:lonely:code:*'));
    expect(await codeOf(lonely.collect(id))).toBe('CLUSTER_LOST');
    await redis.quit();
    await Promise.all([lonely.close(), strangers.close()]);
  });

  test('a worker that is told to stop ends what it is on', async () => {
    const worker = processes[1] as WorkerProcess;
    expect(await worker.stop()).toBe(0);
    expect(worker.printed).toMatch(
      /^works for redis:\/\/127\.0\.0\.1:\d+ with the key [\da-f ]+; Ctrl-C ends it\n/,
    );
    expect(worker.printed).toMatch(/^✓ \S+ {2}done {2}\S+ \S+$/m);
    expect(await workers.map((n) => n, [1, 2])).toEqual([1, 2]);
  });
});
