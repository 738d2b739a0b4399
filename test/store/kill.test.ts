// Goal: `kill -9` during a save leaves the old file or the new one, whole, and the next start removes the rest.
// Method: a process of its own saves a large file over an old one and is killed after a delay; the delays are spread
// over the measured duration of a save and moved when one outcome gets rare, and both outcomes must be frequent.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepTemps } from '../../src/store/sweep-temps.js';
import { reportRow, scaled } from '../helpers/torture.js';
import { bundleStore } from './bundle.js';
import { content, isSame, which } from './sample.js';

const KILLS = scaled(20, 200);
const CHUNK_BYTES = 64 * 1024;
const before = content(1, 1_000_000);
const after = content(2, 12_000_000);
let folder = '';
let child = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'brine-kill-'));
  child = join(folder, 'child.mjs');
  fs.writeFileSync(join(folder, 'after.bin'), after);
  fs.writeFileSync(
    child,
    `import fs from 'node:fs';
     import { replaceFile } from ${JSON.stringify(bundleStore(folder))};
     const [path, content] = process.argv.slice(2);
     const bytes = fs.readFileSync(content);
     const chunks = [];
     for (let at = 0; at < bytes.length; at += ${CHUNK_BYTES}) chunks.push(bytes.subarray(at, at + ${CHUNK_BYTES}));
     fs.writeSync(1, 'start');
     await replaceFile(path, chunks);
     fs.writeSync(1, 'saved');
     setInterval(() => {}, 1000);`,
  );
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

interface Killed {
  readonly isAcknowledged: boolean;
  /** From the start of the save to its acknowledgement, or to the kill. */
  readonly durationMs: number;
}

// Starts a save and kills it after a delay; without one, as soon as it is acknowledged.
function saveAndKill(path: string, delayMs: number | undefined): Promise<Killed> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, path, join(folder, 'after.bin')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let startedAtMs = 0;
    running.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (startedAtMs === 0) {
        startedAtMs = performance.now();
        if (delayMs !== undefined) setTimeout(() => running.kill('SIGKILL'), delayMs);
      }
      if (delayMs === undefined && output.includes('saved')) running.kill('SIGKILL');
    });
    running.on('error', reject);
    running.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the child ended by itself: ${output}`));
      resolve({ isAcknowledged: output.includes('saved'), durationMs: performance.now() - startedAtMs });
    });
  });
}

test(`${KILLS} kills: old or new, whole; acknowledged saves are there`, {
  timeout: KILLS * 6000,
}, async () => {
  const place = join(folder, 'place');
  fs.mkdirSync(place);
  const path = join(place, 'work.pkl');
  const durations: number[] = [];
  for (let i = 0; i < 3; i++) durations.push((await saveAndKill(path, undefined)).durationMs);
  let spanMs = durations.sort((a, b) => a - b)[1]! * 1.5;

  const counts = { old: 0, new: 0, 'left over': 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    fs.writeFileSync(path, before);
    const delayMs = ((kill * 0.618) % 1) * spanMs;
    const { isAcknowledged } = await saveAndKill(path, delayMs);
    const state = which(fs.readFileSync(path), before, after);
    const replay = `kill ${kill} after ${delayMs.toFixed(1)} of ${spanMs.toFixed(1)} ms: ${state}`;
    expect(['old', 'new'], replay).toContain(state);
    if (isAcknowledged) expect(state, replay).toBe('new');
    counts[state as 'old' | 'new'] += 1;
    const others = fs.readdirSync(place).filter((name) => name !== 'work.pkl');
    counts['left over'] += others.length;
    expect(await sweepTemps(place), replay).toEqual(others.sort());
    expect(fs.readdirSync(place), replay).toEqual(['work.pkl']);
    if (counts.old > 3 * counts.new + 6) spanMs *= 1.3;
    if (counts.new > 3 * counts.old + 6) spanMs /= 1.3;
  }
  const spread = `${JSON.stringify(counts)}, a save takes about ${durations[1]!.toFixed(0)} ms`;
  reportRow({
    what: 'kill -9 while the store writes 12 MB',
    trials: KILLS,
    result: `0 torn, 0 acknowledged saves lost (${spread})`,
  });
  expect(counts.old, spread).toBeGreaterThanOrEqual(KILLS / 10);
  expect(counts.new, spread).toBeGreaterThanOrEqual(KILLS / 10);
  expect(counts['left over'], spread).toBeGreaterThan(0);
});

test('a plain write in place, killed the same way, is torn: the test can tell', {
  timeout: 60_000,
}, async () => {
  const path = join(folder, 'plain.pkl');
  const plain = join(folder, 'plain.mjs');
  fs.writeFileSync(
    plain,
    `import fs from 'node:fs';
     const bytes = fs.readFileSync(process.argv[3]);
     const fd = fs.openSync(process.argv[2], 'w');
     for (let at = 0; at < bytes.length; at += ${CHUNK_BYTES}) {
       fs.writeSync(fd, bytes, at, Math.min(${CHUNK_BYTES}, bytes.length - at));
       if (at > bytes.length / 2) process.kill(process.pid, 'SIGKILL');
     }`,
  );
  fs.writeFileSync(path, before);
  await new Promise((resolve) => {
    spawn(process.execPath, [plain, path, join(folder, 'after.bin')], { stdio: 'ignore' }).on(
      'close',
      resolve,
    );
  });
  expect(which(fs.readFileSync(path), before, after)).toBe('torn');
  expect(isSame(before, after)).toBe(false);
});
