// The blocks of the documents that no test runs, each with its reason. Keep it short and honest.

import type { Block } from './blocks/fences.js';

/** A block, by its page and how it starts, and why nobody runs it. */
export const NOT_RUN: readonly { readonly page: string; readonly starts: string; readonly reason: string }[] =
  [];

/** True when a block is on the list. */
export function isNotRun(page: string, { text }: Block): boolean {
  return NOT_RUN.some((entry) => entry.page === page && text.startsWith(entry.starts));
}
