// The program that makes, loads and loads again: `node run-samples.mjs <library url> <folder> make|load|reload <way>`.
// Makes snapshots of every sample in the folder, or loads them; prints a line of JSON for each sample.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SAMPLES } from './samples.mjs';

const [url, folder, step, way] = process.argv.slice(2);
const { dumps, load, Session } = await import(url);
const NEXT = { make: 'load', load: 'reload' };
const samples = SAMPLES.map((sample, number) => ({ ...sample, number })).filter(
  ({ skip }) => skip?.includes(way) !== true,
);

const lines = [];
const values = new Map();
const lossesOf = new Map();
if (step === 'make') await makeAll();
else await loadAll();
// All are saved before the first is looked at: a look may change what others share.
for (const sample of samples) if (NEXT[step] !== undefined && values.has(sample)) trySave(sample);
for (const sample of samples) if (values.has(sample)) lines.push(await look(sample));
process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

async function makeAll() {
  const requireHere = createRequire(import.meta.url);
  const session = way === 'prompt' ? new Session() : undefined;
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
      } else if (way === 'common') {
        const file = join(folder, `sample-${number}.cjs`);
        writeFileSync(file, `${body}\n;module.exports = { v: ${value} };\n`);
        values.set(sample, requireHere(file).v);
      } else {
        const file = join(folder, `sample-${number}.mjs`);
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
  for (const sample of samples) {
    const file = join(folder, `${way}-${step}-${sample.number}.pkl`);
    try {
      lossesOf.set(sample, []);
      delete globalThis.ran;
      const { value: loaded } = await load(file, {
        onLoss: (loss) => lossesOf.get(sample).push(loss.reason),
      });
      values.set(sample, loaded.v);
      sample.ran = globalThis.ran;
    } catch (error) {
      lines.push({ number: sample.number, problem: `cannot be loaded: ${error?.message ?? error}` });
    }
  }
}

function trySave(sample) {
  try {
    save(sample);
  } catch (error) {
    lines.push({ number: sample.number, problem: `cannot be saved: ${error?.stack ?? error}` });
    values.delete(sample);
  }
}

function save(sample) {
  const losses = [];
  const bytes = dumps(
    { v: values.get(sample) },
    { onLoss: (loss) => losses.push(`${loss.path}: ${loss.reason}`) },
  );
  sample.losses = losses;
  if (sample.absent !== undefined && Buffer.from(bytes).includes(sample.absent))
    losses.push('it holds what is absent');
  writeFileSync(join(folder, `${way}-${NEXT[step]}-${sample.number}.pkl`), bytes);
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
