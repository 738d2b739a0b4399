// What each name of a session takes, as a save would write it.

import { detect, sizes } from '../../src/detect/index.js';
import type { ProgressListener } from '../../src/session/types.js';
import type { SessionLike } from '../session-like.js';

/** Bytes by name. What several names have is counted for the first that leads to it, and for those that are the same value. */
export function sizesOfNames(session: SessionLike, onProgress?: ProgressListener): Map<string, number> {
  const found = sizes(detect(session, onProgress), '', { depth: 0, partsMax: Number.MAX_SAFE_INTEGER });
  return new Map(
    (found?.parts ?? []).flatMap(({ path, bytes }) => path.split(', ').map((name) => [name, bytes])),
  );
}
