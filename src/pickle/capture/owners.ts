// Finds the live class or object that a method was written in. V8 does not say, so candidates are looked through: classes
// seen in this run first, then everything that is alive. Knows nothing of scopes.

import { types } from 'node:util';
import type { V8Session } from './inspector.js';
import type { CodeUnit } from './scopes.js';
import { textOf } from './scripts.js';

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const ownKeys = Reflect.ownKeys;

/** The live classes of one run. */
export class Owners {
  readonly #session: V8Session;
  readonly #classes = new Map<CodeUnit, Set<Function>>();
  readonly #complete = new Set<CodeUnit>();
  readonly #place: (fn: Function) => CodeUnit | null;
  #alive: Map<string, Function[]> | null = null;
  #homes: Map<Function, object[]> | null = null;

  /** `place` says which class of which script a function is. */
  constructor(session: V8Session, place: (fn: Function) => CodeUnit | null) {
    this.#session = session;
    this.#place = place;
  }

  /** Forgets what was alive: call when a new batch begins. */
  refresh(): void {
    this.#alive = null;
    this.#homes = null;
    this.#complete.clear();
  }

  /** Notes a live class. */
  add(unit: CodeUnit, live: Function): void {
    const known = this.#classes.get(unit);
    if (known === undefined) this.#classes.set(unit, new Set([live]));
    else known.add(live);
  }

  /** The live class that holds a method of its body, or null. */
  classOfMember(classUnit: CodeUnit, method: Function, text: string): Function | null {
    for (const live of this.#classes.get(classUnit) ?? []) if (holds(live, method)) return live;
    for (const live of this.all(classUnit, text)) if (holds(live, method)) return live;
    return null;
  }

  /** Every live class made from a place. */
  all(classUnit: CodeUnit, text: string): Function[] {
    if (!this.#complete.has(classUnit)) {
      this.#complete.add(classUnit);
      for (const live of this.#aliveWith(text))
        if (this.#place(live) === classUnit) this.add(classUnit, live);
    }
    return [...(this.#classes.get(classUnit) ?? [])];
  }

  /** The live objects that hold a method or accessor as their own, under its name where the text has one. */
  homesOf(method: Function, name: string | null): object[] {
    this.#homes ??= this.#findHomes();
    const homes = this.#homes.get(method) ?? [];
    const named = name === null ? homes : homes.filter((home) => holdsUnder(home, name, method));
    // A restored method may stand in a literal of the rebuilder's, which only forwards to the true home.
    return named.length < 2 ? named : named.filter((home) => !types.isProxy(Reflect.getPrototypeOf(home)));
  }

  #aliveWith(text: string): Function[] {
    if (this.#alive === null) {
      this.#alive = new Map();
      const list = this.#session.liveObjects(Function.prototype);
      for (let i = 0; i < list.length; i++) {
        const live = list[i];
        if (typeof live !== 'function' || !isClass(live)) continue;
        const key = textOf(live);
        const same = this.#alive.get(key);
        if (same === undefined) this.#alive.set(key, [live]);
        else same.push(live);
      }
    }
    return this.#alive.get(text) ?? [];
  }

  #findHomes(): Map<Function, object[]> {
    const homes = new Map<Function, object[]>();
    const list = this.#session.liveObjects(Object.prototype);
    for (let i = 0; i < list.length; i++) {
      const object = list[i];
      if (typeof object !== 'object' || object === null || isExotic(object)) continue;
      for (const fn of functionsOf(object)) {
        const known = homes.get(fn);
        if (known === undefined) homes.set(fn, [object]);
        else known.push(object);
      }
    }
    return homes;
  }
}

/** True for a class (or a built-in constructor): its `prototype` cannot be written. */
export function isClass(fn: Function): boolean {
  if (types.isProxy(fn)) return false; // asking one runs its traps, and a tombstone throws
  const descriptor = descriptorOf(fn, 'prototype');
  return descriptor !== undefined && descriptor.writable === false && descriptor.enumerable === false;
}

/** The functions an object holds as values or accessors of its own properties. */
export function functionsOf(object: object): Function[] {
  const functions: Function[] = [];
  if (types.isProxy(object)) return functions;
  for (const key of ownKeys(object)) {
    const descriptor = descriptorOf(object, key);
    if (descriptor === undefined) continue;
    if (typeof descriptor.value === 'function') functions.push(descriptor.value);
    if (typeof descriptor.get === 'function') functions.push(descriptor.get);
    if (typeof descriptor.set === 'function') functions.push(descriptor.set);
  }
  return functions;
}

// — helpers —

function holds(live: Function, method: Function): boolean {
  const prototype: unknown = descriptorOf(live, 'prototype')?.value;
  if (functionsOf(live).includes(method)) return true;
  return typeof prototype === 'object' && prototype !== null && functionsOf(prototype).includes(method);
}

function holdsUnder(object: object, name: string, method: Function): boolean {
  const descriptor = descriptorOf(object, name);
  return descriptor?.value === method || descriptor?.get === method || descriptor?.set === method;
}

function isExotic(object: object): boolean {
  return (
    Array.isArray(object) ||
    ArrayBuffer.isView(object) ||
    types.isProxy(object) ||
    types.isModuleNamespaceObject(object)
  );
}

/** Holds a function so that the object around it is not mistaken for an object with that method. */
export class FunctionBox {
  readonly #fn: Function;
  constructor(fn: Function) {
    this.#fn = fn;
  }
  get fn(): Function {
    return this.#fn;
  }
}
