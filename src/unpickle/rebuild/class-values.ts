// Evaluates classes and finds their members.
//
// Knows how a compiled class text is fed and what it hands back; nothing of scopes or rows beyond the class's own.

import { types } from 'node:util';
import { UnpicklingError } from '../../errors.js';
import type { CodeEntry } from '../../graph/code.js';
import { restoredCode, restoredComputedKeys, restoredMembers } from '../../realm/restored.js';
import { badText } from './check-text.js';
import type { ClassMember, ClassSource } from './class-source.js';
import { sampleOf, setClassFacts } from './stamp.js';
import { CallSupport } from './support.js';
import { rememberText } from './to-string.js';

const { getOwnPropertyDescriptor, setPrototypeOf } = Object;

/** A class that was evaluated. */
export interface MadeClass {
  readonly value: Function;
  /** The factory of what was written inside it. */
  readonly inner: Function | undefined;
  /** Its method, getter or setter with this index in the class body. */
  member(element: number): Function;
}

/** What a class is made of. */
export interface ClassParts {
  readonly entry: CodeEntry;
  readonly source: ClassSource;
  readonly heritage: unknown;
  readonly computedKeys: readonly (string | symbol)[];
  /** Evaluates the class text. */
  readonly make: (call: CallSupport) => unknown;
}

/** Evaluates a class. Runs nothing of the user's. */
export function makeClass(parts: ClassParts): MadeClass {
  const { entry, source, computedKeys } = parts;
  if (computedKeys.length !== source.computedKeyCount) {
    throw badText(
      entry,
      `it has ${source.computedKeyCount} computed keys, the file gives ${computedKeys.length}`,
    );
  }
  const isSafe = !source.hasHeritage || isSafeHeritage(parts.heritage);
  const call = new CallSupport();
  call.h = isSafe ? parts.heritage : StandInHeritage;
  call.p = [call.h];
  call.k = computedKeys;
  const value = evaluate(parts, call);
  if (!isSafe) setPrototypeOf(value, parts.heritage as object | null);
  restoredCode.set(value, entry);
  if (computedKeys.length > 0) restoredComputedKeys.set(value, computedKeys);
  if (source.isEdited) rememberText(value, entry.source);
  setClassFacts(value, {
    isDerived: source.isDerived,
    isStamping: source.isStamping,
    hasPublicFields: source.hasPublicFields,
    writers: new Map(
      source.privateFields.map((name, i) => [name, call.w[i] as NonNullable<(typeof call.w)[number]>]),
    ),
  });
  return new Made(value, parts, call);
}

function evaluate(parts: ClassParts, call: CallSupport): Function {
  try {
    return parts.make(call) as Function;
  } catch (cause) {
    if (cause instanceof UnpicklingError) throw cause;
    throw badText(parts.entry, `evaluating it failed: ${(cause as Error).message}`, cause);
  }
}

class Made implements MadeClass {
  readonly value: Function;
  readonly inner: Function | undefined;
  readonly #entry: CodeEntry;
  readonly #members = new Map<number, Function>();
  readonly #privates = new Map<number, () => unknown>();

  constructor(value: Function, parts: ClassParts, call: CallSupport) {
    this.value = value;
    this.inner = call.f;
    this.#entry = parts.entry;
    const proto = getOwnPropertyDescriptor(value, 'prototype')?.value as object;
    for (const member of parts.source.members) {
      if (member.isPrivate) this.#addPrivate(member, parts.source, call);
      else {
        const key =
          typeof member.key === 'number' ? (parts.computedKeys[member.key] as string | symbol) : member.key;
        this.#add(member, getOwnPropertyDescriptor(member.isStatic ? value : proto, key));
      }
    }
  }

  member(element: number): Function {
    const found = this.#members.get(element);
    if (found !== undefined) return found;
    const fn = this.#privates.get(element)?.();
    if (typeof fn === 'function') return fn;
    throw badText(this.#entry, `it has no method or accessor at index ${element}`);
  }

  // Taken now, while every member is where the text put it.
  #add(member: ClassMember, descriptor: PropertyDescriptor | undefined): void {
    const fn: unknown = member.kind === 'method' ? descriptor?.value : descriptor?.[member.kind];
    if (typeof fn === 'function') this.#register(member, fn);
  }

  #register(member: ClassMember, fn: Function): void {
    this.#members.set(member.element, fn);
    restoredMembers.set(fn, { owner: this.value, element: member.element });
    if (member.originalText !== undefined) rememberText(fn, member.originalText);
  }

  // Private accessors are beyond reach, but then nothing can refer to them either.
  #addPrivate(member: ClassMember, source: ClassSource, call: CallSupport): void {
    if (member.kind !== 'method') return;
    const read = call.g[source.privateMethods.indexOf(member.key as string)];
    this.#privates.set(member.element, () => {
      const fn = read?.(member.isStatic ? this.value : sampleOf(this.value));
      if (typeof fn === 'function') this.#register(member, fn);
      return fn;
    });
  }
}

// `extends` asks its value for `prototype`, which must not run a trap or a getter and must find one.
function isSafeHeritage(heritage: unknown): boolean {
  if (heritage === null) return true;
  if (typeof heritage !== 'function' || types.isProxy(heritage) || types.isGeneratorFunction(heritage))
    return false;
  const descriptor = getOwnPropertyDescriptor(heritage, 'prototype');
  const proto: unknown = descriptor?.value;
  return proto === null || (typeof proto === 'object' && proto !== undefined) || typeof proto === 'function';
}

function StandInHeritage() {}
