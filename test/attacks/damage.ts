// Damage of a snapshot, one place at a time: cut short at a byte, or one bit turned; and what must be said of it.
//
// Used by the tests, which sample the places, and by `scripts/torture-damage.mjs`, which takes all of them.

import { BrineError } from '../../src/errors.js';
import { HEADER_BYTES, MAGIC, readContainer, type TableEntry } from '../../src/format/container.js';
import { bytesSource } from '../../src/format/source.js';
import { loads } from '../../src/library/index.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';

/** Damage that was not noticed, or noticed as something else; undefined when all is well. */
export type Complaint = string | undefined;

/** Damages one snapshot in many places. The bytes are changed while it works and are what they were afterwards. */
export class Damage {
  readonly bytes: Uint8Array;
  private readonly sections: readonly TableEntry[];

  constructor(bytes: Uint8Array) {
    this.bytes = Uint8Array.from(bytes);
    this.sections = readContainer(bytesSource(this.bytes), DEFAULT_LIMITS).sections;
  }

  /** How many truncations there are. */
  get cuts(): number {
    return this.bytes.length;
  }

  /** How many bits there are. */
  get bits(): number {
    return this.bytes.length * 8;
  }

  /** Opens the first `length` bytes. */
  cut(length: number): Complaint {
    return complaint(this.bytes.subarray(0, length), 'SNAPSHOT_TRUNCATED', `cut to ${length} bytes`);
  }

  /** Opens it with one bit turned. */
  flip(bit: number): Complaint {
    const at = bit >> 3;
    const before = this.bytes[at] as number;
    this.bytes[at] = before ^ (1 << (bit & 7));
    try {
      return complaint(this.bytes, this.codeAt(at), `bit ${bit & 7} of byte ${at}`);
    } finally {
      this.bytes[at] = before;
    }
  }

  private codeAt(at: number): string {
    if (at < MAGIC.length) return 'SNAPSHOT_MAGIC';
    if (at < HEADER_BYTES + this.sections.length * 32) return 'SNAPSHOT_CHECKSUM';
    const isInside = this.sections.some(({ offset, bytes }) => at >= offset && at < offset + bytes);
    return isInside ? 'SNAPSHOT_CHECKSUM' : 'SNAPSHOT_STRUCTURE';
  }
}

// Looking reads every section, whatever the snapshot holds.
function complaint(bytes: Uint8Array, code: string, what: string): Complaint {
  try {
    loads(bytes, { mode: 'inspect' });
    return `${what}: was opened`;
  } catch (error) {
    if (!(error instanceof BrineError)) return `${what}: threw ${String(error)}`;
    if (error.code !== code) return `${what}: ${error.code}, expected ${code}`;
    return error.hint === undefined || error.message === '' ? `${what}: says nothing` : undefined;
  }
}
