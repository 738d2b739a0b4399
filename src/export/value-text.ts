// Cells and values of a snapshot in a few words, longer than in a table of names. Raw texts; builds nothing.

import { cellText, typeOf, type Web } from '../detect/index.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import { TYPED_ARRAY_NAMES } from '../graph/kinds.js';
import { bytesText, grouped } from './words.js';

/** So many characters of a text are shown. */
const TEXT_CHARACTERS_MAX = 300;

/** What a text is, for its colour. */
export type Tone = 'string' | 'number' | 'word' | 'type' | 'missing';

/** A few words. */
export interface ValueText {
  readonly text: string;
  readonly tone: Tone;
}

/** A cell that is no reference. */
export function primitiveText(column: Cells, at: number): ValueText {
  switch (tagAt(column, at)) {
    case TAG.string: {
      const text = column.texts[numberAt(column, at)] as string;
      const more = text.length - TEXT_CHARACTERS_MAX;
      const shown = more > 0 ? text.slice(0, TEXT_CHARACTERS_MAX) : text;
      const tail = more > 0 ? `… ${grouped(more)} more characters` : '';
      return { text: JSON.stringify(shown) + tail, tone: 'string' };
    }
    case TAG.int:
    case TAG.double:
    case TAG.bigint:
      return { text: cellText(column, at), tone: 'number' };
    default:
      return { text: cellText(column, at), tone: 'word' };
  }
}

/** A value. */
export function valueText(web: Web, id: number): ValueText {
  const { steps } = web;
  const type = typeOf(steps, id);
  switch (web.kindOf(id)) {
    case 'date': {
      const date = new Date(steps.stateNumber(id, 'time') ?? doubleOf(web, id, 0) ?? Number.NaN);
      return { text: Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString(), tone: 'number' };
    }
    case 'regexp':
      return {
        text: `/${cut(steps.stateText(id, 'source'))}/${steps.stateText(id, 'flags') ?? ''}`,
        tone: 'string',
      };
    case 'url':
      return { text: cut(steps.stateText(id, 'href')), tone: 'string' };
    case 'arrayBuffer':
      return { text: `${type} ${bytesText(blobOf(web, id)?.length ?? 0)}`, tone: 'type' };
    case 'typedArray': {
      const { name, length } = typedArrayOf(web, id) ?? { name: type, length: undefined };
      return { text: length === undefined ? name : `${name}(${grouped(length)})`, tone: 'type' };
    }
    case 'promise':
      return { text: `Promise, ${steps.stateText(id, 'state') ?? ''}`, tone: 'type' };
    case 'error': {
      const message = errorMessage(web, id);
      return {
        text: message === undefined ? type : `${type.replace(/\{\d+\}$/, '')}: ${cut(message)}`,
        tone: 'type',
      };
    }
    case 'member':
      return { text: 'method', tone: 'type' };
    case 'bound':
      return { text: 'bound function', tone: 'type' };
    case 'tombstone':
      return {
        text: `${type} is not in the snapshot: ${cut(steps.stateText(id, 'reason'))}`,
        tone: 'missing',
      };
    default:
      return { text: cut(type), tone: 'type' };
  }
}

function cut(text = ''): string {
  return text.length > TEXT_CHARACTERS_MAX ? `${text.slice(0, TEXT_CHARACTERS_MAX)}…` : text;
}

function errorMessage(web: Web, id: number): string | undefined {
  const segment = web.steps.segmentOf(id);
  const column = segment?.properties[web.steps.columnIndex(segment).get('.message') ?? -1];
  if (segment === undefined || column === undefined || tagAt(column, id - segment.firstId) !== TAG.string)
    return undefined;
  return column.texts[numberAt(column, id - segment.firstId)];
}

function doubleOf(web: Web, id: number, index: number): number | undefined {
  const segment = web.steps.segmentOf(id);
  const column = segment?.state[index];
  if (segment === undefined || column === undefined || 'lengths' in column) return undefined;
  const row = id - segment.firstId;
  return tagAt(column, row) === TAG.double || tagAt(column, row) === TAG.int
    ? numberAt(column, row)
    : undefined;
}

/** The bytes of an ArrayBuffer. */
export function blobOf(web: Web, id: number): Uint8Array | undefined {
  const segment = web.steps.segmentOf(id);
  const column = segment?.state[0] as Cells | ListCells | undefined;
  if (segment?.layout.kind.name !== 'arrayBuffer' || column === undefined || 'lengths' in column)
    return undefined;
  const row = id - segment.firstId;
  return tagAt(column, row) === TAG.blob ? web.graph.blobs[numberAt(column, row)] : undefined;
}

/** What a typed array sees; undefined when its bytes are not there. */
export function typedArrayOf(
  web: Web,
  id: number,
): { readonly name: string; readonly length: number; readonly bytes: DataView } | undefined {
  const { steps } = web;
  const name = TYPED_ARRAY_NAMES[steps.stateNumber(id, 'type') ?? -1] ?? steps.stateText(id, 'type');
  const buffer = steps.stateNumber(id, 'buffer');
  const bytes = buffer === undefined ? undefined : blobOf(web, buffer);
  const offset = steps.stateNumber(id, 'byteOffset') ?? 0;
  if (name === undefined || bytes === undefined || offset < 0 || offset > bytes.length) return undefined;
  const unit = unitOf(name);
  const room = Math.floor((bytes.length - offset) / unit);
  const length = Math.min(room, Math.max(0, steps.stateNumber(id, 'length') ?? room));
  return { name, length, bytes: new DataView(bytes.buffer, bytes.byteOffset + offset, length * unit) };
}

/** The bytes of one number of a typed array. */
export function unitOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 8) / 8;
}
