// Looks into what names hold, after each cell, for as long as a cell's budget lasts: a mark for each name that changes when
// anything does that the name leads to. What the budget does not reach is said to be unseen. Knows nothing of journals.

import type { Allowance } from './allowance.js';
import type { Fingerprinter } from './fingerprint.js';

/** What a look told. */
export interface Seen {
  /** Marks of names that are new or not what they were; `?` at the end: something in there may have changed unseen. */
  readonly marks: Readonly<Record<string, string>>;
  /** Names that there was no time for. */
  readonly unseen: readonly string[];
  /** Something that was looked into before is not what it was. */
  readonly hasChanged: boolean;
}

interface Known {
  value: unknown;
  mark: string | undefined;
  /** How long a look takes. */
  costMs: number;
  /** The number of the last look that had time for it. */
  look: number;
}

/** What a look was thought to take is worth less with each time that it was too much. */
const COST_FADES = 0.8;
const COST_GROWS = 1.5;

/** The marks of one session. */
export class Marks {
  readonly #fingerprinter: Fingerprinter;
  readonly #known = new Map<string, Known>();
  #looks = 0;

  constructor(fingerprinter: Fingerprinter) {
    this.#fingerprinter = fingerprinter;
  }

  /**
   * Looks into names as long as it may: first those that most probably changed, then those that waited longest.
   *
   * @param held       What they hold.
   * @param first      Names to begin with.
   * @param allowance  What it may take.
   */
  look(held: ReadonlyMap<string, unknown>, first: ReadonlySet<string>, allowance: Allowance): Seen {
    for (const name of this.#known.keys()) if (!held.has(name)) this.#known.delete(name);
    for (const [name, value] of held) {
      if (this.#known.get(name)?.value === value) continue;
      this.#known.set(name, { value, mark: undefined, costMs: 0, look: 0 });
    }
    const marks: Record<string, string> = Object.create(null);
    const unseen: string[] = [];
    let hasChanged = false;
    this.#looks++;
    let isOver = false;
    const rank = ([name, { look }]: [string, Known]): number => (first.has(name) ? -1 : look);
    for (const [name, known] of [...this.#known].sort((a, b) => rank(a) - rank(b))) {
      isOver ||= allowance.isOver();
      const mark = isOver ? undefined : this.#lookAt(known, allowance);
      if (mark === undefined) unseen.push(name);
      else if (mark !== known.mark) {
        hasChanged ||= known.mark !== undefined;
        marks[name] = known.mark = mark;
      }
    }
    return { marks, unseen, hasChanged };
  }

  #lookAt(known: Known, allowance: Allowance): string | undefined {
    if (allowance.isOver(known.costMs)) {
      // It may have become smaller, and brine's code quicker.
      known.costMs *= COST_FADES;
      return undefined;
    }
    const startMs = allowance.spentMs();
    const found = this.#fingerprinter.of(known.value, allowance);
    const tookMs = allowance.spentMs() - startMs;
    if (found === undefined) {
      // It takes longer than this, and nobody knows how long.
      known.costMs = Math.max(known.costMs, tookMs) * COST_GROWS;
      return undefined;
    }
    // One look may be held up by what has nothing to do with it.
    known.costMs = known.mark === undefined ? tookMs : Math.min(tookMs, known.costMs * COST_GROWS);
    known.look = this.#looks;
    return found.digest + (found.hasHidden ? '?' : '');
  }
}
