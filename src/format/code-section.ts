// The code section: the text of every function and class, and where it stood. Opening it runs nothing; a reader that
// only wants data never looks into it.

import { CODE_FORMS, type CodeEntry } from '../graph/code.js';
import { ByteReader, ByteWriter } from './bytes.js';

const DECLARATION = 1;
const STRICT = 2;

/** Writes the code section. */
export function encodeCodes(codes: readonly CodeEntry[]): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(codes.length);
  for (const code of codes) {
    writer.u8(CODE_FORMS.indexOf(code.form));
    writer.u8((code.isDeclaration ? DECLARATION : 0) | (code.isStrict ? STRICT : 0));
    writer.varint(code.line);
    writer.varint(code.column);
    writer.text(code.url);
    writer.text(code.source);
  }
  return writer.bytes();
}

/** Reads the code section. */
export function decodeCodes(bytes: Uint8Array): CodeEntry[] {
  const reader = new ByteReader(bytes, 'code');
  const count = reader.count(6, 'texts');
  const codes: CodeEntry[] = [];
  for (let i = 0; i < count; i++) {
    const form = CODE_FORMS[reader.u8()];
    if (form === undefined) throw reader.corrupt('a text has an unknown form');
    const flags = reader.u8();
    const line = reader.varint();
    const column = reader.varint();
    const url = reader.text();
    const source = reader.text();
    const isDeclaration = (flags & DECLARATION) !== 0;
    codes.push({ source, form, isDeclaration, isStrict: (flags & STRICT) !== 0, url, line, column });
  }
  reader.end();
  return codes;
}
