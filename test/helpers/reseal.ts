// Changes what is inside a snapshot and seals it again with right checksums, as a hostile program would. Without this, a
// million mutants only test the checksums.

import { bytesOf, SECTION, type Section, seal, unseal } from '../../src/format/container.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';

/** The name of a section. */
export type SectionName = keyof typeof SECTION;

/** The sections of a snapshot in order, as copies that may be changed. */
export function sectionsOf(snapshot: Uint8Array): { kind: number; isCritical: boolean; bytes: Buffer }[] {
  return unseal(snapshot, DEFAULT_LIMITS).map(({ kind, isCritical, pieces }) => ({
    kind,
    isCritical,
    bytes: Buffer.from(Buffer.concat([...bytesOf(pieces)])),
  }));
}

/** Puts sections together with right checksums. */
export function reseal(
  sections: readonly { kind: number; isCritical: boolean; bytes: Uint8Array }[],
): Uint8Array {
  const list = sections.map(
    ({ kind, isCritical, bytes }): Section => ({ kind, isCritical, pieces: [bytes] }),
  );
  return Buffer.concat([...bytesOf(seal(list))]);
}

/** A snapshot with the `nth` section of a kind given another content. */
export function withSection(
  snapshot: Uint8Array,
  name: SectionName,
  bytes: Uint8Array | ((before: Buffer) => Uint8Array),
  nth = 0,
): Uint8Array {
  const sections = sectionsOf(snapshot);
  const found = sections.filter(({ kind }) => kind === SECTION[name])[nth];
  if (found === undefined) throw new Error(`the snapshot has no section ${name} ${nth}`);
  found.bytes = Buffer.from(typeof bytes === 'function' ? bytes(found.bytes) : bytes);
  return reseal(sections);
}
