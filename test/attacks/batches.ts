// Mutants in batches: each follows from the batch's seed, so that one of a million can be made again from its number.
//
// fast-check draws the graphs beside the samples and what is done to each; a small generator of our own, seeded by it, picks
// the places. Runs in the process of `child.ts`; knows nothing of files and of the tests that count.

import fc from 'fast-check';
import { fileOf, type Parts, partsOf } from '../format/parts.js';
import { dumpsNamed, MUTATIONS, mutant, withOneRoot } from '../helpers/mutants.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';
import { attack } from './child.js';

/** Mutants of one batch. */
export const BATCH = 1000;
/** Graphs that fast-check draws for each batch. */
const DRAWN = 6;

/** A mutant that did what it must not. */
export interface Failure {
  /** The seed of its batch, and its number there. */
  readonly seed: number;
  readonly number: number;
  readonly faults: readonly string[];
  /** In base64. */
  readonly bytes: string;
}

/** What batches told. */
export interface BatchReport {
  readonly runs: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly cpuMsMax: number;
  readonly failures: readonly Failure[];
}

/** A snapshot to be mutated, taken apart in the two ways there are. */
interface Original {
  readonly parts: Parts;
  readonly sections: ReturnType<typeof sectionsOf>;
}

function originalOf(bytes: Uint8Array): Original {
  const parts = withOneRoot(partsOf(bytes));
  return { parts, sections: sectionsOf(fileOf(parts)) };
}

/** Opens the mutants of one seed; `each` is told of a mutant before it is opened. */
export function runBatch(
  originals: readonly Original[],
  seed: number,
  runs: number = BATCH,
  each: (number: number, bytes: Uint8Array) => void = () => {},
): BatchReport {
  const endings: Record<string, number> = {};
  const failures: Failure[] = [];
  let [cpuMsMax, done] = [0, 0];
  for (const { number, bytes } of mutants(originals, seed, runs)) {
    each(number, bytes);
    const { result, faults, cpuMs } = attack(bytes);
    done++;
    endings[result] = (endings[result] ?? 0) + 1;
    cpuMsMax = Math.max(cpuMsMax, cpuMs);
    if (faults.length === 0) continue;
    failures.push({ seed, number, faults, bytes: Buffer.from(bytes).toString('base64') });
    if (failures.length === 20) break;
  }
  return { runs: done, endings, cpuMsMax, failures };
}

/** The samples of {@link runBatch}, from snapshots in base64. */
export function originalsOf(samples: readonly string[]): Original[] {
  return samples.map((text) => originalOf(Buffer.from(text, 'base64')));
}

const values = fc.anything({
  ...{ maxDepth: 3, maxKeys: 6, withBigInt: true, withBoxedValues: true, withDate: true, withMap: true },
  ...{ withSet: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true },
});

const plans = (originals: number) =>
  fc.record({
    original: fc.nat(originals - 1),
    isRaw: fc.nat(3).map((number) => number === 0),
    mutations: fc.array(fc.nat(MUTATIONS.length - 1), { minLength: 1, maxLength: 4 }),
    state: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  });

/** Snapshots of graphs that fast-check draws from a batch's seed. Made before there are traps: saving looks at modules. */
export function drawnOriginals(seed: number): Original[] {
  return fc.sample(values, { seed, numRuns: DRAWN }).map((value) => originalOf(dumpsNamed([value, [value]])));
}

function* mutants(
  originals: readonly Original[],
  seed: number,
  runs: number,
): Generator<{ readonly number: number; readonly bytes: Uint8Array }> {
  const all = fc.sample(plans(originals.length), { seed, numRuns: runs });
  for (const [number, { original, isRaw, mutations, state }] of all.entries()) {
    const { parts, sections } = originals[original] as Original;
    const next = generatorOf(state);
    // Some changes even the writer refuses: other places are picked then, so that a number of mutants is that many.
    for (let tries = 0; tries < 10; tries++) {
      const bytes = isRaw ? rawMutant(sections, next) : mutant(parts, mutations, next);
      if (bytes === undefined) continue;
      yield { number, bytes };
      break;
    }
  }
}

// xorshift32: fast-check's own draws would take longer than the opening.
function generatorOf(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

const INTERESTING = [0, 1, 2, 3, 7, 8, 9, 10, 11, 0x7f, 0x80, 0xfe, 0xff];

// Bytes of one section changed, cut out or doubled; the checksums are made right again.
function rawMutant(sections: Original['sections'], next: () => number): Uint8Array {
  const list = [...sections];
  const place = next() % list.length;
  const section = list[place] as (typeof list)[number];
  let bytes = Buffer.from(section.bytes);
  for (let edits = 1 + (next() % 4); edits > 0 && bytes.length > 0; edits--) {
    const at = next() % bytes.length;
    const kind = next() % 6;
    if (kind < 4) bytes[at] = kind < 2 ? next() % 256 : (INTERESTING[next() % INTERESTING.length] as number);
    else if (kind === 4)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (next() % 8))]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - (next() % 16)))]);
  }
  list[place] = { ...section, bytes };
  // Sections themselves: one less, one more, two exchanged.
  const other = next() % list.length;
  switch (next() % 16) {
    case 0:
      list.splice(other, 1);
      break;
    case 1:
      list.push(list[other] as (typeof list)[number]);
      break;
    case 2:
      [list[place], list[other]] = [
        list[other] as (typeof list)[number],
        list[place] as (typeof list)[number],
      ];
  }
  return reseal(list);
}
