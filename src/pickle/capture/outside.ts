// Finds functions that share variables across texts: code of a direct eval stands in a script of its own, so that no text
// says which scope around it is which. Whoever sees a mark that the other wrote shares the scope. Knows nothing of how
// scopes of one text are told apart.

import { type Draft, probeIn } from './draft.js';
import { isHiddenByWith, namesOf, type ScopeEntry, valueIn } from './entries.js';
import type { V8Session } from './inspector.js';
import { lookUp, type StaticScope } from './scopes.js';

/** Variables that a function needs of one entry of its scope chain, and that something may assign to. */
export interface Reach {
  readonly draft: Draft;
  readonly scope: StaticScope;
  readonly index: number;
  readonly names: readonly string[];
  /** True when the scope is not one of the function's text. */
  readonly isOutside: boolean;
}

/** What was reached in one run, of texts with a direct eval and of scopes outside a text. */
export class Outside {
  readonly #session: V8Session;
  readonly #byNames = new Map<string, Reach[]>();
  readonly #cells = new WeakMap<Reach, Map<string, Cell | null>>();

  constructor(session: V8Session) {
    this.#session = session;
  }

  /** Notes what a function reaches; marks it or the other when they share it across texts. */
  note(reach: Reach): void {
    const entry = entryOf(reach);
    const key = namesOf(entry).sort().join();
    const known = this.#byNames.get(key);
    for (const other of known ?? []) {
      if (other.draft.script === reach.draft.script || !(other.isOutside || reach.isOutside)) continue;
      const name = reach.names.find((each) => other.names.includes(each));
      if (name === undefined || !isAlike(entry, entryOf(other)) || !this.#isOne(reach, other, name)) continue;
      const loser = reach.isOutside || other.draft.isFinished ? reach : other;
      loser.draft.isAcrossTexts = true;
    }
    if (known === undefined) this.#byNames.set(key, [reach]);
    else known.push(reach);
  }

  #isOne(one: Reach, other: Reach, name: string): boolean {
    const mine = this.#cell(one, name);
    const theirs = this.#cell(other, name);
    const writer = mine ?? theirs;
    if (writer === null) return true;
    const reader = mine !== null && theirs !== null ? theirs : null;
    const looker = writer === mine ? other : one;
    let before: unknown;
    const sentinel = {};
    try {
      before = writer.get();
      writer.set(sentinel);
    } catch {
      return false; // A constant, or not initialised: nobody sees whether it is shared.
    }
    try {
      return (reader === null ? this.#seenBy(looker, name) : reader.get()) === sentinel;
    } catch {
      return false;
    } finally {
      writer.set(before);
    }
  }

  #seenBy({ draft, index }: Reach, name: string): unknown {
    const [seen] = this.#session.inspect([draft.box.fn]);
    const entry = seen?.entries[index];
    return entry === undefined ? undefined : valueIn(entry, name);
  }

  // Entering a function costs much more than looking through a cell, and each may be compared with many others.
  #cell(reach: Reach, name: string): Cell | null {
    let cells = this.#cells.get(reach);
    if (cells === undefined) this.#cells.set(reach, (cells = new Map()));
    let cell = cells.get(name);
    if (cell === undefined) cells.set(name, (cell = this.#open(reach, name)));
    return cell;
  }

  #open({ draft, scope, index, isOutside }: Reach, name: string): Cell | null {
    if (isHiddenByWith(draft.seen.entries, index, name)) return null;
    const found = lookUp(draft.unit.inner, name);
    if (isOutside ? found !== null && found.scope !== scope : found?.scope !== scope) return null;
    const value = name === '$v' ? '$w' : '$v';
    const text = `{get:()=>${name},set:(${value})=>{${name}=${value}}}`;
    return (probeIn(this.#session, draft, text)?.value as Cell | undefined) ?? null;
  }
}

/** Reads and writes one variable where it lives. */
interface Cell {
  get(): unknown;
  set(value: unknown): void;
}

// — helpers —

function entryOf({ draft, index }: Reach): ScopeEntry {
  return draft.seen.entries[index] as ScopeEntry;
}

function isAlike(one: ScopeEntry, other: ScopeEntry): boolean {
  return namesOf(one).every((name) => Object.is(valueIn(one, name), valueIn(other, name)));
}
