// Measures peers side by side and prints a table of ratios to v8. How and why: README.md in this folder.
//
//   npm run bench -- --n 100000 --peers v8,JSON,brine --workloads records,instances,graph --rounds 7 --json
//   npm run bench -- --summary                     brine's ratios only, beside its targets
//   npm run bench -- --write                       writes the table of docs/PERFORMANCE.md, from fewer peers and rounds
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { written } from '../scripts/between.mjs';
import { pagePartOf } from './page.mjs';
import { summaryOf } from './summary.mjs';
import { median, tableOf } from './table.mjs';

const MEASURE_MS_MAX = 300_000;
/** The columns of the page: the peers that are compared with there. */
const PAGE_PEERS = 'v8,v8-stack,brine,py-pickle,py-dill';
const here = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);

// How a peer is started; undefined is the ordinary way. One that cannot run here says why.
const commands = new Map();
const missing = new Map();

const options = readOptions();
const n = wholeNumber('n');
const rounds = wholeNumber('rounds');
const peers = knownNames('peers');
const workloads = knownNames('workloads');

const folder = fs.mkdtempSync(join(os.tmpdir(), 'brine-bench-'));
try {
  const rows = await measureAll();
  print(rows);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

async function measureAll() {
  for (const name of peers) await prepare(name);
  const results = new Map();
  for (const workload of workloads) for (const peer of peers) results.set(`${workload} ${peer}`, []);
  for (let round = 1; round <= rounds; round++) {
    for (const workload of workloads) {
      for (const peer of peers) {
        const runs = results.get(`${workload} ${peer}`);
        // What failed once fails again; the others need not wait for it.
        if (runs.some((one) => one.error !== undefined)) continue;
        say(`round ${round} of ${rounds}: ${workload}, ${peer}`);
        runs.push(await measurePair(peer, workload));
      }
    }
  }
  say('');
  return results;
}

async function prepare(name) {
  const { peer } = await import(`./peers/${name}.mjs`);
  const reason = await peer.available();
  if (reason !== undefined) missing.set(name, reason);
  if (peer.command !== undefined) commands.set(name, (script, inputs) => peer.command(script, inputs));
}

async function measurePair(peer, workload) {
  if (missing.has(peer)) return { error: `is not available: ${missing.get(peer)}` };
  const file = join(folder, `${workload}-${peer}`);
  const dump = await measure('dump', { peer, workload, file });
  if (dump.error !== undefined) return dump;
  const load = await measure('load', { peer, workload, file });
  if (load.error !== undefined) return load;
  return { dump, load };
}

async function measure(direction, { peer, workload, file }) {
  const script = join(here, 'measure.mjs');
  const inputs = [direction, peer, workload, String(n), file];
  const [program, ...words] = commands.get(peer)?.(script, inputs) ?? [process.execPath, script, ...inputs];
  try {
    const { stdout } = await run(program, words, { timeout: MEASURE_MS_MAX, maxBuffer: 2 ** 24 });
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch (error) {
    const cannot = `cannot ${direction} this`;
    if (error.killed) return { error: `${cannot}: it took longer than ${MEASURE_MS_MAX / 1000} s` };
    const said = String(error.stderr ?? '').match(/^.*(?:Error|FATAL|out of memory).*$/m)?.[0];
    return {
      error: `${cannot}: ${said ?? `the process ended with ${error.signal ?? error.code ?? error.message}`}`,
    };
  }
}

function summary(peer, runs) {
  const failed = runs.find((one) => one.error !== undefined);
  if (failed !== undefined) return { peer, error: failed.error };
  const times = (direction) => {
    const warm = runs.flatMap((one) => one[direction].warmMs);
    return {
      coldMs: median(runs.map((one) => one[direction].coldMs)),
      warmMs: median(warm),
      warmMinMs: Math.min(...warm),
      rssMiB: Math.max(...runs.map((one) => one[direction].rssMiB)),
    };
  };
  const losses = [...new Set(runs.flatMap((one) => one.load.losses))];
  return { peer, bytes: runs[0].dump.bytes, dump: times('dump'), load: times('load'), losses };
}

function print(results) {
  const machine = `Node ${process.versions.node}, ${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}`;
  const tables = workloads.map((workload) => ({
    workload,
    rows: peers.map((peer) => summary(peer, results.get(`${workload} ${peer}`))),
  }));
  if (options.write) {
    write(tables, machine);
    return;
  }
  if (options.summary) {
    console.log(`${machine}; n = ${n}, ${rounds} rounds`);
    console.log(summaryOf(tables));
    return;
  }
  if (options.json) {
    console.log(JSON.stringify({ machine, n, rounds, tables }, undefined, 2));
    return;
  }
  console.log(
    `${machine}; n = ${n}, ${rounds} rounds; × v8's time, milliseconds in parentheses; below 1 is faster`,
  );
  console.log('');
  for (const { workload, rows } of tables) console.log(tableOf(workload, rows));
}

function write(tables, machine) {
  const page = fileURLToPath(new URL('../docs/PERFORMANCE.md', import.meta.url));
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  const date = new Date().toISOString().slice(0, 10);
  const part = pagePartOf(tables, { command, machine, n, rounds, date });
  fs.writeFileSync(page, written(fs.readFileSync(page, 'utf8'), 'bench', part));
  console.log(part);
}

// — the options —

function readOptions() {
  const isPage = process.argv.includes('--write');
  try {
    return parseArgs({
      options: {
        n: { type: 'string', default: '100000' },
        rounds: { type: 'string', default: isPage ? '3' : '7' },
        peers: { type: 'string', default: isPage ? PAGE_PEERS : namesIn('peers').join() },
        workloads: { type: 'string', default: namesIn('workloads').join() },
        json: { type: 'boolean', default: false },
        summary: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return stop(error.message);
  }
}

function namesIn(kind) {
  const names = fs.readdirSync(join(here, kind)).filter((name) => name.endsWith('.mjs'));
  // The yardstick first, then the letters.
  return names
    .map((name) => name.slice(0, -4))
    .sort((a, b) => Number(b === 'v8') - Number(a === 'v8') || (a < b ? -1 : 1));
}

function knownNames(kind) {
  const known = namesIn(kind);
  const asked = options[kind].split(',').filter((name) => name !== '');
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    stop(`no ${kind} of this name: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return asked;
}

function wholeNumber(name) {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < 1)
    stop(`--${name} must be a whole number above 0, not ${options[name]}`);
  return value;
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
