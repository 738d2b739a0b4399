// The names that a text of code uses and does not declare.

import type { CodeEntry } from '../graph/code.js';
import { usesOf } from '../pickle/capture/uses.js';

/** Free names in alphabetical order; none of a text that cannot be read. */
export function freeNames({ source }: CodeEntry): string[] {
  return (usesOf(source)?.names ?? []).filter((name) => name !== 'undefined');
}
