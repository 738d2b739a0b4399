// Writes the golden snapshots: for every module in snapshots/<protocol>/ a `.pkl` beside it, and SHA256SUMS of all files.
// Each is made in a process of its own from a fresh build (`npm run build`), with a clock and a host name that stand still.
//
//   node scripts/make-goldens.mjs            writes those that are missing
//   node scripts/make-goldens.mjs --fresh    writes all anew; only while snapshots/<protocol>/UNRELEASED is there
//   <node 24> scripts/make-goldens.mjs       writes what that Node makes of the same modules to snapshots/1-node-24/
//
// The folder of the protocol itself is written by the oldest Node that brine runs on. PROVENANCE.json says who wrote.
// A golden that exists is never overwritten otherwise. Imports dist/ only.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';

const script = fileURLToPath(import.meta.url);
const OLDEST_NODE = 20;
const NEWER_NODES = [22, 24, 26];
const major = Number(process.versions.node.split('.')[0]);
const modules = fileURLToPath(new URL('../snapshots/1/', import.meta.url));
const folderName = major === OLDEST_NODE ? '1' : `1-node-${major}`;
const folder = fileURLToPath(new URL(`../snapshots/${folderName}/`, import.meta.url));
const dist = new URL('../dist/index.js', import.meta.url).href;

const [command, ...rest] = process.argv.slice(2);
if (command === '--one') await writeOne(rest[0]);
else if (command === undefined || command === '--fresh') writeAll(command === '--fresh');
else {
  console.error('usage: node scripts/make-goldens.mjs [--fresh]');
  process.exitCode = 2;
}

function writeAll(isFresh) {
  if (isFresh && !fs.existsSync(`${modules}UNRELEASED`)) {
    console.error(
      'snapshots/1/ is released: its goldens are never overwritten. A new golden needs a new name.',
    );
    process.exitCode = 1;
    return;
  }
  const names = fs.readdirSync(modules).filter((file) => file.endsWith('.mjs'));
  fs.mkdirSync(folder, { recursive: true });
  let written = 0;
  for (const file of names) {
    const name = file.slice(0, -4);
    if (!isFresh && fs.existsSync(`${folder}${name}.pkl`)) continue;
    execFileSync(process.execPath, [script, '--one', name], { stdio: 'inherit', cwd: os.tmpdir() });
    written++;
  }
  // What is remade is remade by every Node.
  if (isFresh && major === OLDEST_NODE)
    for (const newer of NEWER_NODES)
      execFileSync('npx', ['-y', `node@${newer}`, script, '--fresh'], { stdio: 'inherit' });
  if (written === 0) return console.log('every golden is there; nothing was written');
  fs.writeFileSync(`${folder}PROVENANCE.json`, `${JSON.stringify(provenance(), undefined, 2)}\n`);
  fs.writeFileSync(`${folder}SHA256SUMS`, sums());
  console.log(`${written} of ${names.length} goldens written to snapshots/${folderName}/, and SHA256SUMS`);
}

function provenance() {
  const { version } = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const { node, v8 } = process.versions;
  return { protocol: 1, brine: version, node, v8, platform: `${process.platform} ${process.arch}` };
}

function sums() {
  const files = fs.readdirSync(folder).filter((file) => /\.(mjs|pkl|json)$/.test(file));
  const line = (file) =>
    `${createHash('sha256')
      .update(fs.readFileSync(folder + file))
      .digest('hex')}  ${file}\n`;
  return files.sort().map(line).join('');
}

async function writeOne(name) {
  const golden = await import(pathToFileURL(`${modules}${name}.mjs`).href);
  standStill();
  const { Pickler, Session } = await import(dist);
  const target = `${folder}${name}.pkl`;
  // A save over another one counts on from it.
  if (golden.cells !== undefined) fs.rmSync(target, { force: true });
  if (golden.cells !== undefined) {
    const session = new Session();
    for (const [at, cell] of golden.cells.entries()) {
      const outcome = await session.evaluator.evaluate(cell);
      session.evaluator.record(outcome.cell, golden.outputs?.[at]);
    }
    await session.save(target, { sign: 'no', ...golden.options });
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
