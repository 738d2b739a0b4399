// Numbers for values, so that "all equal" is a comparison of texts. Knows nothing of scopes beyond their names.

import { DEAD_ZONE, isGlobalEntry, namesOf, type ScopeEntry, valueIn } from './entries.js';
import type { LevelBinding } from './identity.js';

/** The values seen in one run. */
export class ValueNumbers {
  readonly #numbers = new Map<unknown, number>();

  /** The values of all names of one level, as text. */
  ofEntry(entry: ScopeEntry): string {
    if (entry.type === 'With Block') return `w${this.#numberOf(entry.object)}`;
    let text = '';
    for (const name of namesOf(entry)) text += `${name}=${this.#numberOf(valueIn(entry, name))},`;
    return text;
  }

  /** The values of a level and of those outside it up to the realm's, as text. */
  fingerprint(entries: readonly ScopeEntry[], from: number): string {
    let text = '';
    for (let i = from; i < entries.length && !isGlobalEntry(entries[i] as ScopeEntry); i++) {
      text += `${this.ofEntry(entries[i] as ScopeEntry)}/`;
    }
    return text;
  }

  /** The values of bindings, as text. */
  ofBindings(bindings: readonly LevelBinding[]): string {
    let text = '';
    for (const { name, isInitialised, value } of bindings)
      text += `${name}=${this.#numberOf(isInitialised ? value : DEAD_ZONE)},`;
    return text;
  }

  #numberOf(value: unknown): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(value, number);
    }
    return number;
  }
}
