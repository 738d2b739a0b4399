// Built-ins of other vm contexts, and which of this one's stand for them. A context does not exist where a snapshot is
// loaded, so what was made in one comes back as the same thing of this one, and the report says so.
//
// Nobody can ask a value for its context. Its chain of prototypes ends in that context's Object.prototype; from the
// prototypes on the way both worlds are gone through side by side, and what is native and has the same name is the same.
// Reads own data properties only, and runs nothing. Knows nothing of the walk.

import { types } from 'node:util';
import { intrinsicByName, intrinsicName } from '../realm/intrinsics.js';
import { isNativeFunction } from '../realm/native-function.js';
import type { Verdict } from './context.js';

const prototypeOf = Object.getPrototypeOf as (value: object) => object | null;
const descriptorOf = Object.getOwnPropertyDescriptor;
const ownKeys = Reflect.ownKeys;

/** What is known of other contexts during one walk. */
export class RealmTable {
  private readonly twins = new Map<object, object>();
  private readonly asked = new Set<object>();
  /** Prototypes by whether what inherits from them is of another context. */
  private readonly ends = new Map<object, boolean>();

  /** Those of other contexts that are known by now, with what stands for each. */
  get all(): ReadonlyMap<object, object> {
    return this.twins;
  }

  /** True when the chain of prototypes ends in another context's Object.prototype. */
  isForeign(proto: object): boolean {
    const passed: object[] = [];
    let answer: boolean | undefined;
    for (let at: object | null = proto; at !== null && !types.isProxy(at); at = prototypeOf(at)) {
      answer = at === Object.prototype ? false : this.ends.get(at);
      if (answer !== undefined) break;
      passed.push(at);
      if (prototypeOf(at) === null) answer = isOtherObjectPrototype(at);
    }
    for (const at of passed) this.ends.set(at, answer === true);
    return answer === true;
  }

  /** Learns of the built-ins around a prototype; returns true when there were new ones. */
  meet(proto: object): boolean {
    if (this.asked.has(proto)) return false;
    this.asked.add(proto);
    if (!this.isForeign(proto)) return false;
    const before = this.twins.size;
    for (let at: object | null = proto; at !== null && !types.isProxy(at); at = prototypeOf(at)) {
      this.asked.add(at);
      const twin = namesakeOf(at);
      if (twin !== undefined) this.pair(at, twin);
    }
    return this.twins.size > before;
  }

  private pair(other: object, ours: object): void {
    const queue: [unknown, unknown][] = [[other, ours]];
    for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
      const [one, own] = pair;
      if (!isObject(one) || !isObject(own) || one === own || this.twins.has(one) || types.isProxy(one))
        continue;
      if (intrinsicName(own) === undefined || intrinsicName(one) !== undefined || !areAlike(one, own))
        continue;
      this.twins.set(one, own);
      for (const key of ownKeys(own)) {
        const theirs = descriptorOf(one, key);
        const here = descriptorOf(own, key);
        queue.push([theirs?.value, here?.value], [theirs?.get, here?.get], [theirs?.set, here?.set]);
      }
      queue.push([prototypeOf(one), prototypeOf(own)]);
    }
  }
}

/** What the report says of a value of another context, by the kind it is saved as and what it inherits from here. */
export function foreignReason(kind: string, home: object): Verdict {
  const name = intrinsicName(home)?.replace(/\.prototype$/, '') ?? '';
  const isCode = kind === 'function' || kind === 'class' || kind === 'bound' || kind === 'member';
  const what = isCode ? kind : /^[A-Z][\w.]*$/.test(name) ? name : 'object';
  const reason =
    'it belongs to another vm context, which another process does not have; it is saved as one of this context';
  return isCode
    ? {
        what,
        reason: `${reason}, and finds the globals of this one`,
        hint: 'give it what it names as arguments',
      }
    : {
        what,
        reason,
        hint: 'compare values rather than classes: `instanceof` of that context does not know it',
      };
}

/** Why what keeps its state in the engine cannot be saved when it is of another context. */
export const OF_ANOTHER_CONTEXT = {
  reason: 'it belongs to another vm context, whose built-ins another process has no names for',
  hint: 'use what this context has of that name, or save a copy made of its built-ins, such as structuredClone(value)',
};

function isOtherObjectPrototype(proto: object): boolean {
  const maker: unknown = descriptorOf(proto, 'constructor')?.value;
  return (
    typeof maker === 'function' &&
    isNativeFunction(maker) &&
    descriptorOf(maker, 'name')?.value === 'Object' &&
    descriptorOf(maker, 'prototype')?.value === proto
  );
}

// The built-in of this context that has the same name: by the class that it is the prototype of, or by its tag.
function namesakeOf(proto: object): object | undefined {
  const maker: unknown = descriptorOf(proto, 'constructor')?.value;
  if (typeof maker === 'function') {
    const name: unknown = isNativeFunction(maker) ? descriptorOf(maker, 'name')?.value : undefined;
    if (typeof name !== 'string' || descriptorOf(maker, 'prototype')?.value !== proto) return undefined;
    return firstIntrinsic([
      `${name}.prototype`,
      `%${name}.prototype%`,
      ...SPACES.map((space) => `${space}.${name}.prototype`),
    ]);
  }
  const tag: unknown = descriptorOf(proto, Symbol.toStringTag)?.value;
  if (typeof tag !== 'string') return undefined;
  const found = firstIntrinsic([
    tag,
    `%${tag.replaceAll(' ', '')}Prototype%`,
    `%${tag}Function.prototype%.prototype`,
  ]);
  return found !== undefined && hasNativesOf(proto, found) ? found : undefined;
}

const SPACES = ['Intl', 'Temporal', 'WebAssembly'];

function firstIntrinsic(names: readonly string[]): object | undefined {
  for (const name of names) {
    const found = intrinsicByName(name);
    if (isObject(found)) return found;
  }
  return undefined;
}

// Anybody may put such a tag on an object of theirs.
function hasNativesOf(proto: object, own: object): boolean {
  return ownKeys(own).every((key) => {
    const here: unknown = descriptorOf(own, key)?.value;
    const there: unknown = descriptorOf(proto, key)?.value;
    return typeof here !== 'function' || (typeof there === 'function' && areAlike(there, here));
  });
}

// Somebody may have put something of their own in the place of a built-in.
function areAlike(one: object, own: object): boolean {
  if (typeof one !== typeof own) return false;
  if (typeof one !== 'function') return true;
  return isNativeFunction(one) && descriptorOf(one, 'name')?.value === descriptorOf(own, 'name')?.value;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
