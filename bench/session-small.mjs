// Measures what a save and a load of a small session cost: some 20 variables, of plain data alone, with functions, with a class, and
// with closures that share variables. `node bench/session-small.mjs [rounds] [folder of a build]...`: each round saves in a fresh process and
// loads in another; CPU time without the start of the process, medians in milliseconds (and the least). Several builds are
// measured in turn. Needs a build.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const DATA = [
  'const name = "Ada"; let year = 1843; const pi = 3.14; const flags = [true, false]; const nothing = null',
  'const people = Array.from({ length: 20 }, (_, id) => ({ id, name: `p${id}`, tags: ["a", "b"] }))',
  'const byId = new Map(people.map((p) => [p.id, p])); const seen = new Set([1, 2]); const when = new Date(0)',
  'const pattern = /a(b)c/g; const bytes = new Uint8Array(100); const big = 10n; const error = new Error("kept")',
];
const FUNCTIONS =
  'function add(a, b) { return a + b } const double = (x) => x * 2; const later = async () => year';
const CLASS =
  'class Animal { #name; constructor(name) { this.#name = name } speak() { return this.#name } } const pet = new Animal("Rex")';
const COUNTERS =
  'function counter() { let count = 0; return { inc: () => ++count, get: () => count } } const c = counter(), d = counter()';
const KINDS = {
  data: DATA,
  functions: [...DATA, FUNCTIONS],
  class: [...DATA, FUNCTIONS, CLASS],
  all: [...DATA, FUNCTIONS, COUNTERS, CLASS],
};

const [step, ...rest] = process.argv.slice(2);
if (step === 'save' || step === 'load') await one(...rest);
else all(Number(step ?? 7), rest.length > 0 ? rest : [fileURLToPath(new URL('../dist', import.meta.url))]);

async function one(build, kind, file, isPrepared) {
  const { Session } = await import(pathToFileURL(resolve(build, 'index.js')).href);
  const session = new Session();
  if (step === 'save') for (const cell of KINDS[kind]) await session.evaluator.evaluate(cell);
  // The prompt does this while nobody types.
  if (isPrepared) session.prepare();
  const start = process.cpuUsage();
  const at = performance.now();
  await session[step](file);
  const cpu = process.cpuUsage(start);
  process.stdout.write(JSON.stringify({ cpu: (cpu.user + cpu.system) / 1000, wall: performance.now() - at }));
}

function all(rounds, builds) {
  const folder = mkdtempSync(join(tmpdir(), 'brine-small-'));
  const times = new Map();
  const measure = (build, kind, what) => {
    const [step, ...prepared] = what.split(', ');
    const file = join(folder, `${builds.indexOf(build)}-${kind}.pkl`);
    const program = [fileURLToPath(import.meta.url), step, build, kind, file, ...prepared];
    const key = [kind, what, build].join('\t');
    if (!times.has(key)) times.set(key, []);
    times.get(key).push(JSON.parse(execFileSync(process.execPath, program, { encoding: 'utf8' })));
  };
  for (let i = 0; i < rounds; i++)
    for (const kind of Object.keys(KINDS))
      for (const what of ['save', 'save, prepared', 'load'])
        for (const build of builds) measure(build, kind, what);
  rmSync(folder, { recursive: true });
  const sorted = (list) => list.sort((a, b) => a - b);
  for (const [key, list] of times) {
    const [kind, what, build] = key.split('\t');
    const cpu = sorted(list.map((time) => time.cpu));
    const wall = sorted(list.map((time) => time.wall));
    const median = (each) => each[each.length >> 1].toFixed(1);
    const of = builds.length > 1 ? `  ${build}` : '';
    console.log(
      `${kind}: ${what}  ${median(cpu)} ms CPU (least ${cpu[0].toFixed(1)}), ${median(wall)} ms${of}`,
    );
  }
}
