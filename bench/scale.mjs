// How time and memory grow with the number of objects. Each size and direction runs in a process of its own.
//
//   npm run bench:scale                                   10^4 … 10^7 objects
//   npm run bench:scale -- --max 1000000 --workloads records,list --json > scale.json
//   npm run bench:scale -- --huge 4.5                     4.5 GB of typed arrays to a file and back
//
// Memory is the peak that the operating system saw (VmHWM, reset before the call), less what was there before the call.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { layOut } from './table.mjs';

const SIZES = [1e4, 1e5, 1e6, 1e7];
const HEAP_MB = 16_000;
const GIGABYTE = 1e9;
const BLOCK_BYTES = 2 ** 29;
/** The targets: bytes an object beside 1.5 times the file while dumping; parts of the file beside the values while loading. */
const DUMP_EXTRA_BYTES = 40;
const script = fileURLToPath(import.meta.url);
const library = new URL('../dist/index.js', import.meta.url).href;

/** What grows: `make` gives a value of `n` objects or entries. */
const WORKLOADS = {
  records: (n) =>
    Array.from({ length: n }, (_, id) => ({ id, name: `name ${id % 1000}`, score: id / 7, next: null })),
  list: (n) => {
    let head = null;
    for (let id = 0; id < n; id++) head = { id, next: head };
    return head;
  },
  maps: (n) => {
    let inner = null;
    for (let id = 0; id < n; id++) inner = new Map([[id, inner]]);
    return inner;
  },
  entries: (n) => {
    const map = new Map();
    for (let id = 0; id < n; id++) map.set(id, id + 0.5);
    return map;
  },
  // Objects of ten thousand keys each.
  keys: (n) =>
    Array.from({ length: n / 1e4 }, (_, k) =>
      Object.fromEntries(Array.from({ length: 1e4 }, (_, id) => [`key ${id}`, id + k])),
    ),
  // One object that holds all others.
  wide: (n) => {
    const all = {};
    for (let id = 0; id < n; id++) all[`k${id}`] = { id };
    return all;
  },
  // The longest array there is, with few elements.
  sparse: (n) => {
    const array = [];
    for (let id = 0; id < n; id++) array[id * 400] = id;
    array.length = 2 ** 32 - 1;
    return array;
  },
  // One string: 500 million characters at 10^7.
  string: (n) => 'abcdefghijklmnopqrstuvwxyz0123456789 .,;-+*/()[]{}'.repeat(n),
};

if (process.argv[2] === 'measure') {
  await measure(process.argv[3], process.argv[4], Number(process.argv[5]), process.argv[6]);
} else {
  main();
}

function main() {
  const { values } = parseArgs({
    options: {
      max: { type: 'string', default: '10000000' },
      workloads: { type: 'string', default: Object.keys(WORKLOADS).join() },
      huge: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const folder = fs.mkdtempSync(join(os.tmpdir(), 'brine-scale-'));
  try {
    if (values.huge !== undefined) return printHuge(Number(values.huge), folder);
    const rows = values.workloads
      .split(',')
      .flatMap((name) =>
        SIZES.filter((n) => n <= Number(values.max)).map((n) =>
          measured(name, n, join(folder, `${name}-${n}`)),
        ),
      );
    console.log(values.json ? JSON.stringify({ node: process.version, rows }, null, 1) : tableOf(rows));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function measured(name, n, file) {
  process.stderr.write(`\r${name} ${n}        `);
  const dump = inProcess('dump', name, n, file);
  const load = inProcess('load', name, n, file);
  fs.rmSync(file);
  process.stderr.write('\r                              \r');
  return { name, n, bytes: load.bytes, dump, load };
}

function inProcess(direction, name, n, file) {
  const words = [
    '--expose-gc',
    `--max-old-space-size=${HEAP_MB}`,
    script,
    'measure',
    direction,
    name,
    String(n),
    file,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${direction} of ${n} ${name}: exit ${status}\n${stderr}`);
  return JSON.parse(stdout);
}

async function measure(direction, name, n, file) {
  const { dump, load } = await import(library);
  let value = direction === 'load' ? undefined : name === 'huge' ? blocks(n) : WORKLOADS[name](n);
  const before = settledBytes();
  resetPeak();
  const start = performance.now();
  const startCpu = process.cpuUsage();
  if (direction === 'dump') await dump(value, file);
  else ({ value } = await load(file));
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(startCpu);
  const peakBytes = peak() - before;
  const result = { ms, cpuMs: (user + system) / 1000, peakBytes, bytes: fs.statSync(file).size };
  if (direction === 'load') result.valueBytes = Math.max(0, settledBytes() - before);
  if (name === 'huge' && direction === 'load') checkBlocks(value);
  if (value === undefined) throw new Error('nothing came back');
  console.log(JSON.stringify(result));
}

function blocks(gigabytes) {
  const count = Math.ceil((gigabytes * GIGABYTE) / BLOCK_BYTES);
  return Array.from({ length: count }, (_, i) => new Float64Array(BLOCK_BYTES / 8).fill(i + 0.5));
}

function checkBlocks(value) {
  value.forEach((block, i) => {
    const isWhole = block.length === BLOCK_BYTES / 8 && block.every((number) => number === i + 0.5);
    if (!isWhole) throw new Error(`block ${i} came back changed`);
  });
}

function settledBytes() {
  globalThis.gc();
  globalThis.gc();
  return statusBytes('VmRSS');
}

function resetPeak() {
  if (fs.existsSync('/proc/self/clear_refs')) fs.writeFileSync('/proc/self/clear_refs', '5');
}

function peak() {
  return statusBytes('VmHWM');
}

function statusBytes(field) {
  if (!fs.existsSync('/proc/self/status')) return process.memoryUsage.rss();
  const line = fs.readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'));
  return Number(line[1]) * 1024;
}

function tableOf(rows) {
  const heads = ['', 'n', 'dump µs', 'CPU', 'extra B', 'load µs', 'CPU', 'of file', 'file B'];
  const lines = rows.map(({ name, n, bytes, dump, load }) => [
    name,
    n.toExponential(0),
    ((dump.ms * 1000) / n).toFixed(2),
    ((dump.cpuMs * 1000) / n).toFixed(2),
    Math.max(0, (dump.peakBytes - 1.5 * bytes) / n).toFixed(0),
    ((load.ms * 1000) / n).toFixed(2),
    ((load.cpuMs * 1000) / n).toFixed(2),
    Math.max(0, (load.peakBytes - load.valueBytes) / bytes).toFixed(1),
    (bytes / n).toFixed(1),
  ]);
  return [
    ...layOut([heads, ...lines]),
    `  each per object; extra: peak beside 1.5 × the file (target ${DUMP_EXTRA_BYTES}); of file: peak beside the values, in files (target 1.2)`,
  ].join('\n');
}

function printHuge(gigabytes, folder) {
  const { bytes, dump, load } = measured('huge', gigabytes, join(folder, 'huge'));
  const mb = (count) => `${Math.round(count / 1e6)} MB`;
  console.log(`file ${mb(bytes)}
dump ${Math.round(dump.ms)} ms, peak beside the values ${mb(dump.peakBytes)}
load ${Math.round(load.ms)} ms, peak beside the values ${mb(load.peakBytes - load.valueBytes)}, every number compared`);
}
