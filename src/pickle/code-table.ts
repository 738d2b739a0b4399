// The code table: every text once. Data names code by its index here, so that the texts can lie in a section of their own.

import type { CodeEntry } from '../graph/code.js';

/** Collects code entries of one walk. */
export class CodeTable {
  readonly entries: CodeEntry[] = [];
  private readonly indices = new Map<CodeEntry, number>();

  /** The index of an entry; the same entry object always has the same one. */
  indexOf(entry: CodeEntry): number {
    const known = this.indices.get(entry);
    if (known !== undefined) return known;
    const index = this.entries.push(entry) - 1;
    this.indices.set(entry, index);
    return index;
  }
}
