// Writes the golden snapshots: for every module in snapshots/<protocol>/ a `.pkl` beside it, and SHA256SUMS of all files.
// Each is made in a process of its own from a fresh build (`npm run build`), with a clock and a host name that stand still.
//
//   node scripts/make-goldens.mjs            writes those that are missing
//   node scripts/make-goldens.mjs --fresh    writes all anew; only while snapshots/<protocol>/UNRELEASED is there
//
// A golden that exists is never overwritten otherwise. Imports dist/ only.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';

const script = fileURLToPath(import.meta.url);
const folder = fileURLToPath(new URL('../snapshots/1/', import.meta.url));
const dist = new URL('../dist/index.js', import.meta.url).href;

const [command, ...rest] = process.argv.slice(2);
if (command === '--one') await writeOne(rest[0]);
else if (command === undefined || command === '--fresh') writeAll(command === '--fresh');
else {
  console.error('usage: node scripts/make-goldens.mjs [--fresh]');
  process.exitCode = 2;
}

function writeAll(isFresh) {
  if (isFresh && !fs.existsSync(`${folder}UNRELEASED`)) {
    console.error(
      'snapshots/1/ is released: its goldens are never overwritten. A new golden needs a new name.',
    );
    process.exitCode = 1;
    return;
  }
  const names = fs.readdirSync(folder).filter((file) => file.endsWith('.mjs'));
  let written = 0;
  for (const file of names) {
    const name = file.slice(0, -4);
    if (!isFresh && fs.existsSync(`${folder}${name}.pkl`)) continue;
    execFileSync(process.execPath, [script, '--one', name], { stdio: 'inherit', cwd: os.tmpdir() });
    written++;
  }
  if (written === 0) return console.log('every golden is there; nothing was written');
  fs.writeFileSync(`${folder}SHA256SUMS`, sums());
  console.log(`${written} of ${names.length} goldens written to snapshots/1/, and SHA256SUMS`);
}

function sums() {
  const files = fs.readdirSync(folder).filter((file) => /\.(mjs|pkl)$/.test(file));
  const line = (file) =>
    `${createHash('sha256')
      .update(fs.readFileSync(folder + file))
      .digest('hex')}  ${file}\n`;
  return files.sort().map(line).join('');
}

async function writeOne(name) {
  const golden = await import(pathToFileURL(`${folder}${name}.mjs`).href);
  standStill();
  const { Pickler, Session } = await import(dist);
  const target = `${folder}${name}.pkl`;
  if (golden.cells !== undefined) {
    const session = new Session();
    for (const cell of golden.cells) await session.evaluator.evaluate(cell);
    await session.save(target, { sign: 'no' });
    fs.chmodSync(target, 0o644);
    return;
  }
  const losses = [];
  const pickler = new Pickler({ onLoss: ({ path }) => losses.push(path) });
  for (const [Type, reducer] of golden.reducers ?? []) pickler.registerReducer(Type, reducer);
  const bytes = pickler.dumps(golden.make());
  const expected = golden.losses ?? [];
  if (losses.join() !== expected.join())
    throw new Error(`${name} lost ${losses.join()}, not ${expected.join()}`);
  fs.writeFileSync(target, bytes);
}

// Sessions have the time, the host and the platform in them.
function standStill() {
  Date.now = () => Date.UTC(2026, 0, 1);
  performance.now = () => 0;
  os.hostname = () => 'golden';
  syncBuiltinESMExports();
}
