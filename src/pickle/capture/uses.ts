// What the text of one function, method or class uses of the scopes around it. Parses the text, which may come without the
// object or class that it was written in; runs nothing. Knows nothing of live functions.

import { type Options, type Program, parse } from 'acorn';
import { analyseScopes } from './analyse.js';

/** What a text uses. */
export interface Uses {
  /** Names that it does not declare, in alphabetical order. */
  readonly names: readonly string[];
  /** It has a direct `eval`, which may use everything. */
  readonly usesAll: boolean;
  /** It uses `this`, `arguments` or `new.target` of the function around it. */
  readonly usesFrame: boolean;
}

const OPTIONS = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
  // Private names of a class around a method are nothing that it declares: texts with them are parsed all the same.
  checkPrivateFields: false,
} as Options;

const SURROUNDINGS = [
  ['(', ')'],
  ['({ ', ' })'],
  ['(class { ', ' })'],
] as const;

const TEXTS_MAX = 2000;
const CHARACTERS_A_MS = 1000;
const known = new Map<string, Uses | undefined>();

/** What a text uses; undefined for one that cannot be read. */
export function usesOf(text: string): Uses | undefined {
  if (known.has(text)) return known.get(text);
  if (known.size >= TEXTS_MAX) known.clear();
  const uses = readUses(text);
  known.set(text, uses);
  return uses;
}

/** How long reading a text takes that is not known yet. */
export function readingMs(text: string): number {
  return known.has(text) ? 0 : text.length / CHARACTERS_A_MS;
}

function readUses(text: string): Uses | undefined {
  for (const [before, after] of SURROUNDINGS) {
    const whole = `${before}${text}${after}`;
    const program = parsed(whole);
    if (program === undefined) continue;
    const { references, top } = analyseScopes(whole, program, false);
    const names = new Set<string>();
    let usesAll = false;
    let usesFrame = false;
    for (const { kind, name, target } of references) {
      if (kind === 'eval') usesAll = true;
      // At the top of a text `arguments` is a name like any other.
      else if (name === 'arguments' ? target === null || target === top : target === top) usesFrame = true;
      else if (kind === 'name' && target === null) names.add(name);
    }
    return { names: [...names].sort(), usesAll, usesFrame };
  }
  return undefined;
}

function parsed(text: string): Program | undefined {
  try {
    return parse(text, OPTIONS);
  } catch {
    return undefined;
  }
}
