// Measures what a save and a load of a small session with code cost: 20 variables, some of them functions and a class.
// `node bench/session-small.mjs [rounds]`: each round saves in a fresh process and loads in another; CPU time without the
// start of the process, medians in milliseconds. Needs a build.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CELLS = [
  'const name = "Ada"; let year = 1843; const pi = 3.14; const flags = [true, false]; const nothing = null',
  'const people = Array.from({ length: 20 }, (_, id) => ({ id, name: `p${id}`, tags: ["a", "b"] }))',
  'const byId = new Map(people.map((p) => [p.id, p])); const seen = new Set([1, 2]); const when = new Date(0)',
  'const pattern = /a(b)c/g; const bytes = new Uint8Array(100); const big = 10n; const error = new Error("kept")',
  'function add(a, b) { return a + b } const double = (x) => x * 2; const later = async () => year',
  'function counter() { let count = 0; return { inc: () => ++count, get: () => count } } const c = counter(), d = counter()',
  'class Animal { #name; constructor(name) { this.#name = name } speak() { return this.#name } } const pet = new Animal("Rex")',
];

const [step, file, isPrepared] = process.argv.slice(2);
if (step === 'save' || step === 'load') await one();
else all(Number(step ?? 7));

async function one() {
  const { Session } = await import('../dist/index.js');
  const session = new Session();
  if (step === 'save') for (const cell of CELLS) await session.evaluator.evaluate(cell);
  // The prompt does this while nobody types.
  if (isPrepared) session.prepare();
  const start = process.cpuUsage();
  const at = performance.now();
  await session[step](file);
  const cpu = process.cpuUsage(start);
  process.stdout.write(JSON.stringify({ cpu: (cpu.user + cpu.system) / 1000, wall: performance.now() - at }));
}

function all(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'brine-small-'));
  const times = { save: [], 'save, prepared': [], load: [] };
  for (let i = 0; i < rounds; i++) {
    for (const name of Object.keys(times)) {
      const [step, ...prepared] = name.split(', ');
      const program = [fileURLToPath(import.meta.url), step, join(folder, 'work.pkl'), ...prepared];
      times[name].push(JSON.parse(execFileSync(process.execPath, program, { encoding: 'utf8' })));
    }
  }
  rmSync(folder, { recursive: true });
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1].toFixed(1);
  for (const step of Object.keys(times)) {
    const [cpu, wall] = ['cpu', 'wall'].map((key) => median(times[step].map((time) => time[key])));
    console.log(`${step}  ${cpu} ms CPU, ${wall} ms`);
  }
}
