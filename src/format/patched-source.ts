// Bytes of a source with other bytes in some places, and with another length. Knows nothing of what they mean.

import type { ByteSource } from './source.js';

interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A source with patches on it; later ones lie on earlier ones. */
export class PatchedSource implements ByteSource {
  readonly bytes: number;
  private readonly given: ByteSource;
  private readonly patches: Patch[] = [];

  /** Where the given source has fewer than `bytes`, the rest reads as zeros. */
  constructor(given: ByteSource, bytes: number) {
    this.given = given;
    this.bytes = bytes;
  }

  /** Puts other bytes in a place. */
  patch(offset: number, bytes: Uint8Array): this {
    this.patches.push({ offset, bytes });
    return this;
  }

  read(offset: number, length: number): Uint8Array {
    const there = Math.max(0, Math.min(length, this.given.bytes - offset));
    const touching = this.patches.filter(
      (patch) => patch.offset < offset + length && patch.offset + patch.bytes.length > offset,
    );
    if (there === length && touching.length === 0) return this.given.read(offset, length);
    const into = new Uint8Array(length);
    if (there > 0) into.set(this.given.read(offset, there));
    for (const patch of touching) {
      const from = Math.max(patch.offset, offset);
      const to = Math.min(patch.offset + patch.bytes.length, offset + length);
      into.set(patch.bytes.subarray(from - patch.offset, to - patch.offset), from - offset);
    }
    return into;
  }
}
