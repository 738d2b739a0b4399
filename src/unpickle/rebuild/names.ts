// Names inside generated text: which names may be written there, and which are ours.
// Knows nothing of scopes or functions.

import { UnpicklingError } from '../../errors.js';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with'
  ).split(' '),
);

/** The names that generated text uses for itself. None of them occurs in any restored text. */
export interface OwnNames {
  /** What is wanted of a maker: an index. */
  readonly index: string;
  /** What one call of a maker is given: a `CallSupport`. */
  readonly call: string;
  /** What all restored code shares: `SHARED_SUPPORT`. */
  readonly shared: string;
  /** A scope's arguments object. */
  readonly args: string;
  /** The values a scope is fed. */
  readonly fed: string;
  /** Anything else starts with this. */
  readonly prefix: string;
}

/** Picks names that occur in none of the texts and are none of the bindings. */
export function pickOwnNames(texts: Iterable<string>, bindings: Iterable<string>): OwnNames {
  const all = [...texts, ...bindings];
  let prefix = 'brine$';
  for (let i = 1; all.some((text) => text.includes(prefix)); i++) prefix = `brine${i}$`;
  return {
    index: `${prefix}i`,
    call: `${prefix}c`,
    shared: `${prefix}s`,
    args: `${prefix}a`,
    fed: `${prefix}v`,
    prefix,
  };
}

/** True for a name that sloppy code can declare. */
export function isBindingName(name: string): boolean {
  return IDENTIFIER.test(name) && !RESERVED.has(name);
}

/** Throws for a binding name that cannot be written in a text, so that a file cannot smuggle code in by one. */
export function checkBindingName(name: string): void {
  if (isBindingName(name)) return;
  throw new UnpicklingError(
    'UNPICKLE_CODE',
    `a scope has a variable named ${JSON.stringify(name)}, which is no name`,
    {
      hint: 'The file was not written by brine, or is damaged; load it with code left out.',
    },
  );
}

/** A name as part of the file name of restored code: short, without spaces or anything that makes a URL. */
export function placeName(name: string): string {
  const plain = name.replace(/[^\p{ID_Continue}$#.-]/gu, '').slice(0, 80);
  return plain === '' ? 'anonymous' : plain;
}
