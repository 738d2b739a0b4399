// A large session saved and resumed, each in a process of its own. Run: npm run bench:resume [-- megabytes]
//
// Times are wall clock around the session's own calls; RSS is of the process. Bytes read are those that `fs.readSync` gave.
// The last line but one is the prompt itself: the built program, from its start behind it to the answer of a small name.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const library = pathToFileURL(fileURLToPath(new URL('../dist/index.js', import.meta.url))).href;
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

const since = (start) => Math.round((performance.now() - start) * 10) / 10;
const rssMb = () => Math.round(process.memoryUsage().rss / 1e5) / 10;

async function evaluated(session, code) {
  const outcome = await session.evaluator.evaluate(code, { isWhole: true });
  if (outcome.status !== 'done') throw outcome.error ?? new Error(outcome.status);
  return outcome.value;
}

async function saveOne(file, megabytes) {
  const { Session } = await import(library);
  const session = new Session();
  await evaluated(
    session,
    `const cfg = { rate: 0.5, name: 'small' };
     const add = (a) => a + cfg.rate;
     const blocks = Array.from({ length: ${Math.round(megabytes * 0.98)} }, (_, i) => new Float64Array(125000).fill(i));
     const records = Array.from({ length: ${megabytes * 1000} }, (_, i) => ({ id: i, name: 'name ' + i, score: i / 7, tags: ['a', 'b'], cfg }));
     const texts = Array.from({ length: ${megabytes * 200} }, (_, i) => 'text number ' + i);
     void 0`,
  );
  const start = performance.now();
  const { storedBytes, objects } = await session.save(file);
  return { saveMs: since(start), fileBytes: storedBytes, objects };
}

async function resumeOne(file) {
  let bytesRead = 0;
  const { readSync } = fs;
  fs.readSync = (...given) => {
    const taken = readSync(...given);
    bytesRead += taken;
    return taken;
  };
  syncBuiltinESMExports();
  const { Session } = await import(library);
  const session = new Session();
  await evaluated(session, 'void 0');
  const rssBeforeMb = rssMb();
  let before = bytesRead;
  const row = { step: '', ms: 0, rssMb: 0, bytesRead: 0 };
  const rows = [];
  const step = async (name, work) => {
    before = bytesRead;
    const start = performance.now();
    await work();
    rows.push({ ...row, step: name, ms: since(start), rssMb: rssMb(), bytesRead: bytesRead - before });
  };
  await step('.load', () => session.load(file));
  await step('.vars', () => session.variables());
  await step('cfg.rate', () => evaluated(session, 'cfg.rate'));
  await step('add(1)', () => evaluated(session, 'add(1)'));
  await step('records.length', () => evaluated(session, 'records.length'));
  await step('blocks.length', () => evaluated(session, 'blocks.length'));
  return { rssBeforeMb, rows };
}

function inProcess(...given) {
  const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...given], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`${given[0]} ended with ${run.status ?? run.signal}`);
  return JSON.parse(run.stdout);
}

function piped(input) {
  const start = performance.now();
  const run = spawnSync(process.execPath, [main], { input, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return since(start);
}

function measure(megabytes) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'brine-resume-'));
  const file = join(folder, 'big.pkl');
  try {
    const { saveMs, fileBytes, objects } = inProcess('--save', file, String(megabytes));
    console.log(`file ${(fileBytes / 1e6).toFixed(0)} MB, ${objects} objects; saved in ${saveMs} ms`);
    const { rssBeforeMb, rows } = inProcess('--resume', file);
    console.log(`RSS before .load ${rssBeforeMb} MB`);
    for (const { step, ms, rssMb: rss, bytesRead } of rows)
      console.log(`${step.padEnd(16)} ${`${ms} ms`.padStart(11)}   RSS ${rss} MB   ${bytesRead} bytes read`);
    const bare = piped('1\n');
    const whole = piped(`.load ${file}\ncfg.rate\n`);
    console.log(`brine, .load and cfg.rate: ${whole} ms; brine alone: ${bare} ms`);
    const load = rows[0];
    const isMet = load.ms < 250 && load.rssMb < 100;
    console.log(`target 250 ms and 100 MB: ${isMet ? 'met' : 'MISSED'} (${load.ms} ms, ${load.rssMb} MB)`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const [mode, file, megabytes] = process.argv.slice(2);
if (mode === '--save') console.log(JSON.stringify(await saveOne(file, Number(megabytes))));
else if (mode === '--resume') console.log(JSON.stringify(await resumeOne(file)));
else measure(Number(mode ?? 1000));
