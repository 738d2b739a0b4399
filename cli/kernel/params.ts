// Reads the parameters of a request: each has one type, and what nobody knows is refused rather than ignored.

import type { Params } from './messages.js';
import { ParamsError } from './refusal.js';

/** What a parameter may be. */
export type ParamType =
  | 'string'
  | 'boolean'
  | 'number'
  | 'strings'
  | 'string or strings'
  | 'boolean or strings';

/** The parameters that a method knows; a name with `!` at its end must be given. */
export type Known = Readonly<Record<string, ParamType>>;

const CHECKS: Readonly<Record<ParamType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  strings: isStrings,
  'string or strings': (value) => typeof value === 'string' || isStrings(value),
  'boolean or strings': (value) => typeof value === 'boolean' || isStrings(value),
};

const WORDS: Readonly<Record<ParamType, string>> = {
  string: 'a string',
  boolean: 'true or false',
  number: 'a whole number from 0 on',
  strings: 'a list of strings',
  'string or strings': 'a string or a list of strings',
  'boolean or strings': 'true, false or a list of strings',
};

/** Checked parameters. Throws a `ParamsError` for what is missing, unknown or of another type. */
export function readParams(method: string, given: Params, known: Known): Reader {
  const types = new Map(Object.entries(known).map(([name, type]) => [name.replace('!', ''), type]));
  for (const [name, value] of Object.entries(given)) {
    const type = types.get(name);
    if (type === undefined) throw new ParamsError(`${method} takes no parameter ${JSON.stringify(name)}`);
    if (value !== null && !CHECKS[type](value))
      throw new ParamsError(`${method}: ${name} must be ${WORDS[type]}`);
  }
  for (const name of Object.keys(known))
    if (name.endsWith('!') && (given[name.slice(0, -1)] ?? null) === null)
      throw new ParamsError(`${method} needs ${name.slice(0, -1)}`);
  return new Reader(given);
}

/** Parameters that were checked; null counts as not given. */
export class Reader {
  readonly #given: Params;

  constructor(given: Params) {
    this.#given = given;
  }

  text(name: string): string | undefined {
    return (this.#given[name] ?? undefined) as string | undefined;
  }

  number(name: string): number | undefined {
    return (this.#given[name] ?? undefined) as number | undefined;
  }

  isSet(name: string): boolean {
    const value = this.#given[name] ?? false;
    return value !== false;
  }

  /** True when it was given at all, also as false. */
  isGiven(name: string): boolean {
    return (this.#given[name] ?? null) !== null;
  }

  /** A list, or one text as a list of one. */
  texts(name: string): readonly string[] {
    const value = this.#given[name] ?? [];
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? (value as string[]) : [];
  }
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
