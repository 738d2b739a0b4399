// What may stand at a place of a text, and what stands there: completion and inspection for whoever has no line editor. Runs nothing of
// the session: names and plain data properties only, as Tab at the prompt does it for members.

import { types } from 'node:util';
import type { Evaluator } from '../../src/evaluator/index.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { shortType } from '../../src/session/preview.js';
import { valuePreview } from '../../src/session/value-preview.js';
import { type Completer, completer } from '../repl/complete.js';
import { builtinGetters, valueOfChain } from '../repl/members.js';

/** What a text can be completed to, from `start` to `end`. */
export interface Completions {
  readonly matches: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** What stands at a place. */
export interface Inspection {
  readonly isFound: boolean;
  /** Missing when nothing is found, as all below. */
  readonly name?: string;
  /** `const`, `function` …, for a name of the session. */
  readonly kind?: string;
  /** The cell that made it. */
  readonly cell?: number;
  readonly type?: string;
  readonly preview?: string;
  /** The text of a function or class. */
  readonly source?: string;
}

/** Before any cell could change them. */
const getters = builtinGetters();
const MATCHES_MAX = 500;
const SOURCE_MAX = 20_000;
const KEYWORDS =
  'async await break case catch class const continue debugger default delete do else export extends false finally for function if import in instanceof let new null of return static super switch this throw true try typeof undefined var void while with yield'.split(
    ' ',
  );

/** Completes a text at a cursor, counted in UTF-16 units. */
export async function completionsAt(
  evaluator: Evaluator,
  code: string,
  cursor: number,
): Promise<Completions> {
  const before = code.slice(0, cursor);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const isCommand = /^\s*[.%][A-Za-z]*/.test(line);
  const text = isCommand ? line.replace(/^(\s*)%/, '$1.') : before;
  const complete = completer(namesOf(evaluator), () => evaluator, getters);
  const [found, replaced] = await new Promise<[string[], string]>((resolve) =>
    complete(text, (_error, result) => resolve(result ?? [[], ''])),
  );
  const matches = [...new Set(found.filter((name) => name !== ''))].slice(0, MATCHES_MAX);
  const isPercent = isCommand && line.trimStart().startsWith('%') && replaced.startsWith('.');
  return {
    matches: isPercent ? matches.map((name) => name.replace(/^\./, '%')) : matches,
    start: cursor - replaced.length,
    end: cursor,
  };
}

// Names that stand alone: the session's, the global object's, and the language's words.
function namesOf(evaluator: Evaluator): Completer {
  return (text, answer) => {
    const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(text)?.[0] ?? '';
    const own = evaluator.names().sort();
    const others = withPristineBuiltins(() =>
      [...Object.getOwnPropertyNames(globalThis), ...KEYWORDS].sort(),
    );
    const all = word === '' ? own : [...own, ...others];
    answer(null, [all.filter((name) => name.startsWith(word)), word]);
  };
}

/** Says what the name or chain of names around a cursor holds. */
export function inspectionAt(evaluator: Evaluator, code: string, cursor: number): Inspection {
  return withPristineBuiltins(() => {
    const chain = chainAt(code, cursor);
    if (chain === undefined) return { isFound: false };
    const found = valueOfChain(chain, getters);
    if (found === undefined) return { isFound: false };
    const { value } = found;
    const binding = evaluator.binding(chain);
    return {
      isFound: true,
      name: chain,
      ...(binding !== undefined && { kind: binding.kind }),
      ...(binding !== undefined && binding.cell > 0 && { cell: binding.cell }),
      type: value === null ? 'null' : shortType(value),
      preview: valuePreview(value),
      ...sourceOf(value),
    };
  });
}

function chainAt(code: string, cursor: number): string | undefined {
  const name = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
  const before =
    new RegExp(`(?:${name}(?:\\.|\\[\\d+\\]\\.))*(?:${name})?$`, 'u').exec(code.slice(0, cursor))?.[0] ?? '';
  const after = /^[\p{ID_Continue}$]*/u.exec(code.slice(cursor))?.[0] ?? '';
  const chain = `${before}${after}`.replace(/\.$/, '');
  return new RegExp(`^${name}`, 'u').test(chain) ? chain : undefined;
}

const functionText = Function.prototype.toString;

function sourceOf(value: unknown): { readonly source?: string } {
  if (typeof value !== 'function' || types.isProxy(value)) return {};
  const source = Reflect.apply(functionText, value, []) as string;
  return { source: source.length > SOURCE_MAX ? `${source.slice(0, SOURCE_MAX)}…` : source };
}

/** An inspection in words. */
export function inspectionText({ name, kind, cell, type, preview, source }: Inspection): string {
  const where = cell === undefined ? '' : ` from In[${cell}]`;
  const head = `${kind === undefined ? '' : `${kind} `}${name ?? ''}${where}: ${type ?? ''}`;
  return [head, source ?? preview ?? ''].join('\n');
}
