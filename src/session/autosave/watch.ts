// What changed of the session's names since somebody last looked: primitives exactly, objects by identity. What an object
// holds is for others to look into (`marks.ts`). Runs no code of the values'; a name that is unread stays unread.

import type { BindingKind, Evaluator } from '../../evaluator/index.js';
import { sessionGlobal } from '../../realm/pristine.js';
import { type WrittenPrimitive, writePrimitive } from './primitives.js';

/** A longer text counts as an object: it is data rather than a value one would miss. */
const TEXT_MAX = 1 << 16;
const NOT_LOOKED_INTO = Symbol('accessor or unread');

/** What changed. */
export interface Changes {
  /** Names that hold another primitive. */
  readonly primitives?: Readonly<Record<string, WrittenPrimitive>>;
  readonly kinds: Readonly<Record<string, BindingKind>>;
  readonly rebound: readonly string[];
  readonly gone: readonly string[];
}

/** What is needed of an evaluator. */
export type Naming = Pick<Evaluator, 'names' | 'binding'>;

/** Remembers what the names held. */
export class NameWatch {
  readonly #evaluator: Naming;
  #held = new Map<string, unknown>();

  constructor(evaluator: Naming) {
    this.#evaluator = evaluator;
    this.#held = this.#look();
  }

  /** What changed since the last call, or since this was made. */
  take(): Changes {
    const before = this.#held;
    const now = (this.#held = this.#look());
    const primitives: Record<string, WrittenPrimitive> = Object.create(null);
    let hasPrimitives = false;
    const kinds: Record<string, BindingKind> = Object.create(null);
    const rebound: string[] = [];
    for (const [name, value] of now) {
      if (before.has(name) && Object.is(before.get(name), value)) continue;
      if (isKept(value)) {
        primitives[name] = writePrimitive(value);
        hasPrimitives = true;
        kinds[name] = this.#evaluator.binding(name)?.kind ?? 'implicit';
      } else if (value !== NOT_LOOKED_INTO || !before.has(name)) rebound.push(name);
    }
    const gone = [...before.keys()].filter((name) => !now.has(name));
    return { ...(hasPrimitives && { primitives }), kinds, rebound, gone };
  }

  /** What the names hold that is no primitive, as of the last {@link take}. */
  objects(): Map<string, unknown> {
    const isObject = (value: unknown): boolean => value !== NOT_LOOKED_INTO && !isKept(value);
    return new Map([...this.#held].filter(([, value]) => isObject(value)));
  }

  #look(): Map<string, unknown> {
    const held = new Map<string, unknown>();
    for (const name of this.#evaluator.names()) {
      const descriptor = sessionGlobal(name);
      const isData = descriptor !== undefined && 'value' in descriptor;
      held.set(name, isData ? descriptor.value : NOT_LOOKED_INTO);
    }
    return held;
  }
}

function isKept(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= TEXT_MAX;
  return value === null || !['object', 'function', 'symbol'].includes(typeof value);
}
