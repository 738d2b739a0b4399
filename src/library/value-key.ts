// A key for a value: the same for the same graph, on whichever Node and wherever its code stands.
//
// Hashes what a snapshot says of the value and not what it says of itself: the versions that wrote it and the lines that
// functions stood in are left out, versions of packages that it names are not.

import { createHash } from 'node:crypto';
import { SECTION } from '../format/container.js';
import { openSnapshot } from '../format/index.js';

/** What a key is of. */
const KEYED: ReadonlySet<number> = new Set([SECTION.index, SECTION.stripe, SECTION.blobs]);

/** The key of the value in a snapshot, as 64 hexadecimal digits. */
export function keyOfSnapshot(bytes: Uint8Array): string {
  const reader = openSnapshot(bytes);
  const hash = createHash('sha256');
  for (const { kind, offset, bytes: length } of reader.container.sections)
    if (KEYED.has(kind)) hash.update(`${kind} ${length}\n`).update(bytes.subarray(offset, offset + length));
  const codes = reader.codes().map(({ form, isDeclaration, isStrict, source, url }) => {
    const hasPlace = /\bimport\b/.test(source);
    return [form, isDeclaration, isStrict, source, hasPlace ? url : ''];
  });
  hash.update(JSON.stringify([codes, reader.meta.modules]));
  return hash.digest('hex');
}
