// Goal: `kill -9` at any moment of `Session.save` leaves the last acknowledged save or the one in flight, whole, and the
// next save removes what is left over.
// Method: processes of their own save a changing session over and over into one file and are killed at a random moment
// within the measured duration of a save; the file is then loaded and every value in it looked at. Kills before the
// writing, during it and after the rename must all be there, else nothing was tried.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { load } from '../../src/index.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { testSeed } from '../helpers/seed.js';
import { reportRow, scaled } from '../helpers/torture.js';

const KILLS = scaled(100, 1000);
const RUNNERS = 2;
const ITEMS = 1000;
const BLOB_BYTES = 500_000;

let lib: LibraryBundle;
let program = '';
beforeAll(async () => {
  lib = await bundleLibrary(['src/session/index.ts']);
  program = join(lib.folder, 'saves.mjs');
  fs.writeFileSync(
    program,
    `import fs from 'node:fs';
     import { Session } from ${JSON.stringify(lib.url)};
     const session = new Session();
     const path = process.argv[2];
     fs.writeSync(1, 'start\\n');
     for (let n = Number(process.argv[3]); ; n++) {
       globalThis.n = n;
       globalThis.items = Array.from({ length: ${ITEMS} }, (_, i) => ({ i, n }));
       globalThis.blob = new Uint8Array(${BLOB_BYTES}).fill(n);
       await session.save(path);
       fs.writeSync(1, n + '\\n');
     }`,
  );
});
afterAll(() => lib.remove());

interface Killed {
  /** The number of the last save that this process acknowledged; undefined when none was. */
  readonly acknowledged: number | undefined;
  /** Milliseconds that its first save took; undefined when it was killed before. */
  readonly saveMs: number | undefined;
}

// Starts saving from a number on and kills that some time after the first save has begun.
function saveAndKill(path: string, from: number, delayMs: number): Promise<Killed> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, [program, path, String(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let lastMs = 0;
    let saveMs: number | undefined;
    child.stdout!.on('data', (data: Buffer) => {
      const now = performance.now();
      if (lastMs === 0) setTimeout(() => child.kill('SIGKILL'), delayMs);
      else saveMs ??= now - lastMs;
      lastMs = now;
      output += data.toString();
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the process ended by itself: ${output}`));
      const numbers = output.split('\n').slice(1, -1).map(Number);
      resolve({ acknowledged: numbers.at(-1), saveMs });
    });
  });
}

// The number of the save that the file holds, after a look at all of it.
async function numberIn(path: string): Promise<number> {
  const { value, close } = await load<any>(path, { lazy: true });
  const { n, items, blob } = value as { n: number; items: { i: number; n: number }[]; blob: Uint8Array };
  const isWhole =
    items.length === ITEMS &&
    items.every((item, i) => item.i === i && item.n === n) &&
    blob.length === BLOB_BYTES &&
    Buffer.compare(blob, Buffer.alloc(BLOB_BYTES, n & 255)) === 0;
  close();
  if (!isWhole) throw new Error(`save ${n} is not what was saved`);
  return n;
}

interface Counts {
  old: number;
  new: number;
  'left over': number;
}

async function runKills(place: string, kills: number, random: () => number, counts: Counts): Promise<void> {
  fs.mkdirSync(place);
  const path = join(place, 'work.pkl');
  let from = 1;
  let spanMs = (await saveAndKill(path, from, 1500)).saveMs!;
  let leftOver: string[] = [];
  let there = await numberIn(path);
  for (let kill = 0; kill < kills; kill++) {
    from = there + 1;
    const delayMs = random() * spanMs;
    const { acknowledged = from - 1, saveMs } = await saveAndKill(path, from, delayMs);
    const found = await numberIn(path);
    there = found;
    const replay = `kill ${kill} after ${delayMs.toFixed(1)} ms: ${found} is there, ${acknowledged} was acknowledged`;
    expect([acknowledged, acknowledged + 1], replay).toContain(found);
    if (found === acknowledged) counts.old++;
    else counts.new++;
    const names = fs.readdirSync(place).filter((name) => name !== 'work.pkl');
    // What the process before left is gone once this one has saved.
    if (acknowledged >= from)
      expect(
        names.filter((name) => leftOver.includes(name)),
        replay,
      ).toEqual([]);
    counts['left over'] += names.filter((name) => !leftOver.includes(name)).length;
    leftOver = names;
    // Moments that are mostly too late try nothing.
    spanMs = saveMs === undefined ? spanMs * 1.04 : spanMs * 0.92;
  }
}

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`${KILLS} kills during saves: the acknowledged save or the one after it, whole (seed ${testSeed})`, {
  timeout: KILLS * 2000,
}, async () => {
  const counts: Counts = { old: 0, new: 0, 'left over': 0 };
  await Promise.all(
    Array.from({ length: RUNNERS }, (_, runner) =>
      runKills(join(lib.folder, `place-${runner}`), KILLS / RUNNERS, randomFrom(testSeed + runner), counts),
    ),
  );
  const { old, new: fresh, 'left over': leftOver } = counts;
  reportRow({
    what: 'kill -9 during Session.save',
    trials: old + fresh,
    result: `0 torn, 0 acknowledged saves lost (${old} old, ${fresh} new, ${leftOver} left-over files, all swept)`,
  });
  expect(old + fresh).toBe(KILLS);
  expect(leftOver, 'kills during the writing').toBeGreaterThanOrEqual(KILLS / 20);
  expect(old, 'kills before the rename').toBeGreaterThanOrEqual(KILLS / 10);
  expect(fresh, 'kills after the rename').toBeGreaterThan(0);
});
