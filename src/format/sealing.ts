// Sections to a file: with a spare and a signature, or without. Knows nothing of what sections mean.

import { type Piece, type Section, seal } from './container.js';
import { type MessageSigner, sealSigned, signatureBytes } from './signature-section.js';
import { type SparePlan, withSpare } from './spare-section.js';

/** How a spare is to be made. */
export type SpareWish = Omit<SparePlan, 'signatureBytes'>;

/** What is put behind the sections. */
export interface Sealing {
  readonly signer?: MessageSigner | undefined;
  readonly spare?: SpareWish | undefined;
}

/** Puts sections into a container; returns the pieces of the file in order. */
export function sealWith(sections: readonly Section[], { signer, spare }: Sealing): Piece[] {
  const bytes = signer === undefined ? 0 : signatureBytes(sections.length + 1, signer);
  const all = spare === undefined ? sections : withSpare(sections, { ...spare, signatureBytes: bytes });
  return signer === undefined ? seal(all) : sealSigned(all, signer);
}
