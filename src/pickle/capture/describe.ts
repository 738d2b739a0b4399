// Describes functions: what each is, its text, and the scopes it needs.
//
// A batch goes in steps: look at all functions, read every value they need, tell shared scopes apart, link the scopes.
// Nothing of the user's runs in any of them. Knows nothing of graphs or rows.

import { types } from 'node:util';
import type { BindingKind, CodeEntry } from '../../graph/code.js';
import { restoredCode, restoredComputedKeys, restoredMembers } from '../../realm/restored.js';
import { type Alignment, align, isGlobalEntry } from './align.js';
import { computedKeysOf } from './classes.js';
import { callOf, firstStatementOf } from './frame.js';
import { type Level, type LevelBinding, ScopeTree } from './identity.js';
import {
  DEAD_ZONE,
  type InspectedFunction,
  namesOf,
  type ScopeEntry,
  type V8Session,
  valueIn,
} from './inspector.js';
import { type Needs, needsElsewhere, needsOf, withsAround } from './needs.js';
import { FunctionBox, Owners } from './owners.js';
import { analyseScopes, type CodeUnit, type StaticBinding, type StaticScope } from './scopes.js';
import { parseScript, placeOf, type Script, Scripts, textOf } from './scripts.js';
import { type Question, Teller, type Witness } from './telling.js';
import { type Captured, CodeNode, type Uncapturable } from './types.js';

/** One function on its way to a description. */
interface Draft {
  readonly box: FunctionBox;
  readonly unit: CodeUnit;
  readonly script: Script;
  readonly seen: InspectedFunction;
  readonly needs: Needs;
  readonly entry: CodeEntry;
  readonly alignment: Alignment;
  readonly levels: Level[];
  readonly globals: Set<string>;
}

/** Describes the functions of one run. */
export class Describer {
  readonly owners: Owners;
  readonly scripts: Scripts;
  readonly #session: V8Session;
  readonly #tree = new ScopeTree();
  readonly #teller: Teller;
  readonly #codes = new Map<CodeUnit | CodeEntry, CodeNode>();
  readonly #needs = new Map<CodeUnit, Needs>();
  readonly #originals = new Map<CodeEntry, Needs | null>();
  readonly #alignments = new Map<CodeUnit, Alignment>();
  readonly #outerScopes = new Map<Script, StaticScope[]>();
  readonly #valueNumbers = new Map<unknown, number>();
  readonly #questions: Question[] = [];

  constructor(session: V8Session) {
    this.#session = session;
    this.scripts = new Scripts(session);
    this.#teller = new Teller(session);
    this.owners = new Owners(session, (fn) => this.#classUnitOf(fn));
  }

  describe(functions: readonly Function[]): Captured[] {
    this.owners.refresh();
    this.#questions.length = 0;
    const inspected = this.#session.inspect(functions);
    const placed = functions.map((_, i) => this.#placeOf(inspected[i] as InspectedFunction));
    placed.forEach((at, i) => {
      if (at?.unit.form === 'class') this.owners.add(at.unit, functions[i] as Function);
    });
    const drafts = functions.map((fn, i) =>
      this.#draft(fn, inspected[i] as InspectedFunction, placed[i] ?? null),
    );
    const questions = this.#questions.splice(0);
    this.#teller.tell(questions);
    return drafts.map((draft) => ('kind' in draft ? draft : this.#finish(draft)));
  }

  // — what a function is —

  #placeOf(seen: InspectedFunction): { script: Script; unit: CodeUnit } | null {
    return seen.place === null ? null : this.scripts.unitAt(seen.place);
  }

  #classUnitOf(fn: Function): CodeUnit | null {
    const [seen] = this.#session.inspect([fn]);
    const unit = seen === undefined ? undefined : this.#placeOf(seen)?.unit;
    return unit?.form === 'class' ? unit : null;
  }

  #draft(
    fn: Function,
    seen: InspectedFunction,
    at: { script: Script; unit: CodeUnit } | null,
  ): Draft | Captured {
    if (seen.bound !== null) return { kind: 'bound', ...seen.bound };
    const restored = restoredMembers.get(fn);
    if (restored !== undefined) return { kind: 'member', ...restored };
    const refusal = this.#refusal(fn, seen, at);
    if (refusal !== null) return refusal;
    const { script, unit } = at as { script: Script; unit: CodeUnit };
    const entry = restoredCode.get(fn) ?? entryOf(fn, unit, script, seen);
    if (unit.classUnit !== null && restoredCode.get(fn) === undefined) {
      const member = this.#member(fn, unit, script);
      if (member !== null) return member;
    }
    const needs = this.#needsOf(fn, unit, script);
    const draft: Draft = {
      box: new FunctionBox(fn),
      unit,
      script,
      seen,
      needs,
      entry,
      alignment: this.#alignmentOf(unit, seen.entries),
      levels: [],
      globals: new Set(),
    };
    return this.#collectLevels(draft) ?? draft;
  }

  #refusal(
    fn: Function,
    seen: InspectedFunction,
    at: { unit: CodeUnit; script: Script } | null,
  ): Uncapturable | null {
    const info = seen.place === null ? undefined : this.#session.scripts.get(seen.place.scriptId);
    if (info === undefined) {
      return refuse('native function', 'it is part of the engine or of an add-on and has no text', NAME_IT);
    }
    if (info.url.startsWith('node:')) {
      return refuse('function inside Node', `it belongs to ${info.url}, which is not saved`, NAME_IT);
    }
    if (at === null) {
      return refuse(
        'function',
        'the script it came from could not be read as JavaScript',
        'Write it in standard JavaScript.',
      );
    }
    const isSame =
      restoredCode.has(fn) || textOf(fn) === at.script.analysis.source.slice(at.unit.start, at.unit.end);
    return isSame
      ? null
      : refuse('function', 'its text was not found in the script it came from', 'Define it again.');
  }

  #member(fn: Function, unit: CodeUnit, script: Script): Captured | null {
    const classUnit = unit.classUnit as CodeUnit;
    const text = script.analysis.source.slice(classUnit.start, classUnit.end);
    const owner = this.owners.classOfMember(classUnit, fn, text);
    if (owner !== null) return { kind: 'member', owner, element: unit.element };
    const needs = this.#needsOf(fn, unit, script);
    if (!needs.usesHome && needs.classes.length === 0) return null;
    const all = this.owners.all(classUnit, text);
    if (all.length === 1) return { kind: 'member', owner: all[0] as Function, element: unit.element };
    return refuse(
      'method',
      'the class it was written in cannot be found any more',
      'Keep the class in a variable.',
    );
  }

  #needsOf(fn: Function, unit: CodeUnit, script: Script): Needs {
    const entry = restoredCode.get(fn);
    if (entry !== undefined && unit.form === 'class') {
      let original = this.#originals.get(entry);
      if (original === undefined) {
        original = needsOfText(entry.source);
        this.#originals.set(entry, original);
      }
      if (original !== null) return needsElsewhere(original, unit);
    }
    let needs = this.#needs.get(unit);
    if (needs === undefined) {
      needs = needsOf(script.analysis, unit);
      this.#needs.set(unit, needs);
    }
    return needs;
  }

  #alignmentOf(unit: CodeUnit, entries: readonly ScopeEntry[]): Alignment {
    let alignment = this.#alignments.get(unit);
    if (alignment === undefined) {
      alignment = align(unit, entries);
      this.#alignments.set(unit, alignment);
    }
    return alignment;
  }

  // — what it needs —

  #collectLevels(draft: Draft): Uncapturable | null {
    const { needs, alignment, unit } = draft;
    const ordinary = new Map<StaticScope, StaticBinding[]>();
    const add = (scope: StaticScope, binding: StaticBinding): void => {
      const list = ordinary.get(scope);
      if (list === undefined) ordinary.set(scope, [binding]);
      else if (!list.includes(binding)) list.push(binding);
    };
    for (const binding of needs.declared) {
      if (this.#entryOf(draft, binding) === null && binding.scope.kind === 'top')
        draft.globals.add(binding.name);
      else add(binding.scope, binding);
    }
    for (const name of needs.unresolved) {
      const scope = this.#outsideText(draft, name);
      if (scope === null) draft.globals.add(name);
      else add(scope, scope.bindings.get(name) as StaticBinding);
    }
    if (needs.hasEval) this.#addEverything(draft, add);
    const pseudo = this.#pseudoBindings(draft);
    if (pseudo === null) {
      return refuse(
        'arrow function',
        'the `this` it was made with cannot be read',
        'Bind it to a variable first.',
      );
    }
    for (const [scope, bindings] of ordinary) {
      const level = this.#level(draft, scope, bindings, scope === needs.pseudoScope ? pseudo.splice(0) : []);
      if (level === null) return lostVariable(bindings);
      draft.levels.push(level);
    }
    if (pseudo.length > 0 && needs.pseudoScope !== null) {
      draft.levels.push(this.#constantLevel(needs.pseudoScope, pseudo, 'block'));
    }
    const withs = needs.hasEval ? withsAround(unit.scope) : needs.withs;
    for (const scope of withs) {
      const index = alignment.indexOf.get(scope);
      if (index === undefined) continue;
      const value = (draft.seen.entries[index] as ScopeEntry).object;
      draft.levels.push(this.#constantLevel(scope, [constant('with', value)], 'with'));
    }
    for (const scope of needs.classes) {
      const owner = this.#classAround(draft, scope);
      if (owner === null) {
        return refuse(
          'function',
          'it uses private names of a class that cannot be found',
          'Keep the class in a variable.',
        );
      }
      draft.levels.push(this.#constantLevel(scope, [constant('class', owner)], 'class'));
    }
    draft.levels.sort((a, b) => a.depth - b.depth);
    return null;
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
    const { top } = draft.script.analysis;
    const topIndex = draft.alignment.indexOf.get(top);
    if (topIndex !== undefined && isOwn((entries[topIndex] as ScopeEntry).object, name))
      return withBinding(top, name, false);
    for (const index of draft.alignment.outer) {
      const entry = entries[index] as ScopeEntry;
      if (entry.type === 'With Block' || !isOwn(entry.object, name)) continue;
      return withBinding(this.#outerScope(draft.script, draft.alignment.outer.indexOf(index)), name, true);
    }
    // A direct eval in sloppy code adds variables to the functions around it.
    for (const [scope, index] of draft.alignment.indexOf) {
      const entry = entries[index] as ScopeEntry;
      if (scope.hasEval && scope.kind !== 'with' && isOwn(entry.object, name))
        return withBinding(scope, name, true);
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

  // A direct eval can name anything: every variable V8 kept.
  #addEverything(draft: Draft, add: (scope: StaticScope, binding: StaticBinding) => void): void {
    for (const [scope, index] of draft.alignment.indexOf) {
      if (scope.kind === 'with') continue;
      for (const name of namesOf(draft.seen.entries[index] as ScopeEntry)) {
        if (name !== 'arguments')
          add(scope, withBinding(scope, name, true).bindings.get(name) as StaticBinding);
      }
    }
  }

  #level(
    draft: Draft,
    scope: StaticScope,
    bindings: readonly StaticBinding[],
    pseudo: readonly LevelBinding[],
  ): Level | null {
    const index = this.#entryIndex(draft, scope, bindings);
    const read: LevelBinding[] = [];
    let isIdentity = false;
    for (const binding of bindings) {
      const value = this.#read(draft, binding, index);
      if (value === LOST) return null;
      const isInitialised = value !== DEAD_ZONE;
      const kind = kindOf(binding);
      read.push({ name: binding.name, kind, isInitialised, value: isInitialised ? value : undefined });
      if (binding.isAssigned && isInitialised && index !== null) isIdentity = true;
    }
    const all = [...read, ...pseudo];
    const listed = index === null ? '' : this.#valuesOf(draft.seen.entries[index] as ScopeEntry);
    const values = `${listed};${all.map((each) => `${each.name}=${this.#valueNumber(each)}`).join()}`;
    const level: Level = {
      place: scope,
      depth: scope.depth,
      form: 'block',
      bindings: all,
      values:
        index === null
          ? values
          : `${listed};${pseudo.map((each) => `${each.name}=${this.#valueNumber(each)}`).join()}`,
      instance: null,
    };
    if (isIdentity && index !== null) this.#ask(draft, level, { scope, index, bindings });
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
      const probed = this.#probe(draft, binding.name);
      return probed === null ? LOST : probed.value;
    }
    const value = valueIn(entry, binding.name);
    if (value !== undefined || !mayBeDead(draft.unit, binding)) return value;
    // Node 20 shows the dead zone as `undefined`; in the frame, naming the variable throws.
    return this.#probe(draft, `(${binding.name},1)`) === null && this.#probe(draft, '1') !== null
      ? DEAD_ZONE
      : undefined;
  }

  #probe(draft: Draft, expression: string): { value: any } | null {
    const call = callOf(draft.unit);
    if (call === null || draft.seen.place === null) return null;
    return this.#session.probe(
      draft.box.fn,
      { place: draft.seen.place, call, first: this.#firstOf(draft), entries: draft.seen.entries },
      expression,
    );
  }

  #firstOf({ unit, script }: Draft): Witness['first'] {
    const range = firstStatementOf(unit);
    return range === null ? null : { start: placeOf(script, range.start), end: placeOf(script, range.end) };
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
      first: this.#firstOf(draft),
      index: at.index,
      entries,
    };
    let fingerprint = '';
    for (let i = at.index; i < entries.length && !isGlobalEntry(entries[i] as ScopeEntry); i++) {
      fingerprint += `${this.#valuesOf(entries[i] as ScopeEntry)}/`;
    }
    this.#questions.push({
      scope: at.scope,
      fingerprint,
      writable: at.bindings
        .filter((each) => each.isAssigned && each.kind !== 'const')
        .map((each) => each.name),
      witness,
      answer: (instance) => {
        level.instance = instance;
      },
    });
  }

  #constantLevel(scope: StaticScope, bindings: readonly LevelBinding[], form: Level['form']): Level {
    const values = bindings.map((each) => `${each.name}=${this.#valueNumber(each)}`).join();
    const depth = form === 'class' ? scope.depth + 0.5 : scope.depth;
    return { place: scope, depth, form, bindings, values, instance: null };
  }

  #pseudoBindings(draft: Draft): LevelBinding[] | null {
    const { needs, unit } = draft;
    const names = new Set(needs.pseudo);
    if (needs.hasEval && unit.form === 'arrow') names.add('this');
    const scope = needs.pseudoScope;
    if (names.size === 0 || scope === null) return [];
    if (scope.kind === 'top' && draft.script.isModule)
      return [{ ...constant('this', undefined), kind: 'this' }];
    const bindings: LevelBinding[] = [];
    const parts = [...names].map((name, i) => `p${i}:${name}`);
    const probed = this.#probe(draft, `{${parts.join()}}`)?.value;
    if (probed === undefined) return scope.kind === 'top' ? [] : null;
    [...names].forEach((name, i) => {
      const value: unknown = probed[`p${i}`];
      if (name === 'this' && scope.kind === 'top' && value === globalThis) return;
      bindings.push({ name, kind: name, isInitialised: true, value });
    });
    return bindings;
  }

  #homeOf(draft: Draft): object | null {
    const homes = this.owners.homesOf(draft.box.fn, keyOf(draft.script, draft.unit));
    return homes.length === 1 ? (homes[0] as object) : null;
  }

  // The home object of the method around an arrow: of its class, or found from the arrow's `this`.
  #outerHomeOf(draft: Draft): object | null {
    const scope = draft.needs.pseudoScope;
    if (scope === null) return null;
    const isField = scope.kind === 'field';
    const classScope = isField ? (scope.parent as StaticScope) : scope.unit?.classUnit?.inner;
    if (classScope !== undefined) {
      const owner = this.#classAround(draft, classScope);
      const isStatic = isField ? isStaticAt(classScope, scope.start) : scope.unit?.isStatic === true;
      return owner === null || isStatic ? owner : (Reflect.get(owner, 'prototype') as object);
    }
    const method = scope.unit;
    const key = method === null ? null : keyOf(draft.script, method);
    if (key === null) return null;
    for (let at = thisIn(draft); isObject(at); at = Reflect.getPrototypeOf(at)) {
      if (types.isProxy(at)) return null;
      const descriptor = Reflect.getOwnPropertyDescriptor(at, key);
      for (const fn of [descriptor?.value, descriptor?.get, descriptor?.set]) {
        if (typeof fn !== 'function') continue;
        const [seen] = this.#session.inspect([fn]);
        if (seen !== undefined && this.#placeOf(seen)?.unit === method) return at;
      }
    }
    return null;
  }

  // The live class of a class scope: by its inner name, as the only one, or as the one `this` is made of.
  #classAround(draft: Draft, scope: StaticScope): Function | null {
    const classUnit = scope.unit as CodeUnit;
    const index = draft.alignment.indexOf.get(scope);
    const name = classUnit.node.id?.name;
    if (index !== undefined && name !== undefined) {
      const value = valueIn(draft.seen.entries[index] as ScopeEntry, name);
      if (typeof value === 'function') return value;
    }
    const text = draft.script.analysis.source.slice(classUnit.start, classUnit.end);
    const all = this.owners.all(classUnit, text);
    if (all.length === 1) return all[0] as Function;
    const chain = new Set<unknown>();
    for (let at = thisIn(draft); isObject(at) && !types.isProxy(at); at = Reflect.getPrototypeOf(at))
      chain.add(at);
    const fitting = all.filter((each) => chain.has(each) || chain.has(Reflect.get(each, 'prototype')));
    return fitting.length === 1 ? (fitting[0] as Function) : null;
  }

  // — values as text —

  #valuesOf(entry: ScopeEntry): string {
    if (entry.type === 'With Block') return `w${this.#numberOf(entry.object)}`;
    let text = '';
    for (const name of namesOf(entry)) text += `${name}=${this.#numberOf(valueIn(entry, name))},`;
    return text;
  }

  #valueNumber(binding: LevelBinding): number {
    return this.#numberOf(binding.isInitialised ? binding.value : DEAD_ZONE);
  }

  #numberOf(value: unknown): number {
    let number = this.#valueNumbers.get(value);
    if (number === undefined) {
      number = this.#valueNumbers.size;
      this.#valueNumbers.set(value, number);
    }
    return number;
  }

  // — the answer —

  #finish(draft: Draft): Captured {
    const { unit, needs, entry } = draft;
    const { fn } = draft.box;
    const code = this.#codeOf(restoredCode.has(fn) ? entry : unit, entry);
    const scope = this.#tree.link(draft.levels);
    const globals = [...draft.globals].sort();
    if (entry.form === 'class') {
      const computedKeys = restoredComputedKeys.get(fn) ?? this.#computedKeys(draft);
      if (typeof computedKeys !== 'number') return { kind: 'class', code, scope, computedKeys, globals };
      const text = `the value of a computed key of its body (element ${computedKeys + 1}) cannot be found any more`;
      return refuse('class', text, 'Use a key that is a literal, or a constant kept in a variable.');
    }
    const home = needs.usesHome
      ? this.#homeOf(draft)
      : needs.usesOuterHome
        ? this.#outerHomeOf(draft)
        : undefined;
    if (home === null) {
      const reason = 'it uses `super`, and the object it was written in cannot be told';
      const hint = 'Keep the object it was written in, and no copies that hold the same method.';
      return refuse('function', reason, hint);
    }
    return { kind: 'function', code, scope, home, globals };
  }

  #codeOf(key: CodeUnit | CodeEntry, entry: CodeEntry): CodeNode {
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = new CodeNode(entry);
      this.#codes.set(key, code);
    }
    return code;
  }

  #computedKeys(draft: Draft): readonly (string | symbol)[] | number {
    return computedKeysOf(draft.box.fn, draft.unit, {
      session: this.#session,
      scripts: this.scripts,
      valueOf: (name) => {
        const entry = draft.seen.entries.find(
          (each) => each.type !== 'With Block' && isOwn(each.object, name),
        );
        const descriptor =
          entry === undefined ? undefined : Reflect.getOwnPropertyDescriptor(entry.object, name);
        if (entry === undefined || (entry.type === 'Global' && !('value' in (descriptor ?? {})))) return null;
        return { value: valueIn(entry, name) };
      },
    });
  }
}

// — helpers —

// Newer V8s throw when the descriptor of a variable in the dead zone is asked for.
function isOwn(object: object, key: string): boolean {
  try {
    return Reflect.getOwnPropertyDescriptor(object, key) !== undefined;
  } catch {
    return true;
  }
}

const LOST = Symbol('lost');
const NAME_IT = 'Keep a reference to it by name instead, or wrap it in a function of your own.';

function refuse(what: string, reason: string, hint: string): Uncapturable {
  return { kind: 'uncapturable', what, reason, hint };
}

function lostVariable(bindings: readonly StaticBinding[]): Uncapturable {
  const names = bindings.map((binding) => binding.name).join(', ');
  return refuse('function', `V8 keeps no value of ${names}`, 'Define the function again.');
}

function entryOf(fn: Function, unit: CodeUnit, script: Script, seen: InspectedFunction): CodeEntry {
  return {
    source: textOf(fn),
    form: unit.form,
    isDeclaration: unit.isDeclaration,
    isStrict: unit.isStrict,
    url: script.url,
    line: (seen.place?.line ?? 0) + 1,
    column: seen.place?.column ?? 0,
  };
}

function constant(name: string, value: unknown): LevelBinding {
  return { name, kind: 'const', isInitialised: true, value };
}

function kindOf(binding: StaticBinding): BindingKind {
  if (binding.kind === 'const' || binding.kind === 'function') return binding.kind;
  return 'let';
}

function withBinding(scope: StaticScope, name: string, isAssigned: boolean): StaticScope {
  if (!scope.bindings.has(name)) {
    const binding = { name, kind: 'var' as const, scope, initialisedAt: 0, isAssigned, isCaptured: true };
    scope.bindings.set(name, binding);
  }
  return scope;
}

// The name a method has in its object literal, or null when the name was computed.
function keyOf(script: Script, unit: CodeUnit): string | null {
  const key = /^(?:(?:async|get|set)\s+)?\*?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*$/u;
  return key.exec(script.analysis.source.slice(unit.start, unit.innerStart))?.[1] ?? null;
}

// The `this` an arrow was found to have.
function thisIn(draft: Draft): unknown {
  for (const level of draft.levels) {
    for (const binding of level.bindings) if (binding.kind === 'this') return binding.value;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isStaticAt(classScope: StaticScope, offset: number): boolean {
  const body: any[] = classScope.unit?.node.body.body ?? [];
  const element = body.find((each) => each.start <= offset && offset < each.end);
  return element?.type === 'StaticBlock' || element?.static === true;
}

function scopeOfFunction(from: StaticScope, unit: CodeUnit): StaticScope | undefined {
  for (let at: StaticScope | null = from; at !== null; at = at.parent) {
    if (at.kind === 'function' && at.unit === unit) return at;
  }
  return undefined;
}

// A function made further down than a declaration can only see it initialised, unless it was hoisted.
function mayBeDead(unit: CodeUnit, binding: StaticBinding): boolean {
  if (binding.kind !== 'let' && binding.kind !== 'const' && binding.kind !== 'class') return false;
  if (unit.start < binding.initialisedAt) return true;
  for (let at: CodeUnit | null = unit; at !== null; ) {
    if (at.isDeclaration && at.form === 'function') return true;
    const owner: CodeUnit | null = at.scope.owner.unit;
    if (owner === null || at.scope.owner.depth <= binding.scope.depth) return false;
    at = owner;
  }
  return false;
}

function needsOfText(source: string): Needs | null {
  const text = `(${source})`;
  const program = parseScript(text, false);
  if (program === null) return null;
  const analysis = analyseScopes(text, program, false);
  const unit = analysis.units.find((each) => each.start === 1 && each.form === 'class');
  return unit === undefined ? null : needsOf(analysis, unit);
}
