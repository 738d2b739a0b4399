// Tells of which variables V8 may hold an older value for a suspended generator.
//
// Optimised code writes to a suspended generator only what is read afterwards. In `sum += yield sum` nothing reads `sum` after the
// `yield`: its value stands in a register without a name. So where an expression has to evaluate such a variable once more, V8 must
// certainly hold its value: a closure sees it, which keeps it in a scope; or it is a parameter that nothing assigns to; or it gets
// its one value once, so that V8 holds this one or `undefined`; or it is read next. Of others only a function that was never
// optimised tells. Decides by the text; knows nothing of live functions.

import type { SyntaxNode } from '../../graph/syntax-path.js';
import type { LevelBinding } from './identity.js';
import { isReadAfter } from './kept-name.js';
import { type CodeUnit, lookUp, type StaticBinding, type StaticScript } from './scopes.js';

/** A place in the text that V8 runs. */
export interface RunningPlace {
  readonly script: StaticScript;
  readonly unit: CodeUnit;
  readonly position: number;
  /** The nodes from the body down to the `yield`. */
  readonly path: readonly SyntaxNode[];
}

/** The first of some variables whose value may be an older one, or undefined. `read` has the values that V8 lists. */
export function staleName(
  names: readonly string[],
  place: RunningPlace,
  read: readonly LevelBinding[],
): string | undefined {
  return names.find((name) => {
    const scope = place.script.yields.get(place.position);
    const binding = scope === undefined ? null : lookUp(scope, name);
    if (binding === null || binding.isCaptured || binding.scope.depth <= place.unit.scope.depth) return false;
    const isCertain =
      isParameter(binding, place) ||
      (isGivenOnce(binding, place) && isKnown(read, name)) ||
      isReadAfter(place, binding);
    return !isCertain;
  });
}

// — helpers —

function isParameter({ name, kind, scope, isRewritten }: StaticBinding, { unit }: RunningPlace): boolean {
  return kind === 'var' && scope.kind === 'function' && !isRewritten && parametersOf(unit).includes(name);
}

// The names of plain parameters; none when one of them is more than a name.
function parametersOf(unit: CodeUnit): string[] {
  const { params } = unit.node;
  const isPlain = params.every((param: SyntaxNode) => param.type === 'Identifier');
  return isPlain ? params.map(({ name }: SyntaxNode) => name) : [];
}

// A block that is seen from the place is on the way to it, and so are the loops around it. A function of a parameter's name
// is given to a variable that had another value.
function isGivenOnce(
  { name, kind, isRewritten, initialisedAt }: StaticBinding,
  { path, unit }: RunningPlace,
): boolean {
  if (isRewritten || kind === 'var') return false;
  if (kind === 'function' && unit.node.params.length > 0) {
    const names = parametersOf(unit);
    if (names.length === 0 || names.includes(name)) return false;
  }
  return !path.some(
    ({ type, start, end }) => LOOPS.has(type) && start <= initialisedAt && initialisedAt <= end,
  );
}

const LOOPS: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

function isKnown(read: readonly LevelBinding[], name: string): boolean {
  const found = read.filter((each) => each.name === name).at(-1);
  return found?.isInitialised === true && found.value !== undefined;
}
