// What a function takes from the function, object or class around it that is no variable: `this`, `arguments` and
// `new.target` of arrows, home objects of `super`, classes of private names. Runs nothing. Knows nothing of scope nodes.

import { types } from 'node:util';
import { restoredHomes } from '../../realm/restored.js';
import type { Bodies } from './bodies.js';
import type { Bulk } from './bulk.js';
import { type Draft, probeIn } from './draft.js';
import { type ScopeEntry, valueIn } from './entries.js';
import { Homes } from './homes.js';
import { constant, type LevelBinding } from './identity.js';
import type { V8Session } from './inspector.js';
import type { PseudoName } from './needs.js';
import type { Owners } from './owners.js';
import type { CodeUnit, StaticScope } from './scopes.js';
import type { Script, Scripts } from './scripts.js';

/** What everything about one run is looked up with. */
export interface Sources {
  readonly session: V8Session;
  readonly scripts: Scripts;
  readonly owners: Owners;
  readonly bulk: Bulk;
  readonly bodies: Bodies;
}

/** Looks around functions. */
export class Surroundings {
  readonly #session: V8Session;
  readonly #scripts: Scripts;
  readonly #owners: Owners;
  readonly #bulk: Bulk;
  readonly #bodies: Bodies;
  readonly #homes: Homes;

  constructor({ session, scripts, owners, bulk, bodies }: Sources) {
    this.#session = session;
    this.#scripts = scripts;
    this.#owners = owners;
    this.#bulk = bulk;
    this.#bodies = bodies;
    this.#homes = new Homes(session, owners);
  }

  /** What an arrow took from the function around it: `this` and the like; null when it cannot be read. */
  pseudoBindings(draft: Draft): LevelBinding[] | null {
    const { needs } = draft;
    const names = new Set(needs.pseudo);
    const scope = needs.pseudoScope;
    if (names.size === 0 || scope === null) return [];
    if (scope.kind === 'top' && draft.script.isModule)
      return [{ ...constant('this', undefined), kind: 'this' }];
    const bindings: LevelBinding[] = [];
    const values =
      this.#taken(draft, [...names]) ?? (needs.isPseudoHidden ? null : this.#probed(draft, [...names]));
    if (values === null) return scope.kind === 'top' ? [] : null;
    [...names].forEach((name, i) => {
      const value = values[i];
      if (name === 'this' && scope.kind === 'top' && value === globalThis) return;
      bindings.push({ name, kind: name, isInitialised: true, value });
    });
    return bindings;
  }

  /** The object whose prototype `super` of a method means, or null when it cannot be told. */
  homeOf(draft: Draft): object | null {
    const { fn } = draft.box;
    const restored = restoredHomes.get(fn);
    if (restored !== undefined) return restored;
    return this.#homes.of(fn, keyOf(draft.script, draft.unit));
  }

  /** True when the home of a method is only likely. */
  isGuess(draft: Draft): boolean {
    return this.#homes.isGuess(draft.box.fn);
  }

  /** Looks for the homes of a batch at once. */
  prepareHomes(drafts: readonly Draft[]): void {
    const methods = drafts.filter(({ needs, box }) => needs.usesHome && !restoredHomes.has(box.fn));
    this.#homes.prepare(methods.map(({ box }) => box.fn));
  }

  /** The home object of the method around an arrow: of its class, or found from the arrow's `this`. */
  outerHomeOf(draft: Draft): object | null {
    const restored = restoredHomes.get(draft.box.fn);
    if (restored !== undefined) return restored;
    const scope = draft.needs.pseudoScope;
    if (scope === null) return null;
    const isField = scope.kind === 'field';
    const classScope = isField ? (scope.parent as StaticScope) : scope.unit?.classUnit?.inner;
    if (classScope !== undefined) {
      const owner = this.classAround(draft, classScope);
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
        if (seen?.place && this.#scripts.unitAt(seen.place)?.unit === method) return at;
      }
    }
    return null;
  }

  /** The live class of a class scope: by its inner name, as the only one, as the one `this` is made of, or as the one around it. */
  classAround(draft: Draft, scope: StaticScope): Function | null {
    const classUnit = scope.unit as CodeUnit;
    const index = draft.alignment.indexOf.get(scope);
    const name = classUnit.node.id?.name;
    if (index !== undefined && name !== undefined) {
      const value = valueIn(draft.seen.entries[index] as ScopeEntry, name);
      if (typeof value === 'function') return value;
    }
    const text = draft.script.analysis.source.slice(classUnit.start, classUnit.end);
    const isOfIt = draft.unit.classUnit === classUnit;
    const owner = isOfIt ? this.#owners.classOfMember(classUnit, draft.box.fn, text) : null;
    if (owner !== null) return owner;
    const all = this.#owners.all(classUnit, text);
    if (all.length === 1) return all[0] as Function;
    const chain = new Set<unknown>();
    for (let at = thisIn(draft); isObject(at) && !types.isProxy(at); at = Reflect.getPrototypeOf(at))
      chain.add(at);
    const fitting = all.filter((each) => chain.has(each) || chain.has(Reflect.get(each, 'prototype')));
    if (fitting.length === 1) return fitting[0] as Function;
    return all.length === 0 ? null : this.#bodies.classAround(draft.box.fn, all);
  }

  // From the heap snapshot, when there is one that knows the values.
  #taken(draft: Draft, names: readonly PseudoName[]): unknown[] | null {
    const { view, hasValues } = this.#bulk;
    if (view === null || !hasValues) return null;
    const values: unknown[] = [];
    for (const name of names) {
      const taken = view.taken(draft.box.fn, name);
      if (taken === null) return null;
      values.push(taken.value);
    }
    return values;
  }

  #probed(draft: Draft, names: readonly PseudoName[]): unknown[] | null {
    const parts = names.map((name, i) => `p${i}:${name}`);
    const probed = probeIn(this.#session, draft, `{${parts.join()}}`)?.value;
    return probed === undefined ? null : names.map((_, i) => probed[`p${i}`]);
  }
}

// — helpers —

// The name a method has in its object literal, or null when the name was computed.
function keyOf(script: Script, unit: CodeUnit): string | null {
  const key = /^(?:(?:async|get|set)\s+)?\*?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*$/u;
  return key.exec(script.analysis.source.slice(unit.start, unit.innerStart))?.[1] ?? null;
}

// The `this` an arrow was found to have.
function thisIn(draft: Draft): unknown {
  if (draft.receiver !== undefined) return draft.receiver;
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
