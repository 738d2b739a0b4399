// What a function or class needs: the variables that it captures with what they hold, and the globals that its text names.

import { BINDING_KINDS, SCOPE_FORMS } from '../graph/code.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import { DEAD_ZONE } from '../graph/graph.js';
import { cellText, codeName, referenceName, typeOf } from './cell-text.js';
import { freeNames } from './free-names.js';
import { resolvePath } from './resolve.js';
import type { Web } from './web.js';

/** A variable that a function captures. */
export interface CapturedName {
  readonly name: string;
  /** `let`, `const`, `function`, `this`, … */
  readonly kind: string;
  /** What it holds now, as a short text. */
  readonly value: string;
  /** True before its declaration ran. */
  readonly isUnset: boolean;
  /** Other functions and classes that share the variable. */
  readonly sharedWith: readonly string[];
}

/** A name that a text uses and that nothing around it declares. */
export interface UsedGlobal {
  readonly name: string;
  /** `session`: a name of the session; `builtin`: what this Node has; `missing`: nobody has it. */
  readonly from: 'session' | 'builtin' | 'missing';
  readonly type: string;
}

/** What a function needs. */
export interface Deps {
  readonly path: string;
  readonly type: string;
  /** Where its text stands. */
  readonly url: string;
  readonly line: number;
  readonly captures: readonly CapturedName[];
  readonly globals: readonly UsedGlobal[];
  /** What a class extends. */
  readonly extends?: string;
}

const SHARED_MAX = 10;

/**
 * Says what a function or class captures, and which globals its text names.
 *
 * @param web   See {@link detect}.
 * @param path  A name or a path.
 * @returns undefined when the path leads to no function that a snapshot brings.
 * @see `dill.detect.freevars` and `globalvars`
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('let rate = 2; const twice = (() => { let n = 0; return (x) => Math.abs(x * rate + n++) })()');
 *   const { captures, globals } = deps(detect(session), 'twice');
 *   captures[0].name; // 'n'
 *   globals.map(({ name, from }) => `${name} ${from}`); // [ 'Math builtin', 'rate session' ]
 */
export function deps(web: Web, path: string): Deps | undefined {
  const id = resolvePath(web, path)?.id;
  const code = id === undefined ? undefined : web.codeOf(id);
  if (id === undefined || code === undefined) return undefined;
  const captures = capturesOf(web, id);
  const captured = new Set(captures.map(({ name }) => name));
  const globals = freeNames(code)
    .filter((name) => !captured.has(name))
    .map((name) => globalOf(web, name));
  const heritage = web.steps.stateNumber(id, 'heritage');
  return {
    path,
    type: typeOf(web.steps, id),
    url: code.url,
    line: code.line,
    captures,
    globals,
    ...(heritage !== undefined && { extends: typeOf(web.steps, heritage) }),
  };
}

function capturesOf(web: Web, id: number): CapturedName[] {
  const found: CapturedName[] = [];
  const seen = new Set<string>();
  let scope = web.steps.stateNumber(id, 'scope');
  const scopes = new Set<number>();
  for (; scope !== undefined && !scopes.has(scope); scope = web.steps.stateNumber(scope, 'parent')) {
    scopes.add(scope);
    const segment = web.steps.segmentOf(scope);
    if (segment?.layout.kind.name !== 'scope') break;
    if (SCOPE_FORMS[segment.layout.flags] === 'class') continue;
    const row = scope - segment.firstId;
    const sharedWith = sharersOf(web, scope, id);
    segment.layout.keys.forEach((key, index) => {
      const name = String(key);
      const column = segment.properties[index];
      if (column === undefined || seen.has(name)) return;
      seen.add(name);
      const attributes = segment.layout.attributes[index] as number;
      const isRef = tagAt(column, row) === TAG.ref;
      found.push({
        name,
        kind: BINDING_KINDS[attributes & (DEAD_ZONE - 1)] ?? 'let',
        value: isRef ? valueText(web, numberAt(column, row)) : cellText(column, row),
        isUnset: (attributes & DEAD_ZONE) !== 0,
        sharedWith,
      });
    });
  }
  return found;
}

function valueText(web: Web, id: number): string {
  return web.kindOf(id) === 'reference' ? referenceName(web.steps, id) : typeOf(web.steps, id);
}

function sharersOf(web: Web, scope: number, id: number): string[] {
  return web
    .holders(scope)
    .filter((holder) => holder !== id && web.codeOf(holder) !== undefined && web.tree.seen[holder] === 1)
    .slice(0, SHARED_MAX)
    .map((holder) => web.namesOf(holder)[0] ?? web.pathOf(holder) ?? codeName(web.steps, holder));
}

function globalOf(web: Web, name: string): UsedGlobal {
  const root = web.root(name);
  const binding = web.meta.session?.bindings.find((one) => one.name === name);
  if (root !== undefined || binding !== undefined) {
    const type = root?.id === undefined ? (root?.text ?? binding?.type ?? '') : typeOf(web.steps, root.id);
    return { name, from: 'session', type };
  }
  return { name, from: Object.hasOwn(globalThis, name) ? 'builtin' : 'missing', type: '' };
}
