// Goal: whoever gives the wrong file is told what it is instead, and nothing that may be a snapshot is called something else.
// Method: the first bytes of real formats, and texts, by name; the starts of a snapshot and of random bytes tell nothing.

import { serialize } from 'node:v8';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { kindOfFile, MAGIC } from '../../src/format/index.js';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const KINDS: readonly (readonly [string, Uint8Array, string | undefined])[] = [
  ['gzip', gzipSync('x'), 'a gzip file'],
  ['zip', hex('504b030414000000'), 'a zip archive'],
  ['npz', hex('504b030414000000'), 'a zip archive'],
  ['npy', hex('934e554d50590100'), 'a NumPy array'],
  ['sqlite', text('SQLite format 3\0....'), 'an SQLite database'],
  ['v8', serialize({ a: 1 }), 'what v8.serialize wrote'],
  ['JSON object', text(' {"a": 1}'), 'JSON'],
  ['JSON list', text('[1, 2]'), 'JSON'],
  ['empty JSON', text('{}\n'), 'JSON'],
  ['JavaScript', text('// hello\nimport { a } from "b"\n'), 'JavaScript or TypeScript'],
  ['a program', text('#!/usr/bin/env node\nconsole.log(1)\n'), 'JavaScript or TypeScript'],
  ['TypeScript', text('export interface A { b: string }\n'), 'JavaScript or TypeScript'],
  ['Python', text('import pickle\nclass P:\n  pass\n'), 'a text file'],
  ['text', text('hello, world\n'), 'a text file'],
  ['nothing', new Uint8Array(), 'empty'],
  ['bytes without a form', deflateRawSync(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9])), undefined],
  ['a snapshot', MAGIC, undefined],
  [
    'a snapshot with a damaged first byte',
    Uint8Array.from(MAGIC, (byte, i) => (i === 0 ? byte ^ 1 : byte)),
    undefined,
  ],
];

for (const [what, bytes, name] of KINDS)
  test(what, () => {
    expect(kindOfFile(bytes)?.name).toBe(name);
  });
