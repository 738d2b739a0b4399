// The texts of a column: one a cell, in order, where they do not repeat; otherwise each once and an index a cell.
//
//   texts(n) := 0 strings(n)
//             | 1 count:varint strings(count) indices:numbers(n)
//
// Each column has its own, so that a stripe can be read without the rest of the file. Knows nothing of cells' other tags.

import type { Cells } from '../graph/column.js';
import type { Limits } from '../limits.js';
import type { ByteReader, ByteWriter, Numbers } from './bytes.js';
import { countInOrder, firstOutOfOrder, greatest, isAscending, pick } from './loops.js';
import { checkStrings, encodeStrings } from './strings.js';
import { decodeUnsigned, encodeUnsigned } from './unsigned.js';

const MODE = { inOrder: 0, table: 1 } as const;
/** A table must be at most this part of the cells: an index a cell and a table cost more than what repeats. */
const TABLE_PART = 0.75;

/** Writes the texts of the cells whose numbers are given. */
export function encodeTexts(
  writer: ByteWriter,
  cells: Cells,
  numbers: ArrayLike<number>,
  length: number,
): void {
  const { texts } = cells;
  const areAll = texts.length === length && length > 1 && firstOutOfOrder(numbers, length) === length;
  const used = areAll ? undefined : usedTexts(texts, numbers, length);
  if (used === undefined || used.texts.length > length * TABLE_PART) {
    writer.u8(MODE.inOrder);
    encodeStrings(writer, areAll ? texts : inOrder(texts, numbers, length));
    return;
  }
  writer.u8(MODE.table);
  writer.varint(used.texts.length);
  encodeStrings(writer, used.texts);
  encodeUnsigned(writer, used.indices, length);
}

function inOrder(texts: readonly string[], numbers: ArrayLike<number>, length: number): readonly string[] {
  const all: string[] = new Array(length);
  pick(texts, numbers, all);
  return all;
}

// The texts that these cells use, in the order of their first use; undefined when they are too many for a table.
function usedTexts(
  texts: readonly string[],
  numbers: ArrayLike<number>,
  length: number,
): { texts: readonly string[]; indices: ArrayLike<number> } | undefined {
  if (texts.length > length * TABLE_PART && texts.length > 1 && isAscending(numbers, length))
    return undefined;
  const next = countInOrder(numbers, length);
  if (next >= 0) return { texts: next === texts.length ? texts : texts.slice(0, next), indices: numbers };
  const places = new Int32Array(texts.length).fill(-1);
  const used: string[] = [];
  const indices = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    const number = numbers[i] as number;
    if (places[number] === -1) places[number] = used.push(texts[number] as string) - 1;
    indices[i] = places[number] as number;
  }
  return { texts: used, indices };
}

/** The texts of some cells; without indices the text of cell `i` is the `i`-th. */
export interface Texts {
  readonly texts: readonly string[];
  readonly indices: Numbers | undefined;
}

/** Passes over the texts of `count` cells, one or more, and checks them; what it returns makes them. */
export function checkTexts(reader: ByteReader, count: number, limits: Limits): () => Texts {
  const mode = reader.u8();
  if (mode === MODE.inOrder) {
    const made = checkStrings(reader, count, limits);
    return () => ({ texts: made(), indices: undefined });
  }
  if (mode !== MODE.table) throw reader.corrupt(`texts of mode ${mode}`);
  const texts = reader.count(1, 'texts');
  const made = texts === 0 ? NONE : checkStrings(reader, texts, limits);
  const indices = decodeUnsigned(reader, count);
  const high = greatest(indices, count);
  if (high >= texts) throw reader.corrupt(`a cell names text ${high} of ${texts}`);
  return () => ({ texts: made(), indices });
}

const NONE = (): string[] => [];
