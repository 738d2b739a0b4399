// Objects made whole: a function generated per layout writes an object literal (or constructs an instance) per row, with
// all values in place. An order of magnitude faster than shells that are filled key by key.
//
// Generated text holds property names only as JSON strings, and only when many rows pay for compiling it. Knows nothing of
// how values of other kinds come to be.

import { type Cells, TAG } from '../graph/column.js';
import { DATA_DEFAULT, type Segment } from '../graph/graph.js';
import { compileGenerated } from '../realm/compile.js';
import { canAssign } from './assign.js';
import type { Builder } from './context.js';
import { keysOf } from './keys.js';
import { leaveUnfinished, unfinishedColumns } from './unfinished.js';

/** Below this many rows the plain way is faster than compiling. */
const ROWS_MIN = 64;
/** Objects with more keys than this would make texts that V8 compiles slowly. */
const KEYS_MAX = 256;

type Maker = (
  values: unknown[],
  firstId: number,
  rows: number,
  read: (cells: Cells, row: number) => unknown,
  proto: object | null,
  cells: readonly Cells[],
) => void;

/** So many instances get code of their own: in code that made those of several classes, V8 no longer knows what is stored where. */
const OWN_ROWS = 1 << 15;
let owns = 0;

const makers = new Map<string, Maker>();

/** Makes all objects of a segment; false when the layout has something that a literal cannot say. */
export function makeLiterals(builder: Builder, segment: Segment, proto: object | null): boolean {
  const { layout, rows, firstId, properties } = segment;
  // Data mode compiles nothing at all.
  if (builder.isData) return false;
  if (rows < ROWS_MIN || layout.keys.length > KEYS_MAX || layout.brands.length > 0) return false;
  if (layout.attributes.some((attributes) => attributes !== DATA_DEFAULT)) return false;
  if (layout.keys.some((key) => typeof key !== 'string')) return false;
  const isInstance = proto !== null && proto !== Object.prototype;
  if (isInstance && !canAssign(builder, segment, keysOf(builder, layout))) return false;
  const maker = makerFor(layout.keys as readonly string[], properties, proto, isInstance && rows >= OWN_ROWS);
  if (maker === undefined) return false;
  maker(builder.values, firstId, rows, (cells, row) => builder.value(cells, row), proto, properties);
  const backward: number[] = [];
  for (let k = 0; k < properties.length; k++)
    if (pointsBack(properties[k] as Cells, rows, firstId)) backward.push(k);
  if (backward.length > 0) leaveUnfinished(segment, backward);
  return true;
}

/** Puts in the references of a segment's objects that point to ids up to their own. */
export function patchLiterals(builder: Builder, segment: Segment): void {
  const { layout, rows, firstId, properties } = segment;
  for (const k of unfinishedColumns(segment))
    patchColumn(builder.values, properties[k] as Cells, { key: layout.keys[k] as string, rows, firstId });
}

// Mostly everything was there.
function pointsBack(cells: Cells, rows: number, firstId: number): boolean {
  const { uniformTag, isConstant, numbers, tags } = cells;
  if (uniformTag < 0) return hasBackward(tags, numbers, rows, firstId);
  if (uniformTag !== TAG.ref) return false;
  return isConstant ? (numbers[0] as number) < firstId + rows : areBackward(numbers, rows, firstId);
}

function areBackward(numbers: ArrayLike<number>, rows: number, firstId: number): boolean {
  for (let row = 0; row < rows; row++) if ((numbers[row] as number) - row <= firstId) return true;
  return false;
}

function hasBackward(tags: Uint8Array, numbers: ArrayLike<number>, rows: number, firstId: number): boolean {
  for (let row = 0; row < rows; row++)
    if (tags[row] === TAG.ref && (numbers[row] as number) - row <= firstId) return true;
  return false;
}

function patchColumn(
  values: unknown[],
  { uniformTag, isConstant, numbers, tags }: Cells,
  { key, rows, firstId }: { readonly key: string; readonly rows: number; readonly firstId: number },
): void {
  for (let row = 0; row < rows; row++) {
    if (uniformTag < 0 && tags[row] !== TAG.ref) continue;
    const target = numbers[isConstant ? 0 : row] as number;
    if (target <= firstId + row) (values[firstId + row] as Record<string, unknown>)[key] = values[target];
  }
}

function makerFor(
  keys: readonly string[],
  cells: readonly Cells[],
  proto: object | null,
  isOwn: boolean,
): Maker | undefined {
  const form = proto === null ? 'null' : proto === Object.prototype ? 'plain' : 'instance';
  const sorts = cells.map(sortOf);
  // V8 keeps what it learned of a text: a comment makes it another.
  if (isOwn) return compiled(`${makerText(keys, sorts, form)}\n// ${owns++}`);
  const signature = JSON.stringify([form, sorts.join(''), keys]);
  const known = makers.get(signature);
  if (known !== undefined) return known;
  const made = compiled(makerText(keys, sorts, form));
  if (made !== undefined) makers.set(signature, made);
  return made;
}

function compiled(text: string): Maker | undefined {
  return compileGenerated('values, firstId, rows, read, proto, cells', text) as Maker | undefined;
}

/**
 * How a column is read in generated code: numbers, texts of a table, texts in order, references, one reference for all
 * rows (which may be to one of them), one primitive, or cell by cell.
 */
type Sort = 'n' | 's' | 't' | 'r' | 'h' | 'c' | 'm';

function sortOf(cells: Cells): Sort {
  const { uniformTag, isConstant } = cells;
  if (uniformTag === TAG.ref) return isConstant ? 'h' : 'r';
  if (uniformTag === TAG.string && !isConstant) return cells.isInOrder ? 't' : 's';
  if ((uniformTag === TAG.int || uniformTag === TAG.double) && !isConstant) return 'n';
  if (uniformTag < 0) return 'm';
  // A bigint that differs from row to row is read cell by cell; everything else that is left is one value.
  return isConstant || uniformTag <= TAG.true ? 'c' : 'm';
}

function makerText(keys: readonly string[], sorts: readonly Sort[], form: string): string {
  const setUp = sorts.map((sort, i) => {
    if (sort === 'c') return `const c${i} = read(cells[${i}], 0);`;
    if (sort === 'h') return `const n${i} = cells[${i}].numbers[0];`;
    if (sort === 'm')
      return `const c${i} = cells[${i}], t${i} = c${i}.tags, n${i} = c${i}.numbers, u${i} = c${i}.uniformTag < 0;`;
    if (sort === 't') return `const x${i} = cells[${i}].texts;`;
    if (sort === 's') return `const x${i} = cells[${i}].texts, n${i} = cells[${i}].numbers;`;
    return `const n${i} = cells[${i}].numbers;`;
  });
  const reads = sorts.map((sort, i) => {
    if (sort === 'c') return `c${i}`;
    if (sort === 's') return `x${i}[n${i}[row]]`;
    if (sort === 't') return `x${i}[row]`;
    if (sort === 'r') return `values[n${i}[row]]`;
    if (sort === 'h') return `values[n${i}]`;
    if (sort === 'n') return `n${i}[row]`;
    return `u${i} && t${i}[row] === ${TAG.ref} ? values[n${i}[row]] : read(c${i}, row)`;
  });
  const names = keys.map((key) => JSON.stringify(key));
  let one: string;
  if (form === 'instance') {
    const parameters = keys.map((_, i) => `p${i}`).join(', ');
    const body = names.map((name, i) => `this[${name}] = p${i};`).join(' ');
    setUp.push(`function Instance(${parameters}) { ${body} }`, 'Instance.prototype = proto;');
    one = `new Instance(${reads.join(', ')})`;
  } else {
    // A computed key, so that "__proto__" is a property like any other.
    const fields = names.map((name, i) => `${name === '"__proto__"' ? `[${name}]` : name}: ${reads[i]}`);
    if (form === 'null') fields.unshift('__proto__: null');
    one = `{ ${fields.join(', ')} }`;
  }
  const loop = `for (let row = rows - 1; row >= 0; row--) values[firstId + row] = ${one};`;
  return `'use strict';\n${setUp.join('\n')}\n${loop}`;
}
