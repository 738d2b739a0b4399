// Changes what is inside a snapshot and seals it again with right checksums, as a hostile program would. Without this, a
// million mutants only test the checksums.

import { SECTION, seal, unseal } from '../../src/format/container.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';

/** The name of a section. */
export type SectionName = keyof typeof SECTION;

/** The sections of a snapshot as copies that may be changed. */
export function sectionsOf(snapshot: Uint8Array): Map<SectionName, Buffer> {
  const sections = unseal(snapshot, DEFAULT_LIMITS);
  const names = Object.entries(SECTION) as [SectionName, number][];
  return new Map(names.map(([name, kind]) => [name, Buffer.from(sections.get(kind) as Uint8Array)]));
}

/** Puts sections together with right checksums. */
export function reseal(sections: ReadonlyMap<SectionName, Uint8Array>): Uint8Array {
  const pieces = seal(
    [...sections].map(([name, bytes]) => ({ kind: SECTION[name], isCritical: name !== 'meta', bytes })),
  );
  return Buffer.concat(pieces);
}

/** A snapshot with one section given another content. */
export function withSection(snapshot: Uint8Array, name: SectionName, bytes: Uint8Array): Uint8Array {
  return reseal(sectionsOf(snapshot).set(name, Buffer.from(bytes)));
}
