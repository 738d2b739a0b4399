// Goal: what a journal's lines say survives: after a power cut at any moment it reads as the lines that were written, in order, with
// every line that was flushed; a disk that fails costs the lines from there on, never one before, and is told once.
// Method: seeded runs on the disk in memory: lines and flushes at random, dead at a random call, a crash that keeps, drops, cuts or
// garbles everything unflushed; then every call failing in every way, and a disk that becomes full. Without the flush of the
// folders the file is lost.

import { expect, test } from 'vitest';
import { type JournalEntry, journalLine, readJournal } from '../../../src/session/autosave/journal.js';
import { JournalWriter } from '../../../src/session/autosave/writer.js';
import type { IoHandle, IoSync } from '../../../src/store/io.js';
import { type Fault, type FaultyCall, faultyIo } from '../../../src/store/io-faulty.js';
import { MemoryIo } from '../../../src/store/io-memory.js';
import { type Random, randomFrom } from '../../../src/store/random.js';
import { reportRow, scaled } from '../../helpers/torture.js';

const SEEDS = scaled(2000, 10_000);
const LINES_MAX = 12;
const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE', 'EROFS'];

type Done = (error: unknown) => void;

interface Run {
  readonly disk: MemoryIo;
  /** Lines that were handed over, and how many of them the disk had confirmed. */
  written: number;
  confirmed: number;
  troubles: unknown[];
}

const entry = (number: number): JournalEntry => ({
  type: 'change',
  command: `${'x'.repeat((number * 37) % 200)}${number}`,
  kinds: {},
  rebound: [],
  gone: [],
});

// Background flushes end when `random` says so, in the middle of other calls.
function run(disk: MemoryIo, io: IoSync, random: Random): Run {
  const state: Run = { disk, written: 0, confirmed: 0, troubles: [] };
  const waiting: { handle: IoHandle; done: Done; lines: number }[] = [];
  const finishOne = (): void => {
    const [next] = waiting.splice(0, 1);
    if (next === undefined) return;
    try {
      io.sync(next.handle);
    } catch (error) {
      return next.done(error);
    }
    next.done(null);
  };
  try {
    const writer = new JournalWriter(
      {
        path: '/place/journal',
        folders: ['/place', '/'],
        io,
        syncLater: (handle, done) => waiting.push({ handle, done, lines: state.written }),
      },
      (error) => state.troubles.push(error),
    );
    for (let number = 1; number <= LINES_MAX; number++) {
      writer.append(journalLine(entry(number), number));
      if (state.troubles.length === 0) state.written = number;
      if (random(3) === 0) finishOne();
      if (random(4) !== 0) continue;
      writer.flush();
      if (state.troubles.length === 0) state.confirmed = state.written;
    }
    while (waiting.length > 0) finishOne();
    writer.close();
  } catch (error) {
    if (!String(error).includes('dead')) throw error;
  }
  return state;
}

const readOn = (disk: MemoryIo): readonly number[] | undefined => {
  const bytes = disk.get('/place/journal');
  return bytes && readJournal(Buffer.from(bytes).toString('utf8')).map(({ number }) => number);
};

const isPrefix = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => number === index + 1);

const freshDisk = (): MemoryIo => new MemoryIo({ folders: ['/', '/place'] });

function crashRun(seed: number, weaken: (io: IoSync) => IoSync = (io) => io): string | undefined {
  const random = randomFrom(seed);
  const disk = freshDisk();
  const deathAt = random(LINES_MAX * 4);
  const io = faultyIo(weaken(disk), ({ index }) => (index === deathAt ? { kind: 'death' } : undefined));
  const { confirmed } = run(disk, io, random);
  disk.crash(random);
  const found = readOn(disk);
  if (found === undefined) return confirmed === 0 ? undefined : 'the journal is lost';
  if (!isPrefix(found)) return `lines ${found.join(' ')}`;
  return found.length >= confirmed ? undefined : `${found.length} lines of ${confirmed} confirmed ones`;
}

test(`${SEEDS} power cuts while lines are written: whole lines in order, and every confirmed one`, () => {
  for (let seed = 0; seed < SEEDS; seed++) expect(crashRun(seed), `seed ${seed}`).toBeUndefined();
  reportRow({
    what: 'power cut while the journal is written, on the disk in memory',
    trials: SEEDS,
    result: '0 confirmed lines lost, 0 damaged ones read',
  });
});

test('the crash model catches a journal that leaves out a flush', () => {
  for (const kind of ['file', 'folder'] as const) {
    const weaken = (io: IoSync): IoSync => ({
      ...faultyIo(io, () => undefined),
      sync: (handle) => (io.stat(handle).kind === kind ? undefined : io.sync(handle)),
    });
    const problems = Array.from({ length: 300 }, (_, seed) => crashRun(seed, weaken));
    expect(
      problems.some((problem) => problem !== undefined),
      kind,
    ).toBe(true);
  }
});

test('each call failing in each way: the lines before are there, and it is told once', () => {
  const calls = faultyIo(freshDisk(), () => undefined);
  run(freshDisk(), calls, randomFrom(1));
  const ways: readonly Fault[] = [
    ...CODES.flatMap((code) => [{ kind: 'errno', code } as const, { kind: 'lie', code } as const]),
    { kind: 'short', bytes: 0 },
    { kind: 'short', bytes: 5 },
  ];
  let trials = 0;
  for (const { index, name } of calls.calls) {
    for (const fault of ways) {
      if (fault.kind === 'short' && name !== 'write') continue;
      trials++;
      const disk = freshDisk();
      const plan = (call: FaultyCall): Fault | undefined => (call.index === index ? fault : undefined);
      const replay = `call ${index} (${name}), ${JSON.stringify(fault)}`;
      let state: Run;
      try {
        state = run(disk, faultyIo(disk, plan), randomFrom(1));
      } catch (error) {
        // The file could not be made: whoever makes the journal is told.
        expect(index, replay).toBe(0);
        expect(error, replay).toHaveProperty('code');
        continue;
      }
      const found = readOn(disk) ?? [];
      expect(isPrefix(found), replay).toBe(true);
      expect(found.length, replay).toBeGreaterThanOrEqual(state.written);
      const isHarmless = name === 'close' || (fault.kind === 'short' && fault.bytes > 0);
      expect(state.troubles.length, replay).toBe(isHarmless ? 0 : 1);
      // What was opened and said that it was not is nobody's to close.
      const open = name === 'open' && fault.kind === 'lie' ? 1 : 0;
      expect(disk.openCount, `${replay}: left open`).toBe(open);
    }
  }
  reportRow({
    what: 'every n-th call of the journal failing',
    trials,
    result: '0 lines lost that were written before, told once each time',
  });
});

test('on a disk that becomes full the lines that fitted are there', () => {
  for (let capacityBytes = 0; capacityBytes < 1500; capacityBytes += 7) {
    const disk = new MemoryIo({ folders: ['/', '/place'], capacityBytes });
    const { written, troubles } = run(disk, disk, randomFrom(2));
    expect(readOn(disk), `${capacityBytes} bytes`).toEqual(
      Array.from({ length: written }, (_, index) => index + 1),
    );
    expect(troubles, `${capacityBytes} bytes`).toHaveLength(written === LINES_MAX ? 0 : 1);
  }
});
