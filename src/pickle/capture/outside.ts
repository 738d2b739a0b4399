// Finds functions that share variables across texts: code of a direct eval stands in a script of its own, so that no text
// says which scope around it is which. Whoever sees a mark that the other wrote shares the scope. Knows nothing of how
// scopes of one text are told apart.

import { type Draft, probeIn } from './draft.js';
import { namesOf, type ScopeEntry, valueIn } from './entries.js';
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
    for (const [writer, reader] of [
      [one, other],
      [other, one],
    ] as const) {
      const cell = this.#open(writer, name);
      if (cell === null) continue;
      const before = cell.get();
      const sentinel = {};
      try {
        cell.set(sentinel);
      } catch {
        return false; // A constant: nobody sees whether it is shared.
      }
      try {
        const [seen] = this.#session.inspect([reader.draft.box.fn]);
        const entry = seen?.entries[reader.index];
        return entry !== undefined && valueIn(entry, name) === sentinel;
      } finally {
        cell.set(before);
      }
    }
    return true;
  }

  #open({ draft, scope, isOutside }: Reach, name: string): Cell | null {
    const found = lookUp(draft.unit.inner, name);
    if (isOutside ? found !== null && found.scope !== scope : found?.scope !== scope) return null;
    const value = name === '$v' ? '$w' : '$v';
    const text = `{get:()=>${name},set:(${value})=>{${name}=${value}}}`;
    return (probeIn(this.#session, draft, text)?.value as Cell | undefined) ?? null;
  }
}

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
