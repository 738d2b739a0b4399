// How large a file is, for whoever wants to know whether reading it takes long. Knows nothing of what it is.

import { statSync } from 'node:fs';

/** The bytes of a file; 0 for what cannot be looked at: whoever reads it says why. */
export function bytesOfFile(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
