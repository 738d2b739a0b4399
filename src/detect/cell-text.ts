// Values of a graph as short texts for people: `0.05`, `"abc"`, `Array(3)`, `Point`, `function named`.
//
// The texts are raw: escape them before they reach a terminal. Builds nothing.

import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { GraphSteps } from '../graph/steps.js';

const TEXT_MAX = 60;

/** A cell that is no reference as text; a reference gives the empty text. */
export function cellText(cells: Cells, at: number): string {
  switch (tagAt(cells, at)) {
    case TAG.undefined:
      return 'undefined';
    case TAG.null:
      return 'null';
    case TAG.false:
      return 'false';
    case TAG.true:
      return 'true';
    case TAG.hole:
      return 'nothing';
    case TAG.int:
    case TAG.double: {
      const number = numberAt(cells, at);
      return Object.is(number, -0) ? '-0' : String(number);
    }
    case TAG.string:
      return JSON.stringify(shortened(cells.texts[numberAt(cells, at)] as string));
    case TAG.bigint: {
      const text = cells.texts[numberAt(cells, at)] as string;
      const digits = text.replace(/^[+-]/, '');
      return digits.length > TEXT_MAX
        ? 'a large bigint'
        : `${text.startsWith('-') ? '-' : ''}${BigInt(`0x${digits}`)}n`;
    }
    default:
      return '';
  }
}

/** A cell that is no reference, in full and with its type: two cells are alike when these texts are. */
export function exactText(cells: Cells, at: number): string {
  const tag = tagAt(cells, at);
  if (tag === TAG.string) return `text ${JSON.stringify(cells.texts[numberAt(cells, at)])}`;
  if (tag === TAG.bigint) return `bigint ${cells.texts[numberAt(cells, at)]}`;
  return `plain ${cellText(cells, at)}`;
}

/** What the text of a cell takes, about; 0 for a cell without one. */
export function textBytesOf(cells: Cells, at: number): number {
  const tag = tagAt(cells, at);
  if (tag !== TAG.string && tag !== TAG.bigint) return 0;
  return (cells.texts[numberAt(cells, at)] as string).length;
}

function shortened(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;
}

/** What a value is, in a word or two. */
export function typeOf(steps: GraphSteps, id: number): string {
  const segment = steps.segmentOf(id);
  if (segment === undefined) return 'value';
  const { layout, state } = segment;
  const row = id - segment.firstId;
  switch (layout.kind.name) {
    case 'object':
    case 'error':
    case 'arguments':
      return `${classNameOf(steps, layout.proto)}{${layout.keys.length}}`;
    case 'dictionary':
      return `${classNameOf(steps, layout.proto)}{${lengthAt(state[0], row)}}`;
    case 'array':
      return `Array(${lengthAt(state[0], row)})`;
    case 'map':
      return `Map(${lengthAt(state[0], row)})`;
    case 'set':
      return `Set(${lengthAt(state[0], row)})`;
    case 'sparseArray':
      return `Array(${steps.stateNumber(id, 'length') ?? ''})`;
    case 'function':
    case 'class':
      return `${layout.kind.name} ${codeName(steps, id)}`.trimEnd();
    case 'typedArray':
    case 'host':
      return steps.stateText(id, 'type') ?? classNameOf(steps, layout.proto);
    case 'reference':
      return referenceName(steps, id);
    case 'tombstone':
      return steps.stateText(id, 'what') ?? 'tombstone';
    case 'prototype': {
      const owner = steps.stateNumber(id, 'of');
      return owner === undefined ? 'prototype' : `prototype of ${codeName(steps, owner)}`.trimEnd();
    }
    case 'symbol':
      return `Symbol(${steps.stateText(id, 'description') ?? ''})`;
    case 'custom':
      return layout.reducer ?? 'custom';
    default:
      return layout.kind.hasShape ? classNameOf(steps, layout.proto) : layout.kind.name;
  }
}

/** What a reference names: `Math.max`, `node:fs`. */
export function referenceName(steps: GraphSteps, id: number): string {
  const segment = steps.segmentOf(id);
  if (segment === undefined) return 'reference';
  const paths = segment.state[2] as ListCells;
  const row = id - segment.firstId;
  const start = steps.startsOf(paths)[row] as number;
  const path: string[] = [];
  for (let at = start; at < start + numberAt(paths.lengths, row); at++)
    path.push(
      tagAt(paths.items, at) === TAG.string ? (paths.items.texts[numberAt(paths.items, at)] as string) : '?',
    );
  return [steps.stateText(id, 'name') ?? 'reference', ...path].join('.');
}

/** The name in the text of a function or class; empty when it has none. */
export function codeName(steps: GraphSteps, id: number): string {
  const number = steps.stateNumber(id, 'code');
  const source = number === undefined ? undefined : steps.graph.codes()[number]?.source;
  return /^(?:async\s+)?(?:function\s*\*?|class)\s+([\w$]+)/.exec(source ?? '')?.[1] ?? '';
}

function classNameOf(steps: GraphSteps, proto: number | null | undefined): string {
  if (typeof proto !== 'number') return 'Object';
  const segment = steps.segmentOf(proto);
  if (segment?.layout.kind.name === 'reference')
    return referenceName(steps, proto)
      .replace(/\.prototype$/, '')
      .replace(/^%|%$/g, '');
  if (segment?.layout.kind.name !== 'prototype') return 'Object';
  const owner = steps.stateNumber(proto, 'of');
  return (owner === undefined ? '' : codeName(steps, owner)) || 'Object';
}

function lengthAt(column: Cells | ListCells | undefined, row: number): number {
  return column !== undefined && 'lengths' in column ? numberAt(column.lengths, row) : 0;
}
