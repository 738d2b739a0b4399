// Bigints as a snapshot has them: texts of hexadecimal digits. Knows nothing of where they stand.

import { CorruptSnapshotError, LimitError } from '../errors.js';
import type { Limits } from '../limits.js';

/** The bigint of a text. Throws LIMIT_EXCEEDED before it looks at too long a one, and SNAPSHOT_STRUCTURE. */
export function bigintOf(text: string, { bigintDigitsMax }: Limits): bigint {
  if (text.length > bigintDigitsMax) {
    throw new LimitError(
      'LIMIT_EXCEEDED',
      `a bigint of ${text.length} digits; the limit is ${bigintDigitsMax}`,
      {
        hint: 'raise bigintDigitsMax if you trust the file',
      },
    );
  }
  if (!/^-?[0-9a-f]+$/.test(text)) {
    throw new CorruptSnapshotError('SNAPSHOT_STRUCTURE', 'a bigint has no digits', {
      hint: 'it was written by a broken or hostile program',
    });
  }
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}
