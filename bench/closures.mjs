// What capturing code costs, beside dill and cloudpickle on the same counts: `npm run bench:closures`; with `-- --write` the table goes
// into docs/PERFORMANCE.md.
//
// Each row runs in a process of its own: the work is done three times, the median of the CPU times counts; memory is what the
// process had at most. Python's serializers find functions of a module by reference and do the counts of closures by value.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { written } from '../scripts/between.mjs';

const PYTHON = process.env.BRINE_BENCH_PYTHON ?? 'python3';

const CASES = {
  'closures of one factory, 10,000': { node: 'factory(10000)', python: 'factory(10000)', limitMs: 2000 },
  'closures of one factory, 100,000': { node: 'factory(100000)', python: 'factory(100000)' },
  'distinct functions, 1,000': { node: 'distinct(1000)', python: 'distinct(1000)', limitMs: 2000 },
  'counters with equal values, 1,000': { node: 'counters(1000)', python: 'counters(1000)', limitMs: 5000 },
};

const NODE = {
  factory: (count) => {
    const make = (i) => () => i;
    return Array.from({ length: count }, (_, i) => make(i));
  },
  distinct: (count) =>
    new Function(`return [${Array.from({ length: count }, (_, i) => `(x) => x + ${i}`)}]`)(),
  counters: (count) => {
    const make = () => {
      let n = 0;
      return { up: () => ++n, get: () => n };
    };
    return Array.from({ length: count }, make);
  },
};

const PYTHON_PROGRAM = `
import sys, time, resource, json, importlib
def factory(count):
    def make(i): return lambda: i
    return [make(i) for i in range(count)]
def distinct(count):
    scope = {}
    exec('work = [' + ','.join('lambda x: x + %d' % i for i in range(count)) + ']', scope)
    return scope['work']
def counters(count):
    def make():
        n = 0
        def up():
            nonlocal n
            n += 1
            return n
        return {'up': up, 'get': lambda: n}
    return [make() for _ in range(count)]
try:
    lib = importlib.import_module(sys.argv[1])
except ImportError:
    print(json.dumps({'absent': True}))
    sys.exit(0)
value = eval(sys.argv[2])
sys.setrecursionlimit(1000000)
times = []
for _ in range(3):
    start = time.process_time()
    data = lib.dumps(value)
    times.append((time.process_time() - start) * 1000)
print(json.dumps({'ms': sorted(times)[1], 'bytes': len(data), 'peakMb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 'version': lib.__version__}))
`;

if (process.argv[2] === '--one') {
  const { dumps, loads } = await import('../dist/index.js');
  const [, name, count] = /^(\w+)\((\d+)\)$/.exec(process.argv[3]);
  const value = NODE[name](Number(count));
  const times = [];
  let bytes;
  for (let i = 0; i < 3; i++) {
    const start = process.cpuUsage();
    bytes = dumps(value);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  check(name, loads(bytes));
  const ms = times.sort((a, b) => a - b)[1];
  console.log(JSON.stringify({ ms, bytes: bytes.length, peakMb: process.resourceUsage().maxRSS / 1024 }));
} else {
  if (!existsSync(new URL('../dist/index.js', import.meta.url)))
    throw new Error('build first: npm run build');
  run();
}

function check(name, copy) {
  if (name === 'counters') copy[0].up();
  const isRight =
    name === 'counters'
      ? copy[0].get() === 1 && copy[1].get() === 0
      : name === 'factory'
        ? copy[7]() === 7
        : copy[7](1) === 8;
  if (!isRight) throw new Error(`${name} came back wrong`);
}

function run() {
  const lines = [];
  const say = (line) => {
    console.log(line);
    lines.push(line);
  };
  say('| what | brine | dill | cloudpickle |\n| --- | --- | --- | --- |');
  const absent = new Set();
  let hasFailed = false;
  for (const [title, { node, python, limitMs }] of Object.entries(CASES)) {
    const self = fileURLToPath(import.meta.url);
    const brine = JSON.parse(execFileSync(process.execPath, [self, '--one', node], { encoding: 'utf8' }));
    const others = ['dill', 'cloudpickle'].map((lib) => {
      const result = ask(lib, python);
      if (result.absent) absent.add(lib);
      return result;
    });
    const isSlow = limitMs !== undefined && brine.ms > limitMs;
    hasFailed ||= isSlow;
    say(
      `| ${[title, cell(brine) + (isSlow ? ` over ${limitMs} ms` : ''), ...others.map(cell)].join(' | ')} |`,
    );
  }
  for (const lib of absent)
    console.log(`\n${lib} is not installed for ${PYTHON}: give another with BRINE_BENCH_PYTHON`);
  if (hasFailed) process.exitCode = 1;
  if (process.argv.includes('--write')) write(lines.join('\n'));
}

function write(table) {
  const page = fileURLToPath(new URL('../docs/PERFORMANCE.md', import.meta.url));
  const about = `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}:`;
  writeFileSync(page, written(readFileSync(page, 'utf8'), 'closures', `${about}\n\n${table}`));
}

function ask(lib, python) {
  try {
    return JSON.parse(
      execFileSync(PYTHON, ['-c', PYTHON_PROGRAM, lib, python], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  } catch (error) {
    if (error.code === 'ENOENT') return { absent: true };
    return {
      failed: String(error.stderr ?? error)
        .trim()
        .split('\n')
        .at(-1),
    };
  }
}

function cell({ ms, bytes, peakMb, absent, failed }) {
  if (absent) return 'absent';
  if (failed) return failed.slice(0, 60);
  return `${Math.round(ms)} ms, ${Math.round(bytes / 1000)} kB, ${Math.round(peakMb)} MB`;
}
