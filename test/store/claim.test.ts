// Goal: two processes never both hold the right to save the next generation, whatever was killed before; a number is
// never used twice, and the claims of the dead go.
// Method: processes on one disk in memory, their calls mixed at random, some killed on the way with a claim in their hands;
// who holds a claim is watched, and every save must have a number above all before it. The same with claims that are taken
// over from the dead by removing them must fail, else nothing was tried.

import { expect, test } from 'vitest';
import { claimNext, releaseClaim } from '../../src/store/claim.js';
import type { Io } from '../../src/store/io.js';
import { faultyIo } from '../../src/store/io-faulty.js';
import { MemoryIo } from '../../src/store/io-memory.js';
import { type Random, randomFrom } from '../../src/store/random.js';
import { runSteps, runStepsSync } from '../../src/store/steps.js';
import { hostTag } from '../../src/store/temp-name.js';
import { reportRow, scaled } from '../helpers/torture.js';
import { content, errorOf, expectStoreError } from './sample.js';

const SEEDS = scaled(200, 10_000);
const PROCESSES = 10;
const AT_ONCE = 4;

class World {
  generation = 0;
  readonly saved: number[] = [];
  readonly problems: string[] = [];
  readonly dead = new Set<number>();
  readonly holding = new Set<number>();
  readonly disk = new MemoryIo();
  readonly #waiting: { pid: number; go: () => void }[] = [];
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** Waits until it is this process's turn; for ever when it was killed. */
  turn(pid: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ pid, go: resolve }));
  }

  /** The disk as a process sees it: every call takes a turn. */
  ioOf(pid: number, isTakingOver: boolean): Io {
    const { disk } = this;
    const own = new TextEncoder().encode(`${pid} ${hostTag()}\n`);
    const call = async (name: string, given: any[]): Promise<unknown> => {
      await this.turn(pid);
      if (name === 'isAlive') return !this.dead.has(given[0] as number);
      if (name === 'write') return disk.write(given[0], own) && given[1].length;
      if (name === 'open' && given[1] === 'wx' && isTakingOver) this.#takeOver(given[0] as string);
      return (disk as any)[name](...given);
    };
    return new Proxy(disk as unknown as Io, {
      get: (_disk, name: string) => (name === 'isWindows' ? false : (...given: any[]) => call(name, given)),
    });
  }

  // What a simpler protocol would do: whoever finds a claim of the dead removes it and makes its own.
  #takeOver(path: string): void {
    const text = Buffer.from(this.disk.get(path) ?? []).toString();
    if (this.dead.has(Number(text.split(' ')[0]))) this.disk.unlink(path);
  }

  /** Runs whoever waits, one call of one process after another, until nobody does. */
  async run(start: (pid: number) => Promise<void>, isKilling: boolean): Promise<void> {
    let started = 0;
    let running = 0;
    for (;;) {
      for (; running < AT_ONCE && started < PROCESSES; running++) {
        const pid = 1000 + started++;
        void start(pid).then(
          () => running--,
          (error) => this.problems.push(String(error)),
        );
      }
      for (let tick = 0; tick < 12; tick++) await null;
      if (this.#waiting.length === 0) return;
      const [one] = this.#waiting.splice(this.#random(this.#waiting.length), 1);
      const { pid, go } = one!;
      if (isKilling && started > AT_ONCE && this.#random(40) === 0) {
        this.dead.add(pid);
        this.holding.delete(pid);
        running--;
      } else go();
    }
  }
}

async function mixedRun(seed: number, isTakingOver = false): Promise<World> {
  const world = new World(seed);
  const claimed = { folder: '/', name: 'work.pkl', shownAs: 'work.pkl', current: () => world.generation };
  const start = async (pid: number): Promise<void> => {
    const io = world.ioOf(pid, isTakingOver);
    const claim = await runSteps(claimNext(io, claimed, 1e9));
    world.holding.add(pid);
    if (world.holding.size > 1) world.problems.push(`${[...world.holding].join(' and ')} hold claims`);
    await world.turn(pid);
    if (claim.generation <= world.generation) world.problems.push(`${claim.generation} was used before`);
    world.generation = claim.generation;
    world.saved.push(claim.generation);
    await world.turn(pid);
    world.holding.delete(pid);
    await runSteps(releaseClaim(io, claimed, claim, true));
  };
  await world.run(start, true);
  return world;
}

test(`${SEEDS} mixed runs with kills: one holder at a time, numbers rise`, async () => {
  let saves = 0;
  let kills = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const world = await mixedRun(seed);
    expect(world.problems, `seed ${seed}`).toEqual([]);
    saves += world.saved.length;
    kills += world.dead.size;
  }
  const result = `0 times two holders, 0 numbers used twice (${saves} saves, ${kills} kills)`;
  reportRow({ what: 'savers whose calls mix at random', trials: SEEDS, result });
  expect(saves).toBeGreaterThan(SEEDS * 4);
  expect(kills).toBeGreaterThan(SEEDS / 4);
});

test('the same with claims that are taken over from the dead goes wrong: the test can tell', async () => {
  const problems: string[] = [];
  for (let seed = 0; seed < 2000 && problems.length === 0; seed++)
    problems.push(...(await mixedRun(seed, true)).problems);
  expect(problems).not.toEqual([]);
});

const claimedAt = (generation: number) => ({
  ...{ folder: '/', name: 'work.pkl', shownAs: '/work.pkl' },
  current: () => generation,
});

function put(disk: MemoryIo, number: number, owner: string): string {
  const name = `.work.pkl.${number}.claim`;
  disk.put(`/${name}`, new TextEncoder().encode(owner));
  return name;
}

test('the claim of a dead process is passed over, and goes when a later save is in place', () => {
  const disk = new MemoryIo();
  put(disk, 4, `999999999 ${hostTag()}\n`);
  const claim = runStepsSync(claimNext(disk, claimedAt(3)));
  expect(claim).toEqual({ generation: 5, before: 3 });
  runStepsSync(releaseClaim(disk, claimedAt(5), claim, true));
  expect(disk.list('/')).toEqual([]);
});

test('after a save that failed, the claims of the dead stay: they are what keeps the number from being used', () => {
  const disk = new MemoryIo();
  const dead = put(disk, 4, `999999999 ${hostTag()}\n`);
  const claim = runStepsSync(claimNext(disk, claimedAt(3)));
  runStepsSync(releaseClaim(disk, claimedAt(3), claim, false));
  expect(disk.list('/')).toEqual([dead]);
});

test('a live process is waited for, and named when it does not finish', async () => {
  const disk = new MemoryIo({ alive: [4711] });
  const name = put(disk, 4, `4711 ${hostTag()}\n`);
  const error = await errorOf(() => runStepsSync(claimNext(disk, claimedAt(3), 100)));
  expect(expectStoreError(error, 'STORE_BUSY').hint).toContain(name);
});

test('claims of another machine, and such that were never signed, count for a time', () => {
  for (const [owner, ageMs] of [
    [`1 ${hostTag() === '0000' ? '0001' : '0000'}\n`, 61 * 60_000],
    ['', 11_000],
  ] as const) {
    const disk = new MemoryIo();
    put(disk, 4, owner);
    expect(() => runStepsSync(claimNext(disk, claimedAt(3), 100))).toThrow(/does not finish/);
    const old = new MemoryIo();
    old.nowMs = Date.now() - ageMs;
    put(old, 4, owner);
    expect(runStepsSync(claimNext(old, claimedAt(3), 100)).generation).toBe(5);
  }
});

test('neighbours whose names begin alike keep their claims, and long names have some of their own', () => {
  const disk = new MemoryIo();
  disk.put('/.work.pkl.2.pkl.1.claim', content(1, 1));
  disk.put('/.work.pkl.x.claim', content(1, 1));
  const long = { ...claimedAt(0), name: `${'é'.repeat(120)}.pkl` };
  for (const claimed of [claimedAt(0), long])
    runStepsSync(releaseClaim(disk, claimed, runStepsSync(claimNext(disk, claimed)), true));
  expect(disk.list('/')).toHaveLength(2);
  expect(runStepsSync(claimNext(disk, long)).generation).toBe(1);
  expect(Buffer.byteLength(disk.list('/').at(-1)!)).toBeLessThan(255);
});

test('a disk on which no claim can be made is an error, and no claim stays', async () => {
  for (const call of ['open', 'write', 'close'] as const) {
    const disk = new MemoryIo();
    const io = faultyIo(disk, ({ name }) => (name === call ? { kind: 'errno', code: 'ENOSPC' } : undefined));
    const error = await errorOf(() => runStepsSync(claimNext(io, claimedAt(0))));
    expect(expectStoreError(error, 'STORE_WRITE').message).toContain('making the file failed');
    expect(disk.list('/'), call).toEqual([]);
  }
});
