// Reads suspended generator objects: where each stands in the text of its function, and the scopes of its own.
//
// V8 lists the variables of a suspended generator, also those that no closure sees. A generator that was loaded runs a text
// that brine wrote; its places are turned back into those of the text that the user wrote. Nothing of the user's runs.
// Knows nothing of graphs; `suspension.ts` decides whether a place can be saved at all.

import { types } from 'node:util';
import { pathToYield, type SyntaxNode } from '../../graph/syntax-path.js';
import type { RestoredGenerator } from '../../realm/restored.js';
import type { Draft } from './draft.js';
import { DEAD_ZONE, isOwn, namesOf, type ScopeEntry, valueIn } from './entries.js';
import { constant, type Level, type LevelBinding, ScopeInstance } from './identity.js';
import type { InspectedGenerator } from './inspector.js';
import { kindOf } from './levels.js';
import { FunctionBox } from './owners.js';
import { type PendingCall, pendingCallOf } from './pending-calls.js';
import type { CodeUnit, StaticBinding, StaticScope, StaticScript } from './scopes.js';
import { offsetOf } from './scripts.js';
import { staleName } from './stale.js';
import { isHeadOf, oddityOf, type Suspension, suspensionAt, switchOf, unitScope } from './suspension.js';
import type { Question } from './telling.js';

/** A text with a generator function in it, analysed. */
export interface GeneratorText {
  readonly script: StaticScript;
  readonly unit: CodeUnit;
}

/** One generator object, looked at. */
export interface GeneratorSubject {
  readonly object: object;
  readonly seen: InspectedGenerator;
  /** Its function as V8 runs it. */
  readonly draft: Draft;
  /** The function as the user wrote it, which is another text for a generator that was loaded. */
  readonly text: GeneratorText;
  readonly restored: RestoredGenerator | undefined;
  /** The text that a loaded one was to run, where it had to be altered. */
  readonly made: GeneratorText | null | undefined;
  ask(question: Question): void;
}

/** Where a generator stands, and its variables. */
export interface Standing {
  /** The offset of its `yield` in its function's text; -1 before it has begun. */
  readonly position: number;
  /** Its own scopes, outermost first, and those of its function before them; ask when scopes were told apart. */
  levels(): readonly Level[];
  /** The loops and the `yield*` in the user's text whose iterators V8 holds, outermost first. */
  readonly iterators: readonly SyntaxNode[];
  /** The calls of methods that it stands in the arguments of; null when what is called cannot be told. */
  readonly calls: readonly PendingCall[] | null;
  /** A variable that is evaluated once more, and of which optimised code may have left an older value; or undefined. */
  readonly staleName: string | undefined;
  /** True when its text is not the one that it runs, since it was loaded. */
  readonly isLoaded: boolean;
  /** The elements of its arguments object; none where it uses none. */
  readonly arguments: readonly unknown[];
}

/** True for a generator that has not begun and that its function, called with the same arguments, gives again. */
export function isMereCall({ draft, seen, restored }: GeneratorSubject): boolean {
  const isSimple = draft.unit.node.params.every((param: SyntaxNode) => param.type === 'Identifier');
  return restored === undefined && isSimple && !hasBegun(draft, seen);
}

/** The arguments that a generator was called with which has not begun. */
export function argumentsOf({ draft, seen }: GeneratorSubject): unknown[] {
  const list = argumentsObject(seen);
  if (types.isArgumentsObject(list)) return elementsOf(list);
  const [entry] = seen.entries;
  return draft.unit.node.params.map(({ name }: { name: string }) =>
    entry !== undefined && isOwn(entry.object, name) ? valueIn(entry, name) : undefined,
  );
}

/** Where a generator stands, or why it cannot be saved: words that go on after `it`. */
export function standingOf(subject: GeneratorSubject): Standing | string {
  const { draft, seen, text, restored } = subject;
  const { script } = draft;
  const offset = hasBegun(draft, seen) ? offsetOf(script, seen.place as NonNullable<typeof seen.place>) : -1;
  const position = originalOf(offset, subject);
  if (position === undefined) return 'was loaded, and stands at a place that its text does not have';
  const suspension = suspensionOf(position, subject);
  if (typeof suspension === 'string') return suspension;
  const known = namesIn(text, position);
  const own = ownLevels(offset, suspension, known, subject);
  if (typeof own === 'string') return own;
  return {
    position,
    levels: () =>
      restored === undefined ? [...draft.levels, ...own] : [...stillNeeded(draft.levels, own, known), ...own],
    iterators: suspension.iterators,
    calls: callsOf(suspension, seen),
    staleName: staleNameOf(suspension, offset, own, subject),
    isLoaded: restored !== undefined,
    arguments: elementsOf(argumentsObject(seen)),
  };
}

// — the place —

// Before it has begun it stands at its parameters, or behind them where evaluating them may run something.
function hasBegun({ script, unit, seen }: Draft, { place }: InspectedGenerator): boolean {
  const start = seen.place;
  if (place === null || (place.line === start?.line && place.column === start.column)) return false;
  return offsetOf(script, place) !== unit.node.body.start;
}

function originalOf(offset: number, subject: GeneratorSubject): number | undefined {
  const { draft, restored } = subject;
  if (restored === undefined) return offset < 0 ? -1 : offset - draft.unit.start;
  if (offset < 0) return -1;
  const { script, unit } = draft;
  const running = { script: script.analysis, unit };
  const isAltered = script.analysis.source.slice(unit.start, unit.end) !== restored.source;
  const place = isAltered ? sameYield(offset - unit.start, running, subject.made) : offset - unit.start;
  return place === undefined ? undefined : restored.originalOf(place);
}

/** The place, in one text, of the `yield` that stands at a place of another one: altering a text brings and takes none. */
export function sameYield(
  place: number,
  from: GeneratorText,
  to: GeneratorText | null | undefined,
): number | undefined {
  if (to == null) return undefined;
  const index = yieldsIn(from).indexOf(place + from.unit.start);
  const at = yieldsIn(to)[index];
  return at === undefined ? undefined : at - to.unit.start;
}

function yieldsIn({ script, unit }: GeneratorText): number[] {
  return [...script.yields.keys()].filter((at) => at >= unit.start && at < unit.end).sort((a, b) => a - b);
}

function suspensionOf(position: number, { text, draft, restored }: GeneratorSubject): Suspension | string {
  const { script, unit } = text;
  const isLoaded = restored !== undefined;
  const outer = isLoaded ? draft.unit.scope : undefined;
  if (position >= 0) return suspensionAt(script, unit, position + unit.start, outer);
  const hasEval = unitScope(unit).hasEval;
  if (hasEval) return 'has a direct eval in its text, which can name variables that nobody sees';
  if (unit.inner !== unitScope(unit)) {
    for (const name of unit.inner.bindings.keys())
      if (unitScope(unit).bindings.has(name))
        return `has a variable ${name} beside the parameter of that name`;
  }
  return oddityOf(script, unit, []) ?? { path: [], iterators: [], operands: [], callees: [] };
}

function callsOf({ callees }: Suspension, seen: InspectedGenerator): PendingCall[] | null {
  const calls = callees.map((callee) => pendingCallOf(callee, seen));
  return calls.every((each) => each !== null) ? calls : null;
}

function staleNameOf(
  { path, operands }: Suspension,
  offset: number,
  own: readonly Level[],
  { draft, restored }: GeneratorSubject,
): string | undefined {
  if (operands.length === 0) return undefined;
  const { unit, script } = draft;
  const running = restored === undefined ? path : (pathToYield(unit.node, offset) ?? []);
  const place = { script: script.analysis, unit, position: offset, path: running };
  return staleName(
    operands,
    place,
    own.flatMap(({ bindings }) => bindings),
  );
}

// — the names —

interface Known {
  /** Every name in the text. */
  readonly all: ReadonlySet<string>;
  /** Names that are variables where it stands: of the function, of the blocks around the place, of what is around. */
  readonly visible: ReadonlySet<string>;
}

function namesIn({ script, unit }: GeneratorText, position: number): Known {
  const all = new Set<string>(['arguments']);
  const visible = new Set<string>();
  for (const { name, position: at, target } of script.references) {
    if (at < unit.innerStart || at >= unit.end) continue;
    all.add(name);
    if (target === null || target.depth <= unit.scope.depth) visible.add(name);
  }
  const innermost = position < 0 ? unitScope(unit) : script.yields.get(position + unit.start);
  for (let at = innermost ?? null; at !== null && at.depth > unit.scope.depth; at = at.parent) {
    for (const name of at.bindings.keys()) {
      all.add(name);
      visible.add(name);
    }
  }
  return { all, visible };
}

// Of the scopes that a loaded generator's text stands in, those that the place it has come to still sees.
function stillNeeded(levels: readonly Level[], own: readonly Level[], { visible }: Known): Level[] {
  const nearer = new Set(own.flatMap((level) => level.bindings.map((binding) => binding.name)));
  const needed: Level[] = [];
  for (const level of levels) {
    if (level.form !== 'block') {
      needed.push(level);
      continue;
    }
    const bindings = level.bindings.filter(({ name }) => visible.has(name) && !nearer.has(name));
    if (bindings.length > 0) needed.push({ ...level, bindings });
  }
  return needed;
}

// — its own scopes —

function ownLevels(
  offset: number,
  { path }: Suspension,
  known: Known,
  subject: GeneratorSubject,
): Level[] | string {
  const { draft, seen } = subject;
  const { unit } = draft;
  const { analysis } = draft.script;
  const innermost = offset < 0 ? unitScope(unit) : (analysis.yields.get(offset) ?? null);
  const levels: Level[] = [];
  // Before it has begun, what a loaded generator's text declares is yet to be declared.
  if (offset < 0 && subject.restored !== undefined) return [];
  const parameters = offset < 0 ? parametersBehind(unit, seen) : null;
  if (parameters === undefined) return 'has not begun, and V8 does not show its parameters';
  let index = parameters?.index ?? 0;
  let inner: StaticScope | null = null;
  for (let at = innermost; at !== null && at.depth > unit.scope.depth; at = at.parent) {
    const scope = at;
    if (scope.kind === 'name') {
      const name = [...scope.bindings.keys()][0] as string;
      if (known.all.has(name)) levels.push(levelOf(scope, [constant(name, seen.fn)]));
      continue;
    }
    const entry = index === parameters?.index ? parameters.entry : seen.entries[index];
    const isListed = entry !== undefined && fits(entry, scope);
    // V8 does not list the variables of a loop's head whose turns have their own, and what goes on does not see them.
    if (!isListed && inner !== null && isHeadOf(scope, inner)) continue;
    inner = scope;
    if (!isListed && isSeen(analysis, scope)) return 'stands where V8 does not show its variables';
    const bindings = readBindings(scope, isListed ? entry : undefined, offset, path, known);
    if (typeof bindings === 'string') return bindings;
    // What it goes on as is a function, whose own `arguments` would hide the variable.
    if (bindings.some(({ name }) => name === 'arguments')) return 'has a variable with the name arguments';
    if (bindings.length > 0) {
      const level = levelOf(scope, bindings);
      levels.push(level);
      identify(level, scope, isListed ? index : -1, subject);
    }
    if (isListed) index++;
  }
  return levels.reverse();
}

// Of a generator that has not begun, whose body and whose parameters both have variables that closures see, V8 reads the parameters
// where the body's variables are, and lists what they are behind that. Null where the first level shows them, undefined where
// none does.
function parametersBehind(
  unit: CodeUnit,
  { entries }: InspectedGenerator,
): { readonly index: number; readonly entry: ScopeEntry } | null | undefined {
  const scope = unitScope(unit);
  const isSeenByClosures = ({ isCaptured }: StaticBinding): boolean => isCaptured;
  if (unit.inner === scope || ![...unit.inner.bindings.values()].some(isSeenByClosures)) return null;
  const names = [...scope.bindings.values()].filter(isSeenByClosures).map(({ name }) => name);
  if (names.length === 0) return null;
  const index = entries.findIndex(({ type }) => type === 'Closure');
  const entry = entries[index];
  if (entry === undefined || index > 2 || !names.every((name) => isOwn(entry.object, name))) return undefined;
  const [local] = entries as [ScopeEntry];
  const object: Record<string, unknown> = Object.create(null);
  for (const name of scope.bindings.keys()) {
    const from = isOwn(entry.object, name) ? entry : local;
    if (isOwn(from.object, name)) object[name] = valueIn(from, name);
  }
  return { index, entry: { ...entry, object } };
}

function levelOf(scope: StaticScope, bindings: readonly LevelBinding[]): Level {
  return {
    place: scope,
    depth: scope.depth,
    form: 'block',
    bindings,
    values: `generator${++levelCount}`,
    instance: null,
  };
}

let levelCount = 0;

// V8 lists a level for every scope of which it keeps a variable.
function fits(entry: ScopeEntry, scope: StaticScope): boolean {
  if (scope.bindings.size === 0 && scope.kind !== 'function') return false;
  if (entry.type === 'Global' || entry.type === 'Script' || entry.type === 'With Block') return false;
  return namesOf(entry).every(
    (name) =>
      scope.bindings.has(name) ||
      (scope.kind === 'function' &&
        (name === 'arguments' || name === 'this' || name === scope.unit?.node.id?.name)),
  );
}

function isSeen({ references }: StaticScript, scope: StaticScope): boolean {
  if (scope.bindings.size === 0) return false;
  return references.some(({ target, kind }) => kind === 'name' && target === scope);
}

function readBindings(
  scope: StaticScope,
  entry: ScopeEntry | undefined,
  offset: number,
  path: Suspension['path'],
  known: Known,
): LevelBinding[] | string {
  const read: LevelBinding[] = [];
  const isSwitch = switchOf(path, scope) !== undefined;
  for (const binding of scope.bindings.values()) {
    const { name } = binding;
    if (!known.all.has(name) || isLater(binding, offset)) continue;
    const isListed = entry !== undefined && isOwn(entry.object, name);
    if (!isListed && isLexical(binding)) continue;
    const value = isListed ? valueIn(entry, name) : undefined;
    // Node 20 shows the dead zone as undefined, and a case that is not the first may have been jumped to.
    if (isSwitch && isLexical(binding) && value === undefined)
      return `stands in a switch whose variable ${name} may not have been declared yet`;
    const isInitialised = value !== DEAD_ZONE;
    read.push({ name, kind: kindOf(binding), isInitialised, value: isInitialised ? value : undefined });
  }
  return read;
}

// Declared after the place: the text that goes on declares it.
function isLater(binding: StaticBinding, offset: number): boolean {
  return isLexical(binding) && binding.initialisedAt > offset;
}

function isLexical({ kind }: StaticBinding): boolean {
  return kind === 'let' || kind === 'const' || kind === 'class';
}

// A scope with a variable that both sides may assign to is told apart from others; one that only the generator sees is
// one of its own.
function identify(level: Level, scope: StaticScope, index: number, subject: GeneratorSubject): void {
  const { object, seen, draft } = subject;
  const assigned = level.bindings
    .filter(({ isInitialised }) => isInitialised)
    .map(({ name }) => scope.bindings.get(name) as StaticBinding)
    .filter(({ isAssigned }) => isAssigned);
  if (assigned.length === 0) return;
  const shared = assigned.filter(({ isCaptured, kind }) => isCaptured && kind !== 'const');
  if (shared.length === 0 || index < 0) {
    level.instance = new ScopeInstance('block');
    return;
  }
  subject.ask({
    scope,
    fingerprint: '',
    writable: shared.map(({ name }) => name),
    witness: {
      box: new FunctionBox(object as Function),
      unit: draft.unit,
      place: draft.seen.place as NonNullable<typeof draft.seen.place>,
      first: null,
      index,
      entries: seen.entries,
      isGenerator: true,
    },
    answer: (instance) => {
      if (instance === null) draft.isUndecided = true;
      else level.instance = instance;
    },
  });
}

// — arguments —

function argumentsObject({ entries }: InspectedGenerator): unknown {
  for (const entry of entries) {
    if (entry.type !== 'Local') continue;
    return isOwn(entry.object, 'arguments') ? valueIn(entry, 'arguments') : undefined;
  }
  return undefined;
}

function elementsOf(list: unknown): unknown[] {
  if (!types.isArgumentsObject(list)) return [];
  const length = Reflect.getOwnPropertyDescriptor(list as object, 'length')?.value as number;
  const elements: unknown[] = [];
  for (let i = 0; i < length; i++) elements.push(Reflect.getOwnPropertyDescriptor(list as object, i)?.value);
  return elements;
}
