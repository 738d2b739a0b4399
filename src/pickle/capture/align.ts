// Matches the scope chain V8 lists with the scopes of the text: V8 leaves out every level that keeps nothing.
//
// A level of V8 belongs to the first scope outwards that declares all its names and whose captured names it all has.
// What is left after the top of the script lies outside its text (the function around a direct eval).

import { isGlobalEntry, namesOf, type ScopeEntry } from './entries.js';
import type { CodeUnit, StaticScope } from './scopes.js';

/** Which entry of V8's list is which scope. */
export interface Alignment {
  readonly indexOf: ReadonlyMap<StaticScope, number>;
  /** Entries outside the script's text. */
  readonly outer: readonly number[];
}

/** Aligns V8's entries with the scopes around a unit. */
export function align(unit: CodeUnit, entries: readonly ScopeEntry[]): Alignment {
  const indexOf = new Map<StaticScope, number>();
  const chain: StaticScope[] = [];
  for (let at: StaticScope | null = unit.scope; at !== null; at = at.parent) chain.push(at);
  const names = entries.map((entry) => new Set(namesOf(entry)));
  let index = nextEntry(entries, names, 0);
  for (let i = 0; i < chain.length && index < entries.length; i++) {
    const scope = chain[i] as StaticScope;
    if (scope.kind === 'top') {
      if (isWith(entries[index])) break;
      indexOf.set(scope, index);
      index = nextEntry(entries, names, index + 1);
      break;
    }
    if (isWith(entries[index])) {
      if (scope.kind !== 'with') continue;
      indexOf.set(scope, index);
      index = nextEntry(entries, names, index + 1);
      continue;
    }
    if (scope.kind === 'with') continue;
    const listed = names[index] as Set<string>;
    const isMerged = scope.kind === 'body' && !fits(scope, null, listed) && fits(scope, scope.parent, listed);
    if (!isMerged && !fits(scope, null, listed)) continue;
    if (!keepsAny(scope) && !isMerged && fitsFurtherOut(chain, i + 1, listed)) continue;
    indexOf.set(scope, index);
    if (isMerged) {
      indexOf.set(scope.parent as StaticScope, index);
      i++;
    }
    index = nextEntry(entries, names, index + 1);
  }
  const outer: number[] = [];
  for (; index < entries.length; index = nextEntry(entries, names, index + 1)) outer.push(index);
  return { indexOf, outer };
}

// — helpers —

function isWith(entry: ScopeEntry | undefined): boolean {
  return entry?.type === 'With Block';
}

function nextEntry(entries: readonly ScopeEntry[], names: readonly Set<string>[], from: number): number {
  let index = from;
  while (index < entries.length) {
    const entry = entries[index] as ScopeEntry;
    if (isGlobalEntry(entry)) return entries.length;
    if (isWith(entry) || (names[index] as Set<string>).size > 0) return index;
    index++;
  }
  return index;
}

function keepsAny(scope: StaticScope): boolean {
  for (const binding of scope.bindings.values()) if (binding.isCaptured) return true;
  return false;
}

function fits(scope: StaticScope, also: StaticScope | null, listed: ReadonlySet<string>): boolean {
  for (const binding of scope.bindings.values()) {
    if (binding.isCaptured && !listed.has(binding.name)) return false;
  }
  for (const binding of also?.bindings.values() ?? []) {
    if (binding.isCaptured && !listed.has(binding.name)) return false;
  }
  if (scope.hasEval && scope.owner.kind !== 'top') return true;
  for (const name of listed) {
    if (!scope.bindings.has(name) && !also?.bindings.has(name) && !isOwnName(scope, name)) return false;
  }
  return true;
}

// V8 keeps `arguments` and the name of a function expression in the function's own context.
function isOwnName(scope: StaticScope, name: string): boolean {
  if (scope.kind !== 'function' && scope.kind !== 'body') return false;
  return name === 'arguments' || scope.unit?.node.id?.name === name;
}

function fitsFurtherOut(chain: readonly StaticScope[], from: number, listed: ReadonlySet<string>): boolean {
  for (let i = from; i < chain.length; i++) {
    const scope = chain[i] as StaticScope;
    if (scope.kind !== 'with' && keepsAny(scope) && fits(scope, null, listed)) return true;
  }
  return false;
}
