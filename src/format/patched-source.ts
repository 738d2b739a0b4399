// Bytes of a source with other bytes in some places, and with another length. Knows nothing of what they mean.

import type { ByteSource } from './source.js';

interface Patch {
  readonly order: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Patches are found by the pages that they lie in: a hostile file can need one in every eight bytes. */
const PAGE_BYTES = 4096;

/** A source with patches on it; later ones lie on earlier ones. */
export class PatchedSource implements ByteSource {
  readonly bytes: number;
  private readonly given: ByteSource;
  private readonly pages = new Map<number, Patch[]>();
  private patches = 0;

  /** Where the given source has fewer than `bytes`, the rest reads as zeros. */
  constructor(given: ByteSource, bytes: number) {
    this.given = given;
    this.bytes = bytes;
  }

  /** Puts other bytes in a place. */
  patch(offset: number, bytes: Uint8Array): this {
    const patch = { order: this.patches++, offset, bytes };
    for (const page of pagesOf(offset, bytes.length)) {
      const there = this.pages.get(page);
      if (there === undefined) this.pages.set(page, [patch]);
      else there.push(patch);
    }
    return this;
  }

  read(offset: number, length: number): Uint8Array {
    const there = Math.max(0, Math.min(length, this.given.bytes - offset));
    const touching = this.touching(offset, length);
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

  private touching(offset: number, length: number): readonly Patch[] {
    if (this.patches === 0) return [];
    const found = new Set<Patch>();
    for (const page of pagesOf(offset, length))
      for (const patch of this.pages.get(page) ?? [])
        if (patch.offset < offset + length && patch.offset + patch.bytes.length > offset) found.add(patch);
    return [...found].sort((a, b) => a.order - b.order);
  }
}

function* pagesOf(offset: number, length: number): Generator<number> {
  if (length === 0) return;
  const last = Math.floor((offset + length - 1) / PAGE_BYTES);
  for (let page = Math.floor(offset / PAGE_BYTES); page <= last; page++) yield page;
}
