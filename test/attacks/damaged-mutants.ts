// Damaged mutants: snapshots changed in their sections and in their spares, sealed again, and then damaged, so that mending
// believes what they say of themselves. Runs in the process of `child.ts`; knows nothing of the tests that count.

import { crc32 } from 'node:zlib';
import { BrineError } from '../../src/errors.js';
import { SECTION } from '../../src/format/container.js';
import { salvage } from '../../src/library/index.js';
import { callables } from '../helpers/inert.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';
import { takeHits } from './child.js';

/** Where a spare has its own checksum. */
const SPARE_CRC_AT = 52;
const SPARE_HEAD_BYTES = 56;

/** A spare with its own checksum made right. */
export function spareSealed(spare: Buffer): Buffer {
  const sum = crc32(spare.subarray(SPARE_CRC_AT + 4), crc32(spare.subarray(0, SPARE_CRC_AT)));
  spare.writeUInt32LE(sum, SPARE_CRC_AT);
  return spare;
}

/** How salvaging one file ended. */
export interface SalvageEnding {
  /** `value`, or the code of the error. */
  readonly result: string;
  /** What must not happen, and did. */
  readonly faults: readonly string[];
  readonly cpuMs: number;
  /** How many places were put back as they were. */
  readonly mended: number;
}

/** Salvages a file as data and touches everything that came back. */
export async function salvaged(bytes: Uint8Array): Promise<SalvageEnding> {
  const before = process.cpuUsage();
  const faults: string[] = [];
  let [result, mended] = ['value', 0];
  try {
    const { value, damage } = await salvage<Record<string, unknown>>(bytes, { onLoss: () => {} });
    mended = damage.filter(({ isMended }) => isMended).length;
    const names = typeof value === 'object' && value !== null ? Object.getOwnPropertyNames(value) : [];
    // A value that is itself a prototype of the language has methods that are nobody's.
    const isNames = names.length > 0 && value !== Object.prototype && Object.getPrototypeOf(value) === null;
    for (const name of isNames ? names : []) touch(value, name, faults);
    if (!isNames) faults.push(...callables(value, 20_000).slice(0, 3));
  } catch (error) {
    if (error instanceof BrineError) result = error.code;
    else faults.push(String(error instanceof Error ? error.stack : error));
  }
  const { user, system } = process.cpuUsage(before);
  faults.push(...takeHits().map((hit) => `it ran ${hit}`));
  return { result, faults, cpuMs: (user + system) / 1000, mended };
}

// Each name is built when it is touched.
function touch(names: object, name: string, faults: string[]): void {
  try {
    faults.push(
      ...callables(Reflect.get(names, name), 5000)
        .slice(0, 3)
        .map((path) => `${name}: callable ${path}`),
    );
  } catch (error) {
    if (!(error instanceof BrineError))
      faults.push(`${name}: ${error instanceof Error ? error.stack : error}`);
  }
}

/** What a run of {@link salvageMutants} told. */
export interface SalvageReport {
  readonly endings: Readonly<Record<string, number>>;
  readonly mended: number;
  /** Of the first few mutants that did what they must not, with their bytes in base64. */
  readonly faults: readonly string[];
}

/** Salvages so many mutants of one seed. */
export async function salvageMutants(
  originals: readonly Uint8Array[],
  seed: number,
  runs: number,
): Promise<SalvageReport> {
  const endings: Record<string, number> = {};
  const faults: string[] = [];
  let [mended, state] = [0, seed % (2 ** 31 - 1) || 1];
  const pick = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * Math.max(n, 1));
  };
  for (let run = 0; run < runs && faults.length < 10; run++) {
    const bytes = mutantOf(originals[pick(originals.length)] as Uint8Array, pick);
    const ending = await salvaged(bytes);
    endings[ending.result] = (endings[ending.result] ?? 0) + 1;
    if (ending.mended > 0) mended++;
    if (ending.cpuMs > 1000)
      ending.faults.length === 0 && faults.push(`run ${run}: ${Math.round(ending.cpuMs)} ms`);
    if (ending.faults.length > 0)
      faults.push(
        `run ${run}: ${ending.faults.join('\n')}\n${Buffer.from(bytes).toString('base64').slice(0, 200)}`,
      );
  }
  return { endings, mended, faults };
}

type Pick = (n: number) => number;
const INTERESTING = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff];

function mutantOf(original: Uint8Array, pick: Pick): Buffer {
  const list = sectionsOf(original);
  for (let edits = pick(3); edits > 0; edits--) {
    const section = list[pick(list.length)] as (typeof list)[number];
    scribble(section.bytes, pick, section.kind === SECTION.spare ? SPARE_HEAD_BYTES : section.bytes.length);
  }
  switch (pick(10)) {
    case 0:
      list.splice(pick(list.length), 1);
      break;
    case 1:
      list.splice(pick(list.length), 0, list[pick(list.length)] as (typeof list)[number]);
      break;
    case 2:
      list.reverse();
  }
  for (const section of list)
    if (section.kind === SECTION.spare && section.bytes.length > SPARE_HEAD_BYTES) {
      section.bytes = Buffer.from(section.bytes);
      if (pick(4) === 0)
        section.bytes.writeBigUInt64LE(2n ** BigInt(pick(64)) - BigInt(pick(2)), 8 + 8 * pick(5));
      spareSealed(section.bytes);
    }
  return damaged(Buffer.from(reseal(list)), pick);
}

function scribble(bytes: Buffer, pick: Pick, until: number): void {
  if (bytes.length === 0) return;
  const at = pick(Math.min(until, bytes.length));
  bytes[at] = pick(2) === 0 ? pick(256) : (INTERESTING[pick(INTERESTING.length)] as number);
}

function damaged(file: Buffer, pick: Pick): Buffer {
  for (let hits = 1 + pick(3); hits > 0; hits--) {
    const head = 32 + 32 * Math.min(file.readUInt32LE(12), 64);
    switch (pick(5)) {
      case 0:
        scribble(file, pick, 32);
        break;
      case 1:
        scribble(file, pick, head);
        break;
      case 2:
        file.fill(0, pick(file.length), pick(file.length));
        break;
      case 3:
        scribble(file, pick, file.length);
        break;
      default:
        if (pick(3) === 0) return Buffer.from(file.subarray(0, Math.max(40, pick(file.length))));
        return Buffer.concat([file, file.subarray(0, pick(200))]);
    }
  }
  return file;
}
