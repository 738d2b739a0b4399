// Reads the levels of a function's scope chain: which of V8's entries holds each variable it needs, what the values are,
// and which levels have an identity that must be told. Knows nothing of how that is told, nor of scope nodes.

import type { BindingKind } from '../../graph/code.js';
import { restoredPrefixes } from '../../realm/restored.js';
import type { DeadZones } from './dead-zone.js';
import { type Draft, firstStop, probeIn, refuse } from './draft.js';
import {
  DEAD_ZONE,
  isGlobalEntry,
  isHiddenByWith,
  isOwn,
  namesOf,
  type ScopeEntry,
  valueIn,
} from './entries.js';
import type { Globals } from './globals.js';
import { constant, type Level, type LevelBinding } from './identity.js';
import type { V8Session } from './inspector.js';
import { withsAround } from './needs.js';
import { Outside } from './outside.js';
import type { CodeUnit, StaticBinding, StaticScope } from './scopes.js';
import type { Script } from './scripts.js';
import type { SelfNames } from './self-names.js';
import type { Surroundings } from './surroundings.js';
import type { Question, Witness } from './telling.js';
import type { Uncapturable } from './types.js';
import type { ValueNumbers } from './values.js';

/** What levels are read with. */
export interface LevelSources {
  readonly around: Surroundings;
  readonly values: ValueNumbers;
  readonly deadZones: DeadZones;
  readonly selfNames: SelfNames;
  /** Gives the globals that go by value; null when all go by name. */
  readonly globals: Globals | null;
}

/** Reads levels in one run. */
export class LevelReader {
  readonly #session: V8Session;
  readonly #outside: Outside;
  readonly #around: Surroundings;
  readonly #values: ValueNumbers;
  readonly #outerScopes = new Map<Script, StaticScope[]>();
  readonly #globals: Globals | null;
  readonly #deadZones: DeadZones;
  readonly #selfNames: SelfNames;
  #questions: Question[] = [];

  constructor(session: V8Session, { around, values, globals, deadZones, selfNames }: LevelSources) {
    this.#session = session;
    this.#outside = new Outside(session);
    this.#around = around;
    this.#values = values;
    this.#globals = globals;
    this.#deadZones = deadZones;
    this.#selfNames = selfNames;
  }

  /** The questions that came up since the last call. */
  takeQuestions(): readonly Question[] {
    const questions = this.#questions;
    this.#questions = [];
    return questions;
  }

  /** Collects into a draft the levels it needs and the globals it names; a refusal when something cannot be read. */
  collect(draft: Draft): Uncapturable | null {
    const { needs } = draft;
    const pseudo = this.#around.pseudoBindings(draft);
    if (pseudo === null) {
      const reason = 'the `this` it was made with cannot be read';
      return refuse('arrow function', reason, 'Bind it to a variable first.');
    }
    const ordinary = this.#ordinary(draft);
    if (draft.alignment.isGuess && ordinary.size > 0) {
      const reason = 'V8 lists its scopes otherwise than its text has them';
      return refuse('function', reason, 'Keep what it uses in variables of the session or of the module.');
    }
    for (const [scope, bindings] of ordinary) {
      const level = this.#level(draft, scope, bindings, scope === needs.pseudoScope ? pseudo.splice(0) : []);
      if (typeof level === 'string') return refuseVariable(level);
      draft.levels.push(level);
    }
    const globals = this.#globals?.levelOf(draft.globals) ?? null;
    if (globals !== null) draft.levels.push(globals);
    if (pseudo.length > 0 && needs.pseudoScope !== null) {
      draft.levels.push(this.#constantLevel(needs.pseudoScope, pseudo, 'block'));
    }
    this.#addWiths(draft);
    for (const scope of needs.classes) {
      const owner = this.#around.classAround(draft, scope);
      if (owner === null) {
        const reason = 'it uses private names of a class that cannot be found';
        return refuse('function', reason, 'Keep the class in a variable.');
      }
      draft.levels.push(this.#constantLevel(scope, [constant('class', owner)], 'class'));
    }
    for (const scope of needs.classesOfMade) {
      const owner = this.#around.classAround(draft, scope);
      if (owner !== null) draft.levels.push(this.#constantLevel(scope, [constant('class', owner)], 'class'));
    }
    draft.levels.sort((a, b) => a.depth - b.depth);
    return hasCopiedArguments(draft)
      ? refuse('function', COPIED_ARGUMENTS, 'Give the variable another name.')
      : null;
  }

  // The variables it needs, by the scope of the text that declares them.
  #ordinary(draft: Draft): Map<StaticScope, StaticBinding[]> {
    const { needs } = draft;
    const ordinary = new Map<StaticScope, StaticBinding[]>();
    const add = (scope: StaticScope, binding: StaticBinding): void => {
      const list = ordinary.get(scope);
      if (list === undefined) ordinary.set(scope, [binding]);
      else if (!list.includes(binding)) list.push(binding);
    };
    const addByName = (name: string, scope: StaticScope | null): void => {
      if (scope === null) draft.globals.add(name);
      else add(scope, scope.bindings.get(name) as StaticBinding);
    };
    for (const binding of needs.declared) {
      const { name, scope } = binding;
      const shadow = evalShadow(draft, binding);
      if (shadow !== null) addByName(name, shadow);
      else if (scope.kind !== 'top' || this.#entryOf(draft, binding) !== null) add(scope, binding);
      else {
        const outside = this.#outsideText(draft, name);
        if (outside === null && !isOfRealm(draft, binding)) add(scope, binding);
        else addByName(name, outside);
      }
    }
    for (const name of needs.unresolved) addByName(name, this.#outsideText(draft, name));
    if (needs.hasEval) addEverything(draft, add);
    return ordinary;
  }

  #addWiths(draft: Draft): void {
    const { needs, alignment, unit } = draft;
    for (const scope of needs.hasEval ? withsAround(unit.scope) : needs.withs) {
      const index = alignment.indexOf.get(scope);
      if (index === undefined) continue;
      const value = (draft.seen.entries[index] as ScopeEntry).object;
      draft.levels.push(this.#constantLevel(scope, [constant('with', value)], 'with'));
    }
  }

  // The entry of V8's list that holds a binding of the text.
  #entryOf(draft: Draft, binding: StaticBinding): number | null {
    const { entries } = draft.seen;
    const { indexOf } = draft.alignment;
    let scope: StaticScope | undefined = binding.scope;
    if (scope.kind === 'name') scope = scopeOfFunction(draft.unit.scope, scope.unit as CodeUnit);
    const index = scope === undefined ? undefined : indexOf.get(scope);
    if (index !== undefined) return isOwn((entries[index] as ScopeEntry).object, binding.name) ? index : null;
    if (binding.scope.kind === 'top') return null;
    const used = new Set(indexOf.values());
    const loose = entries.findIndex(
      (entry, i) =>
        !used.has(i) &&
        !isGlobalEntry(entry) &&
        entry.type !== 'With Block' &&
        isOwn(entry.object, binding.name),
    );
    return loose < 0 ? null : loose;
  }

  // Names that no scope of the text declares: parameters of a module wrapper, variables around a direct eval.
  #outsideText(draft: Draft, name: string): StaticScope | null {
    const { entries } = draft.seen;
    const shadow = evalShadowOf(draft, name, null);
    if (shadow !== null) return shadow;
    const { top } = draft.script.analysis;
    const topIndex = draft.alignment.indexOf.get(top);
    if (topIndex !== undefined && isOwn((entries[topIndex] as ScopeEntry).object, name))
      return withBinding(top, name, isNameless(draft.script));
    for (const index of draft.alignment.outer) {
      const entry = entries[index] as ScopeEntry;
      if (entry.type === 'With Block' || !isOwn(entry.object, name)) continue;
      return withBinding(this.#outerScope(draft.script, draft.alignment.outer.indexOf(index)), name, true);
    }
    return null;
  }

  #outerScope(script: Script, nth: number): StaticScope {
    let scopes = this.#outerScopes.get(script);
    if (scopes === undefined) {
      scopes = [];
      this.#outerScopes.set(script, scopes);
    }
    let scope = scopes[nth];
    if (scope === undefined) {
      scope = { ...script.analysis.top, depth: -1 - nth, bindings: new Map() };
      scopes[nth] = scope;
    }
    return scope;
  }

  #level(
    draft: Draft,
    scope: StaticScope,
    bindings: readonly StaticBinding[],
    pseudo: readonly LevelBinding[],
  ): Level | string {
    const index = this.#entryIndex(draft, scope, bindings);
    const read: LevelBinding[] = [];
    let isIdentity = false;
    for (const binding of bindings) {
      const value = this.#read(draft, binding, index);
      if (value === LOST) return `V8 keeps no value of ${bindings.map(({ name }) => name).join(', ')}`;
      if (value === UNTOLD) return `nothing tells whether ${binding.name} was declared yet when it was saved`;
      const isInitialised = value !== DEAD_ZONE;
      const kind = kindOf(binding);
      read.push({ name: binding.name, kind, isInitialised, value: isInitialised ? value : undefined });
      const isAssigned = binding.isAssigned || isAroundEval(draft, binding);
      if (isAssigned && isInitialised && index !== null) isIdentity = true;
    }
    const all = [...read, ...pseudo];
    const entry = index === null ? undefined : draft.seen.entries[index];
    const listed = entry === undefined ? null : this.#values.ofEntry(entry);
    const level: Level = {
      place: scope,
      depth: scope.depth,
      form: 'block',
      bindings: all,
      values: `${listed ?? ''};${this.#values.ofBindings(listed === null ? all : pseudo)};${unlisted(entry, read)}`,
      instance: null,
    };
    if (isIdentity && index !== null) {
      this.#ask(draft, level, { scope, index, bindings });
      const isOutside =
        draft.alignment.outer.includes(index) || (scope.kind === 'top' && isNameless(draft.script));
      if (isOutside || scope.hasEval)
        this.#outside.note({ draft, scope, index, names: assignable(draft, bindings), isOutside });
    }
    return level;
  }

  #entryIndex(draft: Draft, scope: StaticScope, bindings: readonly StaticBinding[]): number | null {
    const outer = this.#outerScopes.get(draft.script)?.indexOf(scope) ?? -1;
    if (outer >= 0) return draft.alignment.outer[outer] ?? null;
    for (const binding of bindings) {
      const index = this.#entryOf(draft, binding);
      if (index !== null) return index;
    }
    return null;
  }

  #read(draft: Draft, binding: StaticBinding, index: number | null): unknown {
    const entry = index === null ? undefined : draft.seen.entries[index];
    if (entry === undefined || !isOwn(entry.object, binding.name)) {
      const { entries } = draft.seen;
      const isHidden = isHiddenByWith(entries, index ?? entries.length, binding.name);
      const probed = isHidden ? null : probeIn(this.#session, draft, binding.name);
      if (probed !== null) return probed.value;
      const isSelfName = binding.scope.kind === 'name';
      return (isSelfName ? this.#selfNames.of(draft.box.fn, binding.name) : null) ?? LOST;
    }
    const value = valueIn(entry, binding.name);
    if (value !== undefined || !mayBeDead(draft.unit, binding)) return value;
    const isDead = this.#deadZones.has(draft, index as number, binding.name);
    if (isDead === null) return UNTOLD;
    return isDead ? DEAD_ZONE : undefined;
  }

  #ask(
    draft: Draft,
    level: Level,
    at: { scope: StaticScope; index: number; bindings: readonly StaticBinding[] },
  ): void {
    const { entries, place } = draft.seen;
    const witness: Witness = {
      box: draft.box,
      unit: draft.unit,
      place: place as NonNullable<typeof place>,
      first: firstStop(draft.unit, draft.script),
      index: at.index,
      entries,
    };
    this.#questions.push({
      scope: at.scope,
      fingerprint: this.#values.fingerprint(entries, at.index),
      writable: assignable(draft, at.bindings),
      witness,
      answer: (instance) => {
        if (instance === null) draft.isUndecided = true;
        else level.instance = instance;
      },
    });
  }

  #constantLevel(scope: StaticScope, bindings: readonly LevelBinding[], form: Level['form']): Level {
    const values = this.#values.ofBindings(bindings);
    const depth = form === 'class' ? scope.depth + 0.5 : scope.depth;
    return { place: scope, depth, form, bindings, values, instance: null };
  }
}

// — helpers —

// The names of what was not declared yet and is listed as undefined all the same.
function unlisted(entry: ScopeEntry | undefined, read: readonly LevelBinding[]): string {
  if (entry === undefined) return '';
  const dead = read.filter(({ name, isInitialised }) => !isInitialised && valueIn(entry, name) === undefined);
  return dead.map(({ name }) => name).join();
}

const COPIED_ARGUMENTS =
  'a variable of the name arguments is in a scope around others of it, and is assigned to';

// Each function around it has `arguments` of its own when it is made again, so a scope between the variable and the function has a copy.
function hasCopiedArguments({ levels, needs }: Draft): boolean {
  const at = levels.findIndex(
    ({ form, bindings }) => form === 'block' && bindings.some((each) => isVariableOfThatName(each)),
  );
  if (at < 0 || at === levels.length - 1) return false;
  const isAssigned = needs.declared.some((each) => each.name === 'arguments' && each.isAssigned);
  return isAssigned || levels.some(({ form }, i) => i > at && form === 'class');
}

function isVariableOfThatName({ name, kind }: LevelBinding): boolean {
  return name === 'arguments' && kind !== 'arguments';
}

const LOST = Symbol('lost');
const UNTOLD = Symbol('untold');

// A direct eval makes a script without a name. What is around it may be assigned to by code around it.
function isNameless({ url, isModule }: Script): boolean {
  return url === '' && !isModule;
}

// What `var` declares in a direct eval is a variable of the function around it, whose code may assign to it.
function isAroundEval({ script }: Draft, { scope, kind }: StaticBinding): boolean {
  return scope.kind === 'top' && isNameless(script) && (kind === 'var' || kind === 'function');
}

function assignable(draft: Draft, bindings: readonly StaticBinding[]): string[] {
  return bindings
    .filter((each) => (each.isAssigned && each.kind !== 'const') || isAroundEval(draft, each))
    .map((each) => each.name);
}

function refuseVariable(reason: string): Uncapturable {
  return refuse('function', reason, 'Define the function again.');
}

// A direct eval can name anything: every variable V8 kept.
function addEverything(draft: Draft, add: (scope: StaticScope, binding: StaticBinding) => void): void {
  const ours = restoredPrefixes.get(draft.box.fn);
  for (const [scope, index] of draft.alignment.indexOf) {
    if (scope.kind === 'with') continue;
    const turn = turnOf(scope, draft.alignment);
    for (const name of namesOf(draft.seen.entries[index] as ScopeEntry)) {
      if (turn?.bindings.has(name) === true) continue;
      if (name !== 'arguments' && (ours === undefined || !name.startsWith(ours)))
        add(scope, withBinding(scope, name, true).bindings.get(name) as StaticBinding);
    }
  }
}

// The variables of a loop's turn, which hide those of its head; undefined for other scopes.
function turnOf(
  { start, end, kind, depth }: StaticScope,
  { indexOf }: Draft['alignment'],
): StaticScope | undefined {
  if (kind !== 'block') return undefined;
  return [...indexOf.keys()].find(
    (each) => each.kind === kind && each.start === start && each.end === end && each.depth > depth,
  );
}

/** How a snapshot says what a binding is. */
export function kindOf(binding: StaticBinding): BindingKind {
  if (binding.kind === 'const' || binding.kind === 'function') return binding.kind;
  return 'let';
}

function withBinding(scope: StaticScope, name: string, isAssigned: boolean): StaticScope {
  if (!scope.bindings.has(name)) {
    const facts = { initialisedAt: 0, isAssigned, isRewritten: true, isCaptured: true };
    const binding = { name, kind: 'var' as const, scope, ...facts };
    scope.bindings.set(name, binding);
  }
  return scope;
}

// A direct eval in sloppy code adds variables to the functions around it, which hide those further out.
function evalShadow(draft: Draft, { name, scope }: StaticBinding): StaticScope | null {
  return scope.hasEval ? evalShadowOf(draft, name, scope) : null;
}

function evalShadowOf(draft: Draft, name: string, below: StaticScope | null): StaticScope | null {
  const { indexOf } = draft.alignment;
  for (const [scope, index] of indexOf) {
    if (below !== null && (scope.depth <= below.depth || index === indexOf.get(below))) return null;
    if (!scope.hasEval || scope.kind === 'with') continue;
    if (isOwn((draft.seen.entries[index] as ScopeEntry).object, name)) return withBinding(scope, name, true);
  }
  return null;
}

// True when a name that the top of a script declares is a global: of a plain script, or of an indirect eval. What the
// inside of a module or function declares never is.
function isOfRealm(draft: Draft, { name, kind }: StaticBinding): boolean {
  if (draft.script.isModule) return false;
  if (!draft.alignment.indexOf.has(draft.script.analysis.top)) return true;
  return (kind === 'var' || kind === 'function') && isOwn(globalThis, name);
}

function scopeOfFunction(from: StaticScope, unit: CodeUnit): StaticScope | undefined {
  for (let at: StaticScope | null = from; at !== null; at = at.parent) {
    if (at.kind === 'function' && at.unit === unit) return at;
  }
  return undefined;
}

// True for what stands among the parameters of a function, or in the pattern of a `catch`: a later default may have thrown.
function isInPatterns({ start }: CodeUnit, scope: StaticScope): boolean {
  const body = scope.kind === 'function' ? scope.unit?.node.body : undefined;
  if (body !== undefined) return scope.start < start && start < body.start;
  if (scope.kind !== 'catch') return false;
  return [...scope.bindings.values()].some(({ initialisedAt }) => start < initialisedAt);
}

// A function made further down than a declaration can only see it initialised, unless it was hoisted, or the declaration
// stands in a case of a `switch` that was passed over.
function mayBeDead(unit: CodeUnit, binding: StaticBinding): boolean {
  if (binding.kind === 'var') return isInPatterns(unit, binding.scope);
  if (binding.kind !== 'let' && binding.kind !== 'const' && binding.kind !== 'class') return false;
  if (unit.start < binding.initialisedAt || binding.scope.isSwitch === true) return true;
  for (let at: CodeUnit | null = unit; at !== null; ) {
    if (at.isDeclaration && at.form === 'function') return true;
    const owner: CodeUnit | null = at.scope.owner.unit;
    if (owner === null || at.scope.owner.depth <= binding.scope.depth) return false;
    at = owner;
  }
  return false;
}
