// Completion of `object.prop`: looks at names and plain data properties only, so that a key press runs nothing.
//
// No call, no getter, no proxy: what cannot be known without running code is not completed. The getters with which Node
// itself loads core modules at the prompt are the one exception. Knows nothing of readline.

import { builtinModules } from 'node:module';
import { types } from 'node:util';
import { withPristineBuiltins } from '../../src/realm/pristine.js';

const descriptorOf = Object.getOwnPropertyDescriptor;
const prototypeOf = Object.getPrototypeOf as (value: object) => object | null;

const NAME = '[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*';
/** A name, a string or a list, then steps, then the part of a name that is completed. */
const CHAIN = new RegExp(
  `((?:${NAME}|"[^"\\\\\\n]*"|'[^'\\\\\\n]*'|\\[[^\\[\\]()\`]*\\])(?:\\s*\\??\\.\\s*${NAME}|\\[(?:\\d+|"[^"\\\\\\n]*"|'[^'\\\\\\n]*')\\])*?)(\\s*\\??\\.\\s*)(${NAME})?$`,
  'u',
);
const STEP = new RegExp(`^(?:\\s*\\??\\.\\s*(${NAME})|\\[(?:(\\d+)|"([^"]*)"|'([^']*)')\\])`, 'u');
const WHOLE_NAME = new RegExp(`^${NAME}$`, 'u');
/** Before a chain: the chain goes on to the left, with something that is not plain. */
const GOES_ON = /[\p{ID_Continue}$.)\]}'"`]$/u;
/** The start of a file name in a string: Node's own completion knows it. */
const IN_FILE_NAME = /(?:\b(?:require|import)\s*\(\s*|\bfs(?:\.promises)?\.\s*[a-z]\w+\(\s*)["'`][^"'`]*$/;
/** Prototypes that are looked at above the object itself. */
const DEPTH_MAX = 6;

/** The getters of the global object that are Node's own, by name. */
export type BuiltinGetters = ReadonlyMap<string, unknown>;

/** Remembers which getters of the global object load a core module or stand for a plain value. */
export function builtinGetters(): BuiltinGetters {
  const getters = new Map<string, unknown>();
  for (const name of [...builtinModules, 'process', 'Buffer', 'crypto', 'performance', 'navigator']) {
    const getter = descriptorOf(globalThis, name)?.get;
    if (getter !== undefined) getters.set(name, getter);
  }
  return getters;
}

/**
 * What a text that ends in `object.prop` can be completed to; undefined for every other text.
 *
 * @returns the completions, nearest last, and the part of the text that they replace
 */
export function memberCompletions(text: string, getters: BuiltinGetters): [string[], string] | undefined {
  return withPristineBuiltins(() => complete(text, getters));
}

function complete(text: string, getters: BuiltinGetters): [string[], string] | undefined {
  if (IN_FILE_NAME.test(text)) return undefined;
  // `...name` is no access.
  if (!/\??\.\s*(?:[\p{ID_Start}$_][\p{ID_Continue}$]*)?$/u.test(text) || /\.\.\.\s*[^.\s]*$/.test(text))
    return undefined;
  const nothing: [string[], string] = [[], text];
  const match = CHAIN.exec(text);
  if (match === null || GOES_ON.test(text.slice(0, match.index).trimEnd().slice(-1))) {
    // After a keyword (`return a.b`) the chain starts afresh.
    const before = match === null ? '' : text.slice(0, match.index);
    if (match === null || !/(?:^|[^\p{ID_Continue}$.])[a-z]+\s+$/u.test(before)) return nothing;
  }
  const [whole, object, dot, start = ''] = match;
  const found = resolve(object!, getters);
  if (found === undefined) return nothing;
  const names = namesOf(found.value, start.toLowerCase());
  return [names.map((name) => (name === '' ? '' : `${object}${dot}${name}`)), whole];
}

/** The value of a chain of names such as `list[0].name`, or undefined where code would have to run. */
export function valueOfChain(
  chain: string,
  getters: BuiltinGetters,
): { readonly value: unknown } | undefined {
  return withPristineBuiltins(() => resolve(chain, getters));
}

/** The value of a chain of names, or undefined where code would have to run. */
function resolve(chain: string, getters: BuiltinGetters): { readonly value: unknown } | undefined {
  const head = new RegExp(`^${NAME}`, 'u').exec(chain)?.[0];
  let found: { readonly value: unknown } | undefined;
  let rest: string;
  if (head !== undefined) {
    found = head === 'this' ? { value: globalThis } : globalNamed(head, getters);
    rest = chain.slice(head.length);
  } else {
    const literal = /^(?:"[^"]*"|'[^']*'|\[[^\]]*\])/.exec(chain)![0];
    found = { value: literal.startsWith('[') ? [] : '' };
    rest = chain.slice(literal.length);
  }
  while (found !== undefined && rest !== '') {
    const step = STEP.exec(rest);
    if (step === null) return undefined;
    const key = step[1] ?? step[2] ?? step[3] ?? step[4] ?? '';
    found = found.value === globalThis ? globalNamed(key, getters) : dataProperty(found.value, key);
    rest = rest.slice(step[0].length);
  }
  return found;
}

function globalNamed(name: string, getters: BuiltinGetters): { readonly value: unknown } | undefined {
  const own = descriptorOf(globalThis, name);
  if (own?.get === undefined || own.get !== getters.get(name)) return dataProperty(globalThis, name);
  try {
    return { value: own.get.call(globalThis) as unknown };
  } catch {
    return undefined;
  }
}

function dataProperty(value: unknown, key: string): { readonly value: unknown } | undefined {
  if (value === null || value === undefined) return undefined;
  const isPrimitive = typeof value !== 'object' && typeof value !== 'function';
  for (let at: object | null = isPrimitive ? (Object(value) as object) : value; at !== null; ) {
    if (types.isProxy(at)) return undefined;
    try {
      const descriptor = descriptorOf(at, key);
      if (descriptor !== undefined) return 'value' in descriptor ? { value: descriptor.value } : undefined;
    } catch {
      // An export that has no value yet.
      return undefined;
    }
    at = prototypeOf(at);
  }
  return undefined;
}

// Names that start like this, those of the object itself last; an empty name between the groups, as readline wants it.
function namesOf(value: unknown, start: string): string[] {
  const names: string[] = [];
  if (value === null || value === undefined) return names;
  const isPrimitive = typeof value !== 'object' && typeof value !== 'function';
  const seen = new Set<string>();
  let at: object | null = isPrimitive ? prototypeOf(Object(value) as object) : value;
  for (let depth = 0; at !== null && depth < DEPTH_MAX; depth++, at = prototypeOf(at)) {
    if (types.isProxy(at)) break;
    const group = Object.getOwnPropertyNames(at)
      .filter((name) => WHOLE_NAME.test(name) && name.toLowerCase().startsWith(start) && !seen.has(name))
      .sort();
    for (const name of group) seen.add(name);
    if (group.length > 0) names.unshift(...group, ...(names.length > 0 ? [''] : []));
  }
  return names;
}
