// What values hold inside that no look at their properties shows, as V8 lists it without its debugger: the variables that a
// function uses, what it is bound to, private members, what a promise came to, what an iterator has left.
//
// A tenth of a millisecond a value, for looks that come often. Nothing is entered and nothing is matched with its text, so that
// what only a frame tells is left out, and said to be. Runs no code of the values'. Knows nothing of graphs.

import { isUnshown, namesOf, valueIn } from './entries.js';
import { type InspectedFunction, V8Session } from './inspector.js';
import { isBoundToProxy, withoutProxyParents } from './proxy-parents.js';
import { readingMs, usesOf } from './uses.js';

/** What is in one value, in an order that is the same at every look. */
export interface Inside {
  readonly parts: readonly unknown[];
  /** What may be there and was not read: what only a frame tells, what native code holds, what a text that nobody can read uses. */
  readonly unread: 'frame' | 'native' | 'text' | undefined;
}

const NOT_READ: Inside = { parts: [], unread: 'text' };
const NOTHING: Inside = { parts: [], unread: undefined };

const ASKING_MS = 0.12;
const textOf = Function.prototype.toString;

/** An open connection; close it when the look is over. */
export class InsideReader {
  readonly #session: V8Session;

  private constructor(session: V8Session) {
    this.#session = session;
  }

  /** Undefined where V8 cannot be asked. */
  static open(): InsideReader | undefined {
    try {
      return new InsideReader(new V8Session({ mayDebug: false }));
    } catch {
      return undefined;
    }
  }

  close(): void {
    this.#session.close();
  }

  /** How many milliseconds such a question takes, about. */
  askingMs(fn: Function): number {
    return ASKING_MS + readingMs(textOf.call(fn));
  }

  /** Variables and bound parts of functions. */
  functions(functions: readonly Function[]): Inside[] {
    if (functions.length === 0) return [];
    if (functions.some(isBoundToProxy)) return functions.map(() => NOT_READ);
    return this.#asked(functions, () =>
      this.#session.inspect(functions).map((found, index) => insideOf(functions[index] as Function, found)),
    );
  }

  /** Private members, whoever declared them. */
  privates(object: object): Inside {
    return this.#askedOne(object, () =>
      this.#session.privateMembers(object).flatMap(({ name, value }) => [name, value]),
    );
  }

  /** Slots of an object by their names. */
  slots(object: object, names: readonly string[]): Inside {
    return this.#askedOne(object, () => this.#session.slots([object], names)[0] as unknown[]);
  }

  #askedOne(object: object, read: () => unknown[]): Inside {
    if (isBoundToProxy(object)) return NOT_READ;
    return this.#asked([object], () => [{ parts: read(), unread: undefined }])[0] as Inside;
  }

  #asked(objects: readonly object[], read: () => Inside[]): Inside[] {
    try {
      return withoutProxyParents(objects, () => this.#session.quietly(read));
    } catch {
      return objects.map(() => NOT_READ);
    }
  }
}

function insideOf(fn: Function, { place, entries, bound }: InspectedFunction): Inside {
  if (bound !== null) return { parts: [bound.target, bound.thisArg, ...bound.args], unread: undefined };
  // A native function: whatever it holds is V8's or Node's.
  if (place === null) return { parts: [], unread: 'native' };
  const uses = usesOf(textOf.call(fn));
  if (uses === undefined || entries.some(isUnshown)) return NOT_READ;
  const own = entries.filter(({ type }) => type !== 'Global' && type !== 'Script');
  if (own.length === 0 && !uses.usesFrame) return NOTHING;
  const parts: unknown[] = own.flatMap(({ type, object }) => (type === 'With Block' ? [object] : []));
  const names = uses.usesAll ? [...new Set(own.flatMap(namesOf))].sort() : uses.names;
  for (const name of names) {
    const entry = own.find((one) => namesOf(one).includes(name));
    if (entry !== undefined) parts.push(name, valueIn(entry, name));
  }
  return { parts, unread: uses.usesFrame ? 'frame' : undefined };
}
