// A snapshot as a list of pieces, in the words of docs/FORMAT.md: every byte of the file is in exactly one.
//
// One section is in memory at a time. Checks what reading checks and builds nothing.

import { type ByteSource, type SnapshotReader, sectionName } from '../../format/index.js';
import { Cursor, type Piece } from './cursor.js';
import { hex, PASSES } from './sections.js';

const HEADER_BYTES = 32;
const ENTRY_BYTES = 32;

/** Names the bytes of a snapshot, from the first to the last. */
export function* disassemblePieces(reader: SnapshotReader, source: ByteSource): Generator<Piece> {
  const { sections } = reader.container;
  const tableEnd = HEADER_BYTES + ENTRY_BYTES * sections.length;
  yield* header(source.read(0, HEADER_BYTES));
  for (let place = 0; place < sections.length; place++) {
    const base = HEADER_BYTES + ENTRY_BYTES * place;
    yield* entry(source.read(base, ENTRY_BYTES), base);
  }
  let end = tableEnd;
  for (let place = 0; place < sections.length; place++) {
    const { offset, kind, bytes, codec } = sections[place] as (typeof sections)[number];
    if (offset > end) yield padding(end, offset - end);
    const name = sectionName(kind);
    const cursor = new Cursor(reader.storedSection(place), offset, `${name} ${place}`);
    const pass = PASSES[name];
    if (codec !== 0) cursor.raw(bytes, 'compressed');
    else if (pass === undefined) cursor.raw(bytes, 'unknown');
    else pass(cursor, { reader, place });
    cursor.end();
    yield* cursor.pieces;
    end = offset + bytes;
  }
}

function padding(offset: number, bytes: number): Piece {
  return { offset, bytes, section: 'file', what: 'padding', value: '' };
}

function header(bytes: Uint8Array): readonly Piece[] {
  const cursor = new Cursor(bytes, 0, 'header');
  cursor.raw(8, 'magic');
  cursor.fixed(2, 'protocol');
  cursor.fixed(2, 'minimum');
  cursor.fixed(4, 'sections');
  cursor.fixed(8, 'fileBytes');
  cursor.fixed(4, 'tableCrc', hex);
  cursor.fixed(4, 'headerCrc', hex);
  return cursor.pieces;
}

function entry(bytes: Uint8Array, base: number): readonly Piece[] {
  const cursor = new Cursor(bytes, base, 'table');
  cursor.fixed(2, 'kind', (kind) => sectionName(kind));
  cursor.u8('codec');
  cursor.u8('flags');
  cursor.fixed(4, 'crc', hex);
  cursor.fixed(8, 'offset');
  cursor.fixed(8, 'storedBytes');
  cursor.fixed(8, 'rawBytes');
  return cursor.pieces;
}
