// What a pool costs and gains, beside worker threads by hand and Python's multiprocess with dill: `npm run bench:parallel`.
//
// Every side does the same two jobs with two workers, each in a process of its own, several rounds in turn; medians count.
//
//   cpu     a closure that computes for some twenty milliseconds, over 100 items: how many times as fast as a plain loop
//   tiny    a closure over 100,000 numbers that does next to nothing: what one item costs
//
// By hand, a function is a text that names nothing outside of it, and its workers stay: the least that any pool can cost. dill ships
// closures as brine does; there `Pool.map` pickles its function for each chunk.

import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const WORKERS = 2;
const ROUNDS = Number(process.env.BRINE_BENCH_ROUNDS ?? 5);
const PYTHON = process.env.BRINE_BENCH_PYTHON ?? 'python3';
const ITEMS = 100;
const TINY = 100_000;

// The job: what it captures is what a pool has to take along.
function job() {
  const limit = 70_000;
  const isPrime = (n) => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
    return n > 1;
  };
  const primes = (from) => {
    let count = 0;
    for (let n = from; n < from + limit; n++) if (isPrime(n)) count++;
    return count;
  };
  const offset = 1;
  return { primes, tiny: (n) => n + offset };
}

const froms = Array.from({ length: ITEMS }, (_, i) => 1_000_000 + i * 70_000);
const numbers = Array.from({ length: TINY }, (_, i) => i);

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function tenTimes(work) {
  for (let i = 0; i < 10; i++) await work();
}

// Workers by hand: items in as many parts as there are workers for tiny tasks, one by one for long ones.
class ByHand {
  constructor(source) {
    const text = `const fn = ${source}; require('worker_threads').parentPort.on('message', ({ id, items }) => require('worker_threads').parentPort.postMessage({ id, results: items.map(fn) }))`;
    this.workers = Array.from({ length: WORKERS }, () => new Worker(text, { eval: true }));
  }
  async map(items, chunk) {
    const results = [];
    let next = 0;
    await Promise.all(
      this.workers.map(async (worker) => {
        while (next < items.length) {
          const first = next;
          next += chunk;
          const answer = new Promise((resolve) => worker.once('message', resolve));
          worker.postMessage({ id: first, items: items.slice(first, first + chunk) });
          for (const [i, value] of (await answer).results.entries()) results[first + i] = value;
        }
      }),
    );
    return results;
  }
  close() {
    return Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

const PRIMES = `(from) => {
  const isPrime = (n) => { for (let d = 2; d * d <= n; d++) if (n % d === 0) return false; return n > 1 };
  let count = 0; for (let n = from; n < from + 70000; n++) if (isPrime(n)) count++; return count }`;

const SIDES = {
  'plain loop': async () => {
    const { primes, tiny } = job();
    froms.slice(0, 10).map(primes);
    return { cpu: await timed(() => froms.map(primes)), tiny: await timed(() => numbers.map(tiny)) };
  },
  'brine, threads': () => brine('threads'),
  'brine, processes': () => brine('processes'),
  'threads by hand': async () => {
    const [cpu, tiny] = [new ByHand(PRIMES), new ByHand('(n) => n + 1')];
    await cpu.map(froms.slice(0, 10), 1);
    await tiny.map(numbers, TINY / 8);
    const result = {
      cpu: await timed(() => cpu.map(froms, 1)),
      tiny: await timed(() => tiny.map(numbers, TINY / 8)),
    };
    await Promise.all([cpu.close(), tiny.close()]);
    return result;
  },
};

async function brine(kind) {
  const { pool } = await import('../dist/parallel.js');
  const { primes, tiny } = job();
  const workers = pool({ kind, workers: WORKERS });
  await workers.map(primes, froms.slice(0, 10));
  await workers.map(tiny, numbers);
  const result = {
    cpu: await timed(() => workers.map(primes, froms)),
    tiny: await timed(() => workers.map(tiny, numbers)),
    call: (await timed(() => tenTimes(() => workers.map(tiny, [1])))) / 10,
  };
  await workers.close();
  return result;
}

const PYTHON_PROGRAM = `
import json, time, sys
import dill
from multiprocess import Pool
limit = 3000
def job():
    lim = limit
    def is_prime(n):
        d = 2
        while d * d <= n:
            if n % d == 0: return False
            d += 1
        return n > 1
    def primes(start): return sum(1 for n in range(start, start + lim) if is_prime(n))
    offset = 1
    return primes, (lambda n: n + offset)
primes, tiny = job()
froms = [1000000 + i * 20000 for i in range(${ITEMS})]
numbers = list(range(${TINY}))
def timed(work):
    start = time.perf_counter(); work(); return (time.perf_counter() - start) * 1000
with Pool(${WORKERS}) as pool:
    pool.map(primes, froms[:4]); pool.map(tiny, numbers)
    print(json.dumps({
        'loop': timed(lambda: [primes(n) for n in froms]),
        'cpu': timed(lambda: pool.map(primes, froms, 1)),
        'tiny': timed(lambda: pool.map(tiny, numbers)),
        'call': timed(lambda: [pool.map(tiny, [1]) for _ in range(10)]) / 10,
        'version': 'Python %d.%d, dill %s' % (*sys.version_info[:2], dill.__version__),
    }))
`;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const only = process.argv[2];

if (only !== undefined) {
  console.log(JSON.stringify(await SIDES[only]()));
} else {
  const sides = Object.keys(SIDES);
  const rounds = [];
  const [load] = loadavg();
  for (let round = 0; round < ROUNDS; round++) {
    const results = {};
    for (const side of sides)
      results[side] = JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), side]));
    rounds.push({ ...results, python: python() });
  }
  const table = [...sides, 'python'].flatMap((side) => {
    const done = rounds.map((round) => round[side]).filter(Boolean);
    if (done.length === 0) return [];
    const of = (pick) => median(rounds.flatMap((round) => (round[side] ? [pick(round[side], round)] : [])));
    const loop = (one, round) => one.loop ?? round['plain loop'].cpu;
    return [
      {
        side: side === 'python' ? `multiprocess (${done[0].version})` : side,
        'cpu ms': Math.round(of(({ cpu }) => cpu)),
        'times the loop': of((one, round) => loop(one, round) / one.cpu).toFixed(2),
        'µs an item': of(({ tiny }) => (tiny / TINY) * 1000).toFixed(2),
        'ms a call': done[0].call === undefined ? '' : of(({ call }) => call).toFixed(1),
      },
    ];
  });
  console.log(
    `${WORKERS} workers, ${ROUNDS} rounds, medians; load of the machine when it began: ${load.toFixed(1)}`,
  );
  console.table(table);
}

function python() {
  try {
    return JSON.parse(execFileSync(PYTHON, ['-c', PYTHON_PROGRAM], { stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}
