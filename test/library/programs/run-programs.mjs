// A program for `random.test.ts`: makes random programs and saves what they made, or loads it and goes on.
//
//   node run-programs.mjs LIBRARY FOLDER make|load|again FIRST COUNT
//
// Prints for each seed what the calls gave that the step makes, and what was lost.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { picker, randomProgram } from './random-program.mjs';

const CALLS = 24;
const HALF = CALLS / 2;

/** How the program of a seed comes to run. */
export const WAYS = ['a sloppy script', 'a strict script', 'a module function', 'new Function', 'a module'];

/** The text of a seed's program, to be shown. */
export function programOf(seed) {
  const way = seed % WAYS.length;
  const isStrict = way === 1 || way === 4;
  // One in a hundred declares a name twice.
  for (let at = seed; ; at += 1_000_003) {
    const program = randomProgram(at, isStrict);
    try {
      new Function('F', `${isStrict ? '"use strict";' : ''}${program}`);
      return program;
    } catch {}
  }
}

async function begun(seed, folder, copy) {
  const F = [];
  const text = `try { ${programOf(seed)} } catch {}`;
  const way = WAYS[seed % WAYS.length];
  if (way === 'a sloppy script') vm.runInThisContext(`((F) => { ${text} })`)(F);
  else if (way === 'a strict script') vm.runInThisContext(`((F) => { "use strict"; ${text} })`)(F);
  else if (way === 'a module function') vm.compileFunction(text, ['F'])(F);
  else if (way === 'new Function') new Function('F', text)(F);
  else {
    const file = join(folder, `program-${seed}-${copy}.mjs`);
    writeFileSync(file, `export const F = [];\n${text}\n`);
    const made = await import(pathToFileURL(file).href);
    return [...made.F];
  }
  return F;
}

// — use: everything that a value can do, in a fixed order —

function told(error) {
  return `${error?.name}: ${error?.message}`;
}

function use(value, depth, way) {
  if (depth > 3) return '…';
  if (typeof value === 'function') {
    if (String(value).startsWith('class')) {
      const own = Object.getOwnPropertyNames(value).filter((key) => key !== 'prototype');
      const seen = own.map((key) => [key, attempt(() => use(value[key], depth + 1, way))]);
      return [String(value), seen, attempt(() => use(new value(), depth + 1, way))];
    }
    return attempt(() => use(value(way), depth + 1, way));
  }
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : String(value);
  if (value instanceof Promise) {
    value.catch(() => {});
    return 'promise';
  }
  if (typeof value.next === 'function') return attempt(() => [...value].map((v) => use(v, depth + 1, way)));
  if (Array.isArray(value)) return value.map((v) => use(v, depth + 1, way));
  const keys = new Set();
  for (let at = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const key of Object.getOwnPropertyNames(at)) if (key !== 'constructor') keys.add(key);
  return [...keys].map((key) => [
    key,
    attempt(() => {
      const held = value[key];
      return typeof held === 'function' ? use(value[key](way), depth + 1, way) : use(held, depth + 1, way);
    }),
  ]);
}

function attempt(action) {
  try {
    return action();
  } catch (error) {
    return told(error);
  }
}

function calls(F, seed, from, to) {
  const pick = picker(seed ^ 0x5bd1e995);
  const seen = [];
  for (let i = 0; i < to; i++) {
    const at = F.length === 0 ? 0 : pick(F.length);
    const way = pick(3);
    if (i >= from && F.length > 0) seen.push(JSON.stringify([at, attempt(() => use(F[at], 0, way))]));
  }
  return seen;
}

const text = (F) =>
  F.map((value) =>
    attempt(() => (typeof value === 'function' ? `${value.name}/${value.length}/${value}` : typeof value)),
  );

// — steps —

async function main(url, folder, step, first, count) {
  const { dumps, loads } = await import(url);
  mkdirSync(folder, { recursive: true });
  const out = [];
  for (let seed = first; seed < first + count; seed++) {
    const losses = [];
    const onLoss = (loss) => losses.push(`${loss.path}: ${loss.reason}`);
    const save = (F, name) => writeFileSync(join(folder, `${seed}-${name}.pkl`), dumps(F, { onLoss }));
    const read = (name) => loads(readFileSync(join(folder, `${seed}-${name}.pkl`)), { onLoss });
    try {
      if (step === 'make') {
        const whole = await begun(seed, folder, 'whole');
        const F = await begun(seed, folder, 'saved');
        save(F, 'first');
        out.push({
          texts: text(whole),
          wanted: calls(whole, seed, 0, CALLS),
          got: calls(F, seed, 0, CALLS),
          losses,
        });
      } else if (step === 'load') {
        const F = await read('first');
        const texts = text(F);
        const got = calls(F, seed, 0, HALF);
        save(F, 'second');
        out.push({ texts, got: [...got, ...calls(F, seed, HALF, CALLS)], losses });
      } else {
        const F = await read('second');
        out.push({ texts: text(F), got: calls(F, seed, HALF, CALLS), losses });
      }
    } catch (error) {
      out.push({ problem: error?.stack ?? String(error), losses });
    }
  }
  process.stdout.write(JSON.stringify(out));
}

const [, program, url, folder, step, first, count] = process.argv;
if (program?.endsWith('run-programs.mjs') === true)
  await main(url, folder, step, Number(first), Number(count));
