// One measurement: one peer, one workload, dumping or loading, in this process only. Prints one line of JSON.
//
//   node measure.mjs dump <peer> <workload> <n> <file>    leaves the bytes in the file
//   node measure.mjs load <peer> <workload> <n> <file>    reads them, and checks the result against the original
import fs from 'node:fs';

const WARM_UPS = 3;
const WARM_RUNS_MIN = 5;
const WARM_RUNS_MAX = 50;
const WARM_MS = 300;

const [direction, peerName, workloadName, count, file] = process.argv.slice(2);
const n = Number(count);
const { peer } = await import(`./peers/${peerName}.mjs`);
const { workload } = await import(`./workloads/${workloadName}.mjs`);

const reason = await peer.available();
const result = reason === undefined ? await measure() : { error: `is not available: ${reason}` };
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
  fs.writeFileSync(file, bytes);
  return { ...times, bytes: bytes.length };
}

async function measureLoad() {
  const read = fs.readFileSync(file);
  // Of its own and at offset 0, as a file is read in earnest.
  const bytes = new Uint8Array(read);
  let copy;
  const times = await timed(async () => {
    copy = undefined;
    copy = await peer.load(bytes);
  });
  return { ...times, losses: workload.check(workload.make(n), copy) };
}

async function timed(run) {
  const coldMs = await once(run);
  for (let i = 0; i < WARM_UPS; i++) await run();
  const warmMs = [];
  let spentMs = 0;
  while (warmMs.length < WARM_RUNS_MIN || (spentMs < WARM_MS && warmMs.length < WARM_RUNS_MAX)) {
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
