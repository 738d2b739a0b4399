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
import { numbering, useValue } from './use-value.mjs';
import { widerProgram } from './wider-program.mjs';

const CALLS = 24;
const HALF = CALLS / 2;

/** How the program of a seed comes to run. */
export const WAYS = ['a sloppy script', 'a strict script', 'a module function', 'new Function', 'a module'];

/** The text of a seed's program, to be shown. */
export function programOf(seed) {
  const way = seed % WAYS.length;
  const isStrict = way === 1 || way === 4;
  const make = Math.floor(seed / WAYS.length) % 2 === 0 ? randomProgram : widerProgram;
  // One in a hundred declares a name twice.
  for (let at = seed; ; at += 1_000_003) {
    const program = make(at, isStrict);
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

// — use —

async function calls(F, seed, from, to, numberOf = numbering()) {
  const pick = picker(seed ^ 0x5bd1e995);
  const seen = [];
  for (let i = 0; i < to; i++) {
    const at = F.length === 0 ? 0 : pick(F.length);
    const way = pick(3);
    if (i >= from && F.length > 0) seen.push(JSON.stringify([at, await useValue(F[at], way, numberOf)]));
  }
  return seen;
}

function attempt(action) {
  try {
    return action();
  } catch (error) {
    return `${error?.name}: ${error?.message}`;
  }
}

const text = (F) =>
  F.map((value) =>
    attempt(() => (typeof value === 'function' ? `${value.name}/${value.length}/${value}` : typeof value)),
  );

// — steps —

const turn = () => new Promise((resolve) => void setImmediate(resolve));

// What cannot be saved is taken out of both runs, so that the rest is still compared; what it reaches is found by its path.
function savedParts(F, whole, save, losses) {
  for (let round = 0; ; round++) {
    const found = [];
    save(F, (loss) => found.push(`${loss.path}: ${loss.reason}`));
    if (found.length === 0) return;
    losses.push(...found);
    const lost = found.map((text) => /^\D*?\[(\d+)\]/.exec(text)?.[1]).filter((at) => at !== undefined);
    if (lost.length === 0 || round > 8) throw new Error(`losses without a place: ${found.join('; ')}`);
    for (const at of lost) {
      F[at] = undefined;
      whole[at] = undefined;
    }
  }
}

async function main(url, folder, step, seeds) {
  const { dumps, loads } = await import(url);
  process.on('unhandledRejection', () => {});
  mkdirSync(folder, { recursive: true });
  const out = [];
  for (const seed of seeds) {
    const losses = [];
    const changes = [];
    const onChange = (change) => changes.push(`${change.path}: ${change.reason}`);
    const onLoss = (loss) => losses.push(`${loss.path}: ${loss.reason}`);
    const file = (name) => join(folder, `${seed}-${name}.pkl`);
    const both = async (F) => [...(await calls(F, seed, 0, HALF)), ...(await calls(F, seed, HALF, CALLS))];
    try {
      if (step === 'make') {
        const whole = await begun(seed, folder, 'whole');
        const F = await begun(seed, folder, 'saved');
        await turn();
        savedParts(
          F,
          whole,
          (value, told) => writeFileSync(file('first'), dumps(value, { onLoss: told, onChange })),
          losses,
        );
        out.push({ texts: text(whole), wanted: await both(whole), got: await both(F), losses, changes });
      } else if (step === 'load') {
        const F = await loads(readFileSync(file('first')), { onLoss });
        const texts = text(F);
        const got = await calls(F, seed, 0, HALF);
        writeFileSync(file('second'), dumps(F, { onLoss, onChange }));
        out.push({ texts, got: [...got, ...(await calls(F, seed, HALF, CALLS))], losses, changes });
      } else {
        const F = await loads(readFileSync(file('second')), { onLoss });
        out.push({ texts: text(F), got: await calls(F, seed, HALF, CALLS), losses });
      }
    } catch (error) {
      out.push({ problem: error?.stack ?? String(error), losses });
    }
  }
  process.stdout.write(JSON.stringify(out));
}

const [, program, url, folder, step, first, count] = process.argv;
if (program?.endsWith('run-programs.mjs') === true) {
  const seeds =
    process.env['SEEDS']?.split(',').map(Number) ??
    Array.from({ length: Number(count) }, (_, i) => Number(first) + i);
  await main(url, folder, step, seeds);
}
