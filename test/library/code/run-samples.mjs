// The program that makes, loads and loads again: `node run-samples.mjs <library url> <folder> make|load|reload <way> <from>
// <count> <together>`. Makes snapshots of so many samples in the folder, so many in one as `together` says, or loads them;
// prints a line of JSON for each sample.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { kindOf, SAMPLES } from './samples.mjs';

const [url, folder, step, way, from, count, together] = process.argv.slice(2);
const { dumps, load, Session } = await import(url);
const kind = kindOf(way);
const home = kind === way ? folder : join(folder, 'node_modules', 'samples');
const files = [];
const NEXT = { make: 'load', load: 'reload' };
const samples = SAMPLES.map((sample, number) => ({ ...sample, number })).filter(
  ({ skip, number }) =>
    skip?.some((each) => each === way || each === kind) !== true &&
    number >= Number(from) &&
    number < Number(from) + Number(count),
);
const isAlone = ({ absent, alone }) => absent !== undefined || alone === true;
const groups = samples.filter(isAlone).map((sample) => [sample]);
const others = samples.filter((sample) => !isAlone(sample));
for (let at = 0; at < others.length; at += Number(together))
  groups.push(others.slice(at, at + Number(together)));

const lines = [];
// A package is saved by value, and is gone when it is loaded.
const embed = home === folder ? [] : ['samples'];
const values = new Map();
if (step === 'make') await makeAll();
else await loadAll();
// What is asynchronous comes to where it stands.
await new Promise((resolve) => void setImmediate(resolve));
// All are saved before the first is looked at: a look may change what others share.
if (NEXT[step] !== undefined) for (const group of groups) saveGroup(group);
if (home !== folder) for (const file of files) rmSync(file);
for (const sample of samples) if (values.has(sample)) lines.push(await look(sample));
process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

async function makeAll() {
  const requireHere = createRequire(import.meta.url);
  const session = way === 'prompt' ? new Session() : undefined;
  mkdirSync(home, { recursive: true });
  if (home !== folder) writeFileSync(join(home, 'package.json'), '{ "name": "samples", "version": "1.2.3" }');
  for (const sample of samples) {
    const { number, body = '', value } = sample;
    try {
      delete globalThis.ran;
      if (session !== undefined) {
        const outcome = await session.evaluator.evaluate(
          `var s${number} = (() => { ${body}\n; return { v: ${value} } })()`,
        );
        if (outcome.status !== 'done') throw outcome.error;
        values.set(sample, globalThis[`s${number}`].v);
      } else if (kind === 'common') {
        const file = join(home, `sample-${number}.cjs`);
        files.push(file);
        writeFileSync(file, `${body}\n;module.exports = { v: ${value} };\n`);
        values.set(sample, requireHere(file).v);
      } else {
        const file = join(home, `sample-${number}.mjs`);
        files.push(file);
        writeFileSync(file, `${body}\n;export default { v: ${value} };\n`);
        values.set(sample, (await import(pathToFileURL(file).href)).default.v);
      }
      sample.ran = globalThis.ran;
    } catch (error) {
      lines.push({ number, problem: `cannot be made: ${error?.stack ?? error}` });
    }
  }
}

async function loadAll() {
  for (const group of groups) {
    // One sample whose code begins to run on being loaded is not told from another: none of them may.
    delete globalThis.ran;
    for (const sample of group) sample.losses = [];
    try {
      const { value } = await load(fileOf(group, step), { onLoss: blame(group) });
      for (const sample of group) {
        if (keyOf(sample) in value) values.set(sample, value[keyOf(sample)].v);
        else lines.push({ number: sample.number, problem: 'it was not saved' });
        sample.ran = globalThis.ran;
      }
    } catch (error) {
      for (const { number } of group)
        lines.push({ number, problem: `cannot be loaded: ${error?.message ?? error}` });
    }
  }
}

function fileOf([{ number }], of) {
  return join(folder, `${way}-${of}-${number}.pkl`);
}

function keyOf({ number }) {
  return `s${number}`;
}

function saveGroup(group) {
  const present = group.filter((sample) => values.has(sample));
  const held = Object.fromEntries(present.map((sample) => [keyOf(sample), { v: values.get(sample) }]));
  const bytes = saved(held, present);
  const [{ absent }] = group;
  if (absent !== undefined && Buffer.from(bytes).includes(absent))
    group[0].losses.push('it holds what is absent');
  writeFileSync(fileOf(group, NEXT[step]), bytes);
}

// What cannot be saved at all is taken out of its group.
function saved(held, present) {
  const before = present.map(({ losses = [] }) => losses);
  present.forEach((sample, i) => {
    sample.losses = [...before[i]];
  });
  try {
    return dumps(held, { embed, onLoss: blame(present) });
  } catch (error) {
    const broken = present.length > 1 ? present.filter((sample) => !canSave(held[keyOf(sample)])) : present;
    for (const sample of broken) {
      lines.push({ number: sample.number, problem: `cannot be saved: ${error?.stack ?? error}` });
      values.delete(sample);
      delete held[keyOf(sample)];
    }
    present.forEach((sample, i) => {
      sample.losses = [...before[i]];
    });
    return dumps(held, { embed, onLoss: blame(present) });
  }
}

// Writes a loss down for the sample that its path begins with.
function blame(group) {
  return ({ path, reason }) => {
    const sample = group.find((each) => new RegExp(`\\b${keyOf(each)}\\b`).test(path)) ?? group[0];
    sample.losses.push(`${path}: ${reason}`);
  };
}

function canSave(value) {
  try {
    dumps(value, { embed });
    return true;
  } catch {
    return false;
  }
}

async function look(sample) {
  const { number, check, losses } = sample;
  if (sample.ran === undefined) delete globalThis.ran;
  else globalThis.ran = sample.ran;
  try {
    const text = check.startsWith('{') ? check : `{ return ${check} }`;
    const got = await new Function('v', text)(values.get(sample));
    return { number, losses, got };
  } catch (error) {
    return { number, losses, problem: `${error?.name}: ${error?.message}` };
  }
}
