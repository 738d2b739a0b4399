// What only one name, or one value, keeps: what would go with it. And who else holds it.

import { typeOf } from './cell-text.js';
import { resolvePath } from './resolve.js';
import type { Web } from './web.js';
import { weights } from './weigh.js';
import { placesOf } from './why.js';

/** What a value keeps. */
export interface Retained {
  readonly path: string;
  readonly type: string;
  /** Every place that holds it, 50 at most. */
  readonly heldBy: readonly string[];
  readonly heldByCount: number;
  /** How many values go when it goes, itself included. */
  readonly values: number;
  /** Their bytes in a snapshot, about. */
  readonly bytes: number;
  /** The largest of them, largest first. */
  readonly largest: readonly { readonly path: string; readonly type: string; readonly bytes: number }[];
}

const LARGEST = 8;

/**
 * Says what a value alone keeps: everything that no name would lead to without it; and every place that holds it.
 *
 * @param web   See {@link detect}.
 * @param path  A name or a path.
 * @returns undefined when the path leads nowhere.
 * @see the retained size of heap snapshots
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('const all = [1]; const a = { all, own: [2] }; const b = { a }');
 *   const { values, heldBy } = retains(detect(session), 'a');
 *   values; // 2
 *   heldBy; // [ 'a', 'b.a' ]
 */
export function retains(web: Web, path: string): Retained | undefined {
  const found = resolvePath(web, path);
  if (found === undefined) return undefined;
  const { id } = found;
  if (id === undefined)
    return { path, type: found.text, heldBy: [path], heldByCount: 1, values: 0, bytes: 0, largest: [] };
  const roots = web.roots.flatMap((root) => (root.id === undefined ? [] : [root.id]));
  const others = web.treeFrom(roots, id);
  const below = web.treeFrom([id]);
  const bytes = weights(web.steps, web.rounds);
  const { order } = below;
  const kept = order.filter((one, at) => {
    web.rounds.at('following', at, order.length);
    return others.seen[one] !== 1 && web.kindOf(one) !== 'reference';
  });
  const places = placesOf(web, id);
  return {
    path,
    type: typeOf(web.steps, id),
    heldBy: places.first,
    heldByCount: places.count,
    values: kept.length,
    bytes: kept.reduce((sum, one) => sum + (bytes[one] as number), 0),
    largest: largestOf(kept, bytes).map((one) => ({
      path: web.pathIn(below, one, () => path),
      type: typeOf(web.steps, one),
      bytes: bytes[one] as number,
    })),
  };
}

// Without sorting all of them, which nobody could end.
function largestOf(ids: Uint32Array, bytes: Float64Array): number[] {
  const largest: number[] = [];
  for (const id of ids) {
    const size = bytes[id] as number;
    if (largest.length === LARGEST && size <= (bytes[largest[LARGEST - 1] as number] as number)) continue;
    const at = largest.findIndex((one) => (bytes[one] as number) < size);
    largest.splice(at < 0 ? largest.length : at, 0, id);
    if (largest.length > LARGEST) largest.pop();
  }
  return largest;
}
