// Goal: whatever single call of the disk fails in a whole save of a session, the place holds the old save or the new one, whole; an
// acknowledged one is there; the next save works, and clears away what the failed one left.
// Method: `Session.save` and `saveSync` as they are, to a file and to a name with generations, on a real folder; count the calls of
// a save that works, then fail each with each code, once not made and once made and reported as failed, and cut each write short.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Session } from '../../src/index.js';
import type { NamedSession } from '../../src/session/places.js';
import { type Fault, type FaultyCall, faultyIo } from '../../src/store/io-faulty.js';
import { realIo, realIoSync } from '../../src/store/io-real.js';
import { temporaryFolder } from '../helpers/brine.js';
import { isTorture, reportRow } from '../helpers/torture.js';

const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE', 'EROFS'];
/** In every run only so many-th combinations of call, kind and code; each is there in the long run. */
const STRIDE = isTorture ? 1 : 41;
const KINDS = ['errno', 'lie'] as const;
const KEPT = 3;

type Plan = (call: FaultyCall) => Fault | undefined;

const folder = temporaryFolder();
const real = { ...realIo };
const realSync = { ...realIoSync };
const session = new Session();
const home = process.env['BRINE_HOME'];

beforeAll(() => {
  process.env['BRINE_HOME'] = join(folder.path, 'home');
});
afterEach(restore);
afterAll(() => {
  if (home === undefined) delete process.env['BRINE_HOME'];
  else process.env['BRINE_HOME'] = home;
  Reflect.deleteProperty(globalThis, 'marker');
  Reflect.deleteProperty(globalThis, 'copy');
  folder.remove();
});

function restore(): void {
  Object.assign(realIo, real);
  Object.assign(realIoSync, realSync);
}

let round = 0;

async function mark(value: number): Promise<void> {
  await session.evaluator.evaluate(`var marker = [${value}, 'x'.repeat(3000)]`);
}

interface Place {
  readonly name: string;
  fresh(): { readonly target: string | NamedSession; readonly folder: string };
}

const PLACES: readonly Place[] = [
  {
    name: 'a file',
    fresh() {
      const place = join(folder.path, `file-${++round}`);
      mkdirSync(place);
      return { target: join(place, 'work.pkl'), folder: place };
    },
  },
  {
    name: 'a name with generations',
    fresh() {
      const name = `work-${++round}`;
      return { target: { session: name }, folder: join(folder.path, 'home', 'sessions', name) };
    },
  },
];

async function saveWith(target: string | NamedSession, isBlocking: boolean, plan: Plan) {
  const io = faultyIo(realSync, plan);
  Object.assign(realIo, io);
  Object.assign(realIoSync, io);
  let error: unknown;
  try {
    const options = { keeping: { countMax: KEPT } };
    if (isBlocking) session.saveSync(target, options);
    else await session.save(target, options);
  } catch (thrown) {
    error = thrown;
  } finally {
    restore();
  }
  return { calls: io.calls, error };
}

async function markerAt(target: string | NamedSession): Promise<number> {
  await session.load(target, { names: ['marker'], under: 'copy', onConflict: 'take' });
  const { marker } = (globalThis as unknown as { copy: { marker: [number, string] } }).copy;
  expect(marker[1].length).toBe(3000);
  return marker[0];
}

// The place with its saves before: as many as are kept, so that the next one removes the oldest.
async function prepared(place: Place) {
  const made = place.fresh();
  const count = typeof made.target === 'string' ? 1 : KEPT;
  for (let value = 1; value <= count; value++) {
    await mark(value);
    await session.save(made.target, { keeping: { countMax: KEPT } });
  }
  await mark(count + 1);
  return { ...made, old: count, new: count + 1 };
}

const odd = (path: string): string[] => readdirSync(path).filter((name) => !/^(\d+|work)\.pkl$/.test(name));

for (const place of PLACES) {
  for (const isBlocking of [false, true]) {
    const form = isBlocking ? 'saveSync' : 'save';

    test(`${form} to ${place.name}: each call failing leaves the old or the new`, {
      timeout: 280_000,
    }, async () => {
      const first = await prepared(place);
      const { calls, error } = await saveWith(first.target, isBlocking, () => undefined);
      expect(error).toBeUndefined();
      expect(calls.length).toBeGreaterThan(15);
      const found = { old: 0, new: 0, acknowledged: 0 };
      let trials = 0;
      let combination = 0;
      const tryOne = async (plan: Plan, replay: string): Promise<void> => {
        if (combination++ % STRIDE !== 0) return;
        trials++;
        const made = await prepared(place);
        const { error: failure } = await saveWith(made.target, isBlocking, plan);
        const there = await markerAt(made.target);
        expect([made.old, made.new], replay).toContain(there);
        if (failure === undefined) expect(there, `${replay}: acknowledged`).toBe(made.new);
        if (failure === undefined) found.acknowledged++;
        found[there === made.new ? 'new' : 'old']++;
        await mark(made.new + 1);
        await session.save(made.target, { keeping: { countMax: KEPT }, onConflict: 'overwrite' });
        expect(await markerAt(made.target), replay).toBe(made.new + 1);
        expect(odd(made.folder), `${replay}: left over`).toEqual([]);
        rmSync(made.folder, { recursive: true });
      };
      for (const { index, name } of calls) {
        for (const kind of KINDS) {
          for (const code of CODES) {
            const plan: Plan = (call) => (call.index === index ? { kind, code } : undefined);
            await tryOne(plan, `call ${index} (${name}), ${kind} ${code}`);
          }
        }
        if (name !== 'write') continue;
        for (const bytes of [0, 1])
          await tryOne(
            (call) => (call.index === index ? { kind: 'short', bytes } : undefined),
            `call ${index} (write) took ${bytes}`,
          );
      }
      rmSync(first.folder, { recursive: true });
      reportRow({
        what: `every n-th call of Session.${form} to ${place.name} failing`,
        trials,
        result: `0 torn, 0 left over (${found.old} old, ${found.new} new, ${found.acknowledged} acknowledged)`,
      });
    });
  }
}
