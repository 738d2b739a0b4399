// One measurement: one peer, one workload, dumping or loading, in this process only. Prints one line of JSON.
//
//   node measure.mjs dump <peer> <workload> <n> <file>    leaves the bytes in the file
//   node measure.mjs load <peer> <workload> <n> <file>    reads them, and checks the result against the original
//
// A peer of another language has a process of its own that keeps the same rules: python/measure.py.
import fs from 'node:fs';

const WARM_UPS = 3;
const WARM_RUNS_MIN = 5;
const WARM_RUNS_MAX = 50;
const WARM_MS = 300;
// A peer this slow on its first call is not asked as often.
const SLOW_MS = 1500;
const SLOW_WARM_UPS = 1;
const SLOW_WARM_RUNS = 2;

const [direction, peerName, workloadName, count, file] = process.argv.slice(2);
const n = Number(count);
const { peer } = await import(`./peers/${peerName}.mjs`);
const { workload } = await import(`./workloads/${workloadName}.mjs`);

const reason = await peer.available();
const result = reason === undefined ? await measure() : { error: `is not available: ${reason}` };
if (peer.note !== undefined) result.note = peer.note();
// Written at once, as the process may hold a lot.
fs.writeSync(1, `${JSON.stringify(result)}\n`);

async function measure() {
  try {
    return direction === 'dump' ? await measureDump() : await measureLoad();
  } catch (error) {
    return { error: `cannot ${direction} this: ${String(error?.message ?? error).split('\n')[0]}` };
  }
}

async function measureDump() {
  const value = workload.make(n);
  let bytes;
  const times = await timed(async () => {
    bytes = await peer.dump(value);
  });
  if (peer.isWithoutBytes) return { ...times, bytes: 0 };
  fs.writeFileSync(file, bytes);
  return { ...times, bytes: bytes.length };
}

async function measureLoad() {
  const bytes = peer.isWithoutBytes ? await peer.dump(workload.make(n)) : bytesOfFile();
  let copy;
  const times = await timed(async () => {
    copy = undefined;
    copy = await peer.load(bytes);
  });
  return { ...times, losses: workload.check(workload.make(n), copy) };
}

function bytesOfFile() {
  // Of its own and at offset 0, as a file is read in earnest.
  return new Uint8Array(fs.readFileSync(file));
}

async function timed(run) {
  const coldMs = await once(run);
  const isSlow = coldMs > SLOW_MS;
  for (let i = 0; i < (isSlow ? SLOW_WARM_UPS : WARM_UPS); i++) await run();
  const runsMin = isSlow ? SLOW_WARM_RUNS : WARM_RUNS_MIN;
  const warmMs = [];
  let spentMs = 0;
  while (warmMs.length < runsMin || (spentMs < WARM_MS && warmMs.length < WARM_RUNS_MAX)) {
    const ms = await once(run);
    warmMs.push(ms);
    spentMs += ms;
  }
  return { coldMs, warmMs, rssMiB: process.resourceUsage().maxRSS / 1024 };
}

async function once(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
