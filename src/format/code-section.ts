// The code section: the text of every function and class, and where it stood. Opening it runs nothing; a reader that
// only wants data never looks into it.
//
//   code  := count:varint entry × count strings(2 × count)
//   entry := form:u8 flags:u8 line:varint column:varint
//
// The strings are url and source of each. See docs/FORMAT.md.

import { crc32 } from 'node:zlib';
import { CODE_FORMS, type CodeEntry } from '../graph/code.js';
import type { Limits } from '../limits.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { decodeStrings, encodeStrings, stringPlaces } from './strings.js';

const DECLARATION = 1;
const STRICT = 2;

/** Writes the code section. */
export function encodeCodes(codes: readonly CodeEntry[]): Uint8Array[] {
  const writer = new ByteWriter();
  writer.varint(codes.length);
  for (const code of codes) {
    writer.u8(CODE_FORMS.indexOf(code.form));
    writer.u8((code.isDeclaration ? DECLARATION : 0) | (code.isStrict ? STRICT : 0));
    writer.varint(code.line);
    writer.varint(code.column);
  }
  encodeStrings(
    writer,
    codes.flatMap(({ url, source }) => [url, source]),
  );
  return writer.take();
}

/** Reads the code section. */
export function decodeCodes(bytes: Uint8Array, limits: Limits): CodeEntry[] {
  const reader = new ByteReader(bytes, 'code');
  const count = reader.count(6, 'texts');
  const heads: Omit<CodeEntry, 'url' | 'source'>[] = [];
  for (let i = 0; i < count; i++) {
    const form = CODE_FORMS[reader.u8()];
    if (form === undefined) throw reader.corrupt('a text has an unknown form');
    const flags = reader.u8();
    const isDeclaration = (flags & DECLARATION) !== 0;
    const isStrict = (flags & STRICT) !== 0;
    heads.push({ form, isDeclaration, isStrict, line: reader.varint(), column: reader.varint() });
  }
  const strings = decodeStrings(reader, count * 2, limits);
  reader.end();
  return heads.map((head, i) => ({
    ...head,
    url: strings[i * 2] as string,
    source: strings[i * 2 + 1] as string,
  }));
}

/** Where something starts and ends. */
export type Span = readonly [from: number, to: number];

/** Where things are in a code section. */
export interface CodeLayout {
  /** Bytes before the first text: all that says how long the texts are. */
  readonly headBytes: number;
  /** Of each text the CRC-32 of its url and its source as they are stored, and where these two start and end. */
  readonly texts: readonly { readonly crc: number; readonly url: Span; readonly source: Span }[];
}

/** Looks at where the texts of a code section are, without making strings of them. */
export function codeLayout(bytes: Uint8Array): CodeLayout {
  const reader = new ByteReader(bytes, 'code');
  const count = reader.count(6, 'texts');
  for (let i = 0; i < count; i++) {
    reader.u8();
    reader.u8();
    reader.varint();
    reader.varint();
  }
  const { headBytes, places } = stringPlaces(reader, count * 2);
  const crcOf = ([from, to]: Span, crc: number): number =>
    to > from ? crc32(bytes.subarray(from, to), crc) : crc;
  const texts = Array.from({ length: count }, (_, i) => {
    const url = places[i * 2] as Span;
    const source = places[i * 2 + 1] as Span;
    return { crc: crcOf(source, crcOf(url, 0)), url, source };
  });
  return { headBytes, texts };
}
