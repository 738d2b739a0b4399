// What a line of the journal says of the names: what changed since the line before, as far as a few milliseconds tell.
// Knows nothing of files.

import type { Cell } from '../../evaluator/index.js';
import { Allowance } from './allowance.js';
import { Business } from './busy.js';
import { Fingerprinter } from './fingerprint.js';
import { HiddenState } from './hidden-state.js';
import type { ChangeEntry } from './journal.js';
import { Marks, type Seen } from './marks.js';
import { type Changes, NameWatch, type Naming } from './watch.js';

/** What looking may cost: so many milliseconds, or so much of its cell's own time. The line may cost 5 ms or 5 %. */
const LOOK_MS = 1.5;
const LOOK_SHARE = 0.03;
/** The first lines make a folder and what else there is to do once; they look for a part of that time only. */
const FIRST_LINES = 2;
const FIRST_PART = 0.2;
/** The same when nobody waits. */
const LOOK_IDLE_MS = 20;
/** So much of a cell is looked through for names, and longer ones are not read for functions: V8 is asked what these hold. */
const SOURCE_MAX = 4000;

/** What somebody saw. */
export interface Observed {
  readonly entry: Omit<ChangeEntry, 'type' | 'cell' | 'command'>;
  /** Something is not what it was. */
  readonly hasChanged: boolean;
  /** There is something to write, if only that a name was looked into for the first time. */
  readonly isNews: boolean;
}

/** Watches the names of one session. */
export class Observer {
  readonly #watch: NameWatch;
  readonly #hidden = new HiddenState();
  readonly #marks = new Marks(new Fingerprinter(this.#hidden));
  readonly #business = new Business();
  /** What was going on, and whether there was no time for some names, the last time. */
  #wasBusy = false;
  #unseenCount = 0;
  #lines = 0;

  readonly #lookMs: number;

  constructor(evaluator: Naming, lookMs = LOOK_MS) {
    this.#lookMs = lookMs;
    this.#watch = new NameWatch(evaluator);
  }

  /** True when something goes on that is no cell, or did at the last look. */
  get isBusy(): boolean {
    return this.#wasBusy || this.#business.isBusy;
  }

  /** Names and primitives only: nobody keeps what else there is to say. */
  glance(): boolean {
    return isAny(this.#watch.take());
  }

  /** Looks after a cell, or after nothing in particular. */
  look(cell: Cell | undefined): Observed {
    const lookMs = this.#lines++ < FIRST_LINES ? this.#lookMs * FIRST_PART : this.#lookMs;
    return this.#look(cell, Math.max(lookMs, (cell?.durationMs ?? 0) * LOOK_SHARE));
  }

  /** True when there was no time for some names, and nobody has looked on since. */
  get hasUnseen(): boolean {
    return this.#marks.hasUnseen;
  }

  /** Looks on into names that there was no time for; nothing may have run since the last look. Undefined: nothing to tell yet. */
  lookOn(budgetMs: number): Observed | undefined {
    const before = this.#unseenCount;
    const seen = this.#marks.lookOn(new Allowance(budgetMs));
    if (seen.unseen.length === before) return undefined;
    // The last cell was counted when it ended; what a timer did was not.
    const hasChanged = this.isBusy && Object.keys(seen.marks).length > 0;
    return this.#observed({ kinds: {}, rebound: [], gone: [] }, { ...seen, hasChanged });
  }

  /** Looks once more before a snapshot when something may have changed since, or was not looked into. */
  settle(): Observed | undefined {
    const budgetMs = Math.max(this.#lookMs, LOOK_IDLE_MS);
    return this.isBusy ? this.#look(undefined, budgetMs) : this.lookOn(budgetMs);
  }

  #look(cell: Cell | undefined, budgetMs: number): Observed {
    const changes = this.#watch.take();
    const first = this.#mentioned(cell);
    const allowance = new Allowance(budgetMs);
    return this.#observed(changes, this.#marks.look(this.#watch.objects(), first, allowance));
  }

  #observed(changes: Changes, { marks, unseen, hasChanged }: Seen): Observed {
    const { isBusy } = this.#business;
    const hasChanges = hasChanged || isAny(changes);
    const isNews =
      hasChanges ||
      Object.keys(marks).length > 0 ||
      isBusy !== this.#wasBusy ||
      unseen.length !== this.#unseenCount;
    this.#wasBusy = isBusy;
    this.#unseenCount = unseen.length;
    const entry = { ...changes, marks, ...(unseen.length > 0 && { unseen }), ...(isBusy && { isBusy }) };
    return { entry, hasChanged: hasChanges, isNews };
  }

  // What the cell mentions most probably changed. Words that are no names are in nobody's way.
  #mentioned(cell: Cell | undefined): ReadonlySet<string> {
    if (cell === undefined) return new Set();
    if (cell.source.length <= SOURCE_MAX) this.#hidden.learn(cell.source);
    return new Set(cell.source.slice(0, SOURCE_MAX).match(WORD));
  }
}

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

function isAny({ primitives, rebound, gone }: Changes): boolean {
  return primitives !== undefined || rebound.length + gone.length > 0;
}
