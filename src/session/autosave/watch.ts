// What changed of the session's names since somebody last looked: primitives exactly, objects by identity. What an object
// holds is for others to look into (`marks.ts`). Runs no code of the values'; a name that is unread stays unread.

import type { BindingKind, Evaluator } from '../../evaluator/index.js';
import { dumps } from '../../library/index.js';
import { sessionGlobal } from '../../realm/pristine.js';

/** A longer text counts as an object: it is data rather than a value one would miss. */
const TEXT_MAX = 1 << 16;
const NOT_LOOKED_INTO = Symbol('accessor or unread');

/** What changed. */
export interface Changes {
  readonly primitives?: string;
  readonly kinds: Readonly<Record<string, BindingKind>>;
  readonly rebound: readonly string[];
  readonly gone: readonly string[];
}

/** Remembers what the names held. */
export class NameWatch {
  readonly #evaluator: Evaluator;
  #held = new Map<string, unknown>();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
    this.#held = this.#look();
  }

  /** What changed since the last call, or since this was made. */
  take(): Changes {
    const before = this.#held;
    const now = (this.#held = this.#look());
    const values = new Map<string, unknown>();
    const kinds: Record<string, BindingKind> = Object.create(null);
    const rebound: string[] = [];
    for (const [name, value] of now) {
      if (before.has(name) && Object.is(before.get(name), value)) continue;
      if (isKept(value)) {
        values.set(name, value);
        kinds[name] = this.#evaluator.binding(name)?.kind ?? 'implicit';
      } else if (value !== NOT_LOOKED_INTO || !before.has(name)) rebound.push(name);
    }
    const gone = [...before.keys()].filter((name) => !now.has(name));
    return {
      ...(values.size > 0 && { primitives: Buffer.from(dumps(values)).toString('base64') }),
      kinds,
      rebound,
      gone,
    };
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
