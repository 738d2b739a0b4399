// Matches the scope chain V8 lists with the scopes of the text: V8 leaves out every level that keeps nothing.
//
// A level of V8 can be any scope that declares all its names and whose captured names it all has. Of all ways to match
// them in order, the cheapest is taken: the one that leaves out the fewest scopes that ought to keep something. What is
// left after the top of the script lies outside its text (the function around a direct eval).

import { isGlobalEntry, namesOf, type ScopeEntry } from './entries.js';
import type { CodeUnit, StaticScope } from './scopes.js';

/** Which entry of V8's list is which scope. */
export interface Alignment {
  readonly indexOf: ReadonlyMap<StaticScope, number>;
  /** Entries outside the script's text. */
  readonly outer: readonly number[];
  /** True when V8 does not list a scope that ought to keep something: which entry is which scope is a guess then. */
  readonly isGuess: boolean;
}

/** Aligns V8's entries with the scopes around a unit. */
export function align(unit: CodeUnit, entries: readonly ScopeEntry[]): Alignment {
  const levels = levelsOf(entries);
  const chain: StaticScope[] = [];
  // A constructor runs inside the scope of its class.
  const innermost = unit.form === 'class' ? unit.inner : unit.scope;
  for (let at: StaticScope | null = innermost; at !== null; at = at.parent) chain.push(at);
  const matches = cheapestMatches(chain, levels);
  const indexOf = new Map<StaticScope, number>();
  let used = 0;
  let isGuess = false;
  for (let at = 0; at < chain.length; ) {
    const { scopes } = (matches[at] as Match[])[used] as Match;
    const scope = chain[at] as StaticScope;
    if (scopes === 0 && scope.kind !== 'top' && scope.kind !== 'name' && keepsAny(scope)) isGuess = true;
    for (let i = 0; i < scopes; i++)
      indexOf.set(chain[at + i] as StaticScope, (levels[used] as ListedLevel).index);
    at += Math.max(1, scopes);
    if (scopes > 0) used++;
  }
  return { indexOf, outer: levels.slice(used).map(({ index }) => index), isGuess };
}

// — helpers —

/** One entry of V8's that keeps something and does not belong to the realm. */
interface ListedLevel {
  readonly index: number;
  readonly isWith: boolean;
  readonly names: ReadonlySet<string>;
}

/** How many scopes, from one of the chain outwards, are one level; 0: the scope is left out. And what all that costs. */
interface Match {
  readonly scopes: 0 | 1 | 2;
  readonly cost: number;
}

const COST_LEFT_OUT = 10;
const COST_UNEXPECTED = 1;
const COST_OUTSIDE = 3;
const COST_LACKING = 5;

function levelsOf(entries: readonly ScopeEntry[]): ListedLevel[] {
  const levels: ListedLevel[] = [];
  for (const [index, entry] of entries.entries()) {
    if (isGlobalEntry(entry)) break;
    const isWith = entry.type === 'With Block';
    const names = new Set(namesOf(entry));
    if (isWith || names.size > 0) levels.push({ index, isWith, names });
  }
  return levels;
}

// `matches[at][used]`: what scope `at` is when the scopes inside it took `used` levels. From the outermost scope inwards.
function cheapestMatches(chain: readonly StaticScope[], levels: readonly ListedLevel[]): Match[][] {
  const matches: Match[][] = [];
  const costOf = (at: number, used: number): number =>
    matches[at]?.[used]?.cost ?? (levels.length - used) * COST_OUTSIDE;
  for (let at = chain.length - 1; at >= 0; at--) {
    const scope = chain[at] as StaticScope;
    const outer = chain[at + 1];
    matches[at] = [...levels, null].map((level, used) => {
      const leftOut = costOf(at + 1, used) + (keeps(scope) ? COST_LEFT_OUT : 0);
      let best: Match = { scopes: 0, cost: leftOut };
      if (level === null) return best;
      const one = costOf(at + 1, used + 1) + (keeps(scope) ? 0 : COST_UNEXPECTED) + lacking(scope, level);
      if (canBe(scope, level) && (one < best.cost || scope.kind === 'top')) best = { scopes: 1, cost: one };
      const isBody = scope.kind === 'body' && outer !== undefined && !level.isWith;
      const both = costOf(at + 2, used + 1);
      if (isBody && both < best.cost && fits(scope, outer, level.names)) best = { scopes: 2, cost: both };
      return best;
    });
  }
  return matches;
}

// The top takes whatever there is: it may be in a function whose parameters no text declares.
function canBe(scope: StaticScope, level: ListedLevel): boolean {
  if (level.isWith || scope.kind === 'with') return level.isWith && scope.kind === 'with';
  if (scope.kind === 'top') return true;
  return scope.kind !== 'name' && fits(scope, null, level.names);
}

// A top without a name that it ought to keep is probably another scope.
function lacking(scope: StaticScope, { names }: ListedLevel): number {
  if (scope.kind !== 'top') return 0;
  for (const { name, kind, isCaptured } of scope.bindings.values())
    if (isCaptured && kind !== 'var' && kind !== 'function' && !names.has(name)) return COST_LACKING;
  return 0;
}

// V8 keeps the name of a function expression in the function's own context.
function keeps(scope: StaticScope): boolean {
  if (scope.kind === 'with') return true;
  if (scope.kind === 'name') return false;
  if (scope.parent?.kind === 'name' && keepsAny(scope.parent)) return true;
  return keepsAny(scope);
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

function isOwnName(scope: StaticScope, name: string): boolean {
  if (scope.kind !== 'function' && scope.kind !== 'body') return false;
  return name === 'arguments' || scope.unit?.node.id?.name === name;
}
