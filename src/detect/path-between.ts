// How one value is reached from another.

import { typeOf } from './cell-text.js';
import { resolvePath } from './resolve.js';
import type { Web } from './web.js';

/** A way from one value to another. */
export interface PathBetween {
  readonly from: string;
  readonly to: string;
  /** The shortest way; undefined when there is none. */
  readonly path: string | undefined;
  /** The values on it, the first and the last included; scopes are not told. */
  readonly chain: readonly { readonly step: string; readonly type: string }[];
}

/**
 * The shortest way from one value to another.
 *
 * @param web   See {@link detect}.
 * @param from  A name or a path.
 * @param to    A name or a path.
 * @returns undefined when one of the paths leads nowhere.
 * @see `objgraph.find_backref_chain` of Python
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('const log = []; const app = { jobs: [() => log] }; app.jobs[0].log = log');
 *   pathBetween(detect(session), 'app', 'log').path; // 'app.jobs[0].log'
 */
export function pathBetween(web: Web, from: string, to: string): PathBetween | undefined {
  const start = resolvePath(web, from);
  const end = resolvePath(web, to);
  if (start === undefined || end === undefined) return undefined;
  if (start.id === undefined || end.id === undefined) return { from, to, path: undefined, chain: [] };
  const tree = web.treeFrom([start.id]);
  if (tree.seen[end.id] !== 1) return { from, to, path: undefined, chain: [] };
  const ids = web.chainIn(tree, end.id);
  const chain = ids.flatMap((id, at) => {
    if (web.kindOf(id) === 'scope') return [];
    const before = ids[at - 1];
    const step = before === undefined ? from : web.stepTo(before, id).replace(/^ → /, '');
    return [{ step, type: typeOf(web.steps, id) }];
  });
  return { from, to, path: web.pathIn(tree, end.id, () => start.path), chain };
}
