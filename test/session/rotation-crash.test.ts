// Goal: a power cut at any moment while the saves of a name rotate leaves the newest acknowledged one, and of those that are kept
// each whole or not there; and the next save works and gets a number of its own.
// Method: seeded runs of saves as sessions make them (claim, write, flush, prune) on the disk in memory, dead at a random call,
// then a crash that keeps, drops, cuts or garbles everything unflushed. Without the flush of the folder it must fail.

import { expect, test } from 'vitest';
import type { Place } from '../../src/session/places.js';
import { writeSession } from '../../src/session/write.js';
import {
  generationFile,
  generationsIn,
  type Keeping,
  pruneGenerations,
} from '../../src/store/generations.js';
import type { IoSync } from '../../src/store/io.js';
import { faultyIo } from '../../src/store/io-faulty.js';
import { MemoryIo } from '../../src/store/io-memory.js';
import { randomFrom } from '../../src/store/random.js';
import { runStepsSync } from '../../src/store/steps.js';
import { reportRow, scaled } from '../helpers/torture.js';
import { chunksOf, content, isSame } from '../store/sample.js';

const SEEDS = scaled(1000, 10_000);
const SAVES_MAX = 8;
const KEEPING: Keeping = { countMax: 3 };

function placeOn(io: IoSync): Place {
  const generations = () => runStepsSync(generationsIn(io, '/'));
  return {
    shownAs: 'work',
    folder: '/',
    name: 'session',
    key: '/',
    isOwn: true,
    look() {
      const newest = generations().at(-1);
      return newest && { ...newest, modifiedAtMs: newest.savedAtMs };
    },
    otherKind: () => undefined,
    stampOf: (before) => before,
    pathFor: (generation) => `/${generationFile(generation)}`,
    targetFor: (generation) => `work@${generation}`,
    prepare: () => {},
    prune: (disk, keeping) => pruneGenerations(disk, '/', keeping),
  };
}

const bytesOf = (seed: number, generation: number): Uint8Array =>
  content(seed + generation, 50 + ((seed * 31 + generation * 97) % 900));

function save(io: IoSync, seed: number): number {
  const { generation } = runStepsSync(
    writeSession(io, placeOn(io), {
      seen: undefined,
      startedAtMs: 0,
      mayOverwrite: true,
      keeping: KEEPING,
      chunksOf: (number) => chunksOf(bytesOf(seed, number), 200),
    }),
  );
  return generation;
}

interface Outcome {
  readonly problem: string | undefined;
  readonly isInFlight: boolean;
  readonly older: number;
}

function crashRun(seed: number, weaken: (io: IoSync) => IoSync = (io) => io): Outcome {
  const random = randomFrom(seed);
  const disk = new MemoryIo();
  // A claim that a power cut has garbled counts for some seconds; the machine takes longer to start.
  disk.nowMs = Date.now() - 60_000;
  const deathAt = random(SAVES_MAX * 30);
  const acknowledged: number[] = [];
  try {
    const io = faultyIo(weaken(disk), ({ index }) => (index === deathAt ? { kind: 'death' } : undefined));
    for (let count = 0; count < SAVES_MAX; count++) acknowledged.push(save(io, seed));
  } catch {}
  disk.crash(random);
  const found = runStepsSync(generationsIn(disk, '/')).map(({ generation }) => generation);
  const newest = acknowledged.at(-1) ?? 0;
  const problem = judge(disk, {
    seed,
    found,
    newest,
    kept: acknowledged.slice(-(KEEPING.countMax ?? 0) + 1),
  });
  const isInFlight = found.some((generation) => generation > newest);
  return { problem: problem ?? nextSave(disk, seed, found), isInFlight, older: found.length };
}

interface Found {
  readonly seed: number;
  readonly found: readonly number[];
  readonly newest: number;
  /** Acknowledged ones that also a save in flight leaves alone. */
  readonly kept: readonly number[];
}

function judge(disk: MemoryIo, { seed, found, newest, kept }: Found): string | undefined {
  for (const generation of found) {
    if (!isSame(disk.get(`/${generationFile(generation)}`), bytesOf(seed, generation)))
      return `${generation} is damaged`;
    if (generation > newest + 1) return `nobody saved ${generation}`;
  }
  const lost = kept.find((generation) => !found.includes(generation));
  return lost === undefined ? undefined : `${lost} is lost`;
}

// The process that died is no more.
function nextSave(disk: MemoryIo, seed: number, found: readonly number[]): string | undefined {
  const io = new Proxy(disk, {
    get(target, name) {
      if (name === 'isAlive') return () => false;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const generation = save(io, seed);
  if (generation <= (found.at(-1) ?? 0)) return `${generation} was used before`;
  const bytes = disk.get(`/${generationFile(generation)}`);
  return isSame(bytes, bytesOf(seed, generation)) ? undefined : 'the next save is damaged';
}

test(`${SEEDS} power cuts while saves rotate: nothing acknowledged is lost, nothing is damaged`, () => {
  let inFlight = 0;
  let more = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const { problem, isInFlight, older } = crashRun(seed);
    expect(problem, `seed ${seed}`).toBeUndefined();
    if (isInFlight) inFlight++;
    if (older > (KEEPING.countMax ?? 0)) more++;
  }
  reportRow({
    what: 'power cut while the saves of a name rotate, on the disk in memory',
    trials: SEEDS,
    result: `0 damaged, 0 lost, the next save works (${inFlight} with the save in flight, ${more} with older ones back)`,
  });
  expect(inFlight, 'the spread').toBeGreaterThan(SEEDS / 50);
});

test('without the flush of the folder saves are lost, and without that of the file they are damaged', () => {
  for (const [kind, expected] of [
    ['folder', /lost/],
    ['file', /damaged/],
  ] as const) {
    const weaken = (io: IoSync): IoSync => ({
      ...faultyIo(io, () => undefined),
      sync: (handle) => (io.stat(handle).kind === kind ? undefined : io.sync(handle)),
    });
    const problems = Array.from({ length: 300 }, (_, seed) => crashRun(seed, weaken).problem ?? '');
    expect(problems.join(' '), kind).toMatch(expected);
  }
});
