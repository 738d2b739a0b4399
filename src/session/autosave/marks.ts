// Looks into what names hold, after each cell, for as long as a cell's budget lasts: a mark for each name that changes when
// anything does that the name leads to. What the budget does not reach is said to be unseen. Knows nothing of journals.

import type { Allowance } from './allowance.js';
import type { Fingerprinter } from './fingerprint.js';
import type { Look } from './look.js';
import { markWith } from './reasons.js';

/** What a look told. */
export interface Seen {
  /** Marks of names that are new or not what they were; behind a `?`: what could not be read. */
  readonly marks: Readonly<Record<string, string>>;
  /** Names that there was no time for. */
  readonly unseen: readonly string[];
  /** Something that the look before saw is not what it was. What was not seen then may have changed long ago. */
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
  /** Names that the last look had no time for, and the look at the first of them. */
  #unseen: string[] = [];
  /** Those of them of which something cannot be asked. */
  #failed: string[] = [];
  #begun: Look | undefined;

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
    this.#begun = undefined;
    this.#failed = [];
    const found = new Found();
    const unseen: string[] = [];
    this.#looks++;
    let isOver = false;
    const rank = ([name, { look }]: [string, Known]): number => (first.has(name) ? -1 : look);
    // What takes long keeps the others waiting.
    const order = [...this.#known].sort((a, b) => rank(a) - rank(b) || a[1].costMs - b[1].costMs);
    for (const [name, known] of order) {
      isOver ||= allowance.isOver();
      const mark = isOver ? undefined : this.#lookAt(known, allowance);
      if (mark === undefined) unseen.push(name);
      else {
        found.note(name, known, mark, known.look === this.#looks - 1);
        known.look = this.#looks;
      }
    }
    this.#fingerprinter.rest();
    this.#unseen = unseen;
    return { ...found, unseen };
  }

  /** True when there are names left that {@link lookOn} may see. */
  get hasUnseen(): boolean {
    return this.#unseen.length > 0;
  }

  /**
   * Looks on into the names that there was no time for, one after the other and each to its end, if need be in several calls.
   * Nothing may have run since the last look.
   */
  lookOn(allowance: Allowance): Seen {
    const found = new Found();
    while (this.#unseen.length > 0 && !allowance.isOver()) {
      const name = this.#unseen[0] as string;
      const known = this.#known.get(name) as Known;
      this.#begun ??= this.#fingerprinter.begin(known.value);
      const seen = this.#begun.run(allowance, true);
      if (seen === 'unfinished') break;
      this.#begun = undefined;
      this.#unseen.shift();
      if (seen === undefined) this.#failed.push(name);
      else {
        known.look = this.#looks;
        found.note(name, known, markWith(seen.digest, seen.unread), false);
      }
    }
    this.#fingerprinter.rest();
    return { ...found, unseen: [...this.#unseen, ...this.#failed] };
  }

  #lookAt(known: Known, allowance: Allowance): string | undefined {
    if (allowance.isOver(known.costMs)) {
      // It may have become smaller, and brine's code quicker.
      known.costMs *= COST_FADES;
      return undefined;
    }
    const startMs = allowance.spentMs();
    const found = this.#fingerprinter.begin(known.value).run(allowance);
    const tookMs = allowance.spentMs() - startMs;
    if (found === undefined || found === 'unfinished') {
      // It takes longer than this, and nobody knows how long.
      known.costMs = Math.max(known.costMs, tookMs) * COST_GROWS;
      return undefined;
    }
    // One look may be held up by what has nothing to do with it.
    known.costMs = known.mark === undefined ? tookMs : Math.min(tookMs, known.costMs * COST_GROWS);
    return markWith(found.digest, found.unread);
  }
}

/** What a look found that is not as it was. */
class Found {
  readonly marks: Record<string, string> = Object.create(null);
  hasChanged = false;

  note(name: string, known: Known, mark: string, wasSeen: boolean): void {
    if (mark === known.mark) return;
    if (wasSeen && known.mark !== undefined) this.hasChanged = true;
    this.marks[name] = known.mark = mark;
  }
}
