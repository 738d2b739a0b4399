// What takes the space of a snapshot: a tree from the names, each value once, where the shortest way reaches it.

import type { OptionNames } from '../option-names.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { checkSessionNames } from '../session/options.js';
import { typeOf } from './cell-text.js';
import { resolvePath } from './resolve.js';
import type { Tree, Web } from './web.js';
import { weights } from './weigh.js';

/** A value with what hangs from it. */
export interface SizeNode {
  readonly path: string;
  readonly type: string;
  /** Bytes of it and of everything below that is not counted elsewhere. */
  readonly bytes: number;
  /** How many values that are. */
  readonly values: number;
  /** In how many places it is held; it is counted in one of them. */
  readonly places: number;
  /** The largest parts, largest first. */
  readonly parts: readonly SizeNode[];
  /** Parts that are not told, and their bytes. */
  readonly more: number;
  readonly moreBytes: number;
}

/** What takes the space. */
export interface Sizes {
  readonly bytes: number;
  readonly values: number;
  readonly parts: readonly SizeNode[];
  readonly more: number;
  readonly moreBytes: number;
}

/** How much of the tree is told. */
export interface SizeOptions {
  /** Levels below the names. Default: 3. */
  readonly depth?: number;
  /** Parts of each value. Default: 8. */
  readonly partsMax?: number;
}

/** Every one of {@link SizeOptions}. */
export const SIZE_NAMES: OptionNames<SizeOptions> = { depth: 'any', partsMax: 'any' };

/**
 * Says what takes the space: a tree, with what is shared counted once.
 *
 * Bytes are those of a snapshot, about; what the engine takes for the same in memory is more.
 *
 * @param web      See {@link detect}.
 * @param path     A name or a path to begin at. Default: all names.
 * @param options  See {@link SizeOptions}.
 * @returns undefined when the path leads nowhere.
 * @throws {SessionError} SESSION_OPTION for an option that there is not
 * @see Pympler's `asizeof` for Python; `du`
 * @example
 *   const text = 'x'.repeat(1000);
 *   const { parts } = sizes(detect(dumps({ big: { text }, small: 1 })));
 *   parts[0].parts[0].path; // '.big'
 *   parts[0].parts[0].bytes >= 1000; // true
 */
export function sizes(web: Web, path = '', options: SizeOptions = {}): Sizes | undefined {
  withPristineBuiltins(() => checkSessionNames(options, SIZE_NAMES));
  const { depth = 3, partsMax = 8 } = options;
  const from = path === '' ? undefined : resolvePath(web, path);
  if (path !== '' && from === undefined) return undefined;
  const tree = from === undefined ? web.tree : web.treeFrom(from.id === undefined ? [] : [from.id]);
  const grown = grow(web, tree);
  const tops = [...tree.order.filter((id) => tree.parents[id] === -1)];
  const named = tops.map((id) => ({ id, path: path === '' ? web.namesOf(id).join(', ') : path }));
  const texts = textsOf(web, path.trim());
  const picked = pick([...named, ...texts], (part) => bytesOf(part, grown), partsMax);
  return {
    bytes: [...named, ...texts].reduce((sum, part) => sum + bytesOf(part, grown), 0),
    values: tree.order.length + texts.length,
    parts: picked.parts.map((top) =>
      'text' in top ? top.text : nodeOf(web, grown, top, { depth, partsMax }),
    ),
    more: picked.more,
    moreBytes: picked.moreBytes,
  };
}

interface TextPart {
  readonly text: SizeNode;
}

function bytesOf(part: Part | TextPart, { bytes }: Grown): number {
  return 'text' in part ? part.text.bytes : (bytes[part.id] as number);
}

// Names that are texts and have no value of the graph behind them; a text that several names have is there once.
function textsOf(web: Web, path: string): TextPart[] {
  const byText = new Map<string, string[]>();
  for (const { name, textBytes, exact } of web.roots)
    if (textBytes > 0 && (path === '' || path === name))
      byText.set(exact, [...(byText.get(exact) ?? []), name]);
  return [...byText].map(([exact, names]) => {
    const { textBytes: bytes } = web.root(names[0] as string)!;
    const type = exact.startsWith('bigint') ? 'bigint' : 'string';
    const path = names.join(', ');
    return { text: { path, type, bytes, values: 1, places: names.length, parts: [], more: 0, moreBytes: 0 } };
  });
}

/** Totals of each value with everything below it in a tree, and who is below whom. */
export interface Grown {
  readonly parents: Int32Array;
  readonly bytes: Float64Array;
  readonly values: Float64Array;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
}

/** Adds up a tree, from its ends to its beginnings. */
export function grow(web: Web, { parents, order }: Tree): Grown {
  const bytes = weights(web.steps, web.rounds);
  const values = new Float64Array(web.count).fill(1);
  const firstChild = new Int32Array(web.count).fill(-1);
  const nextSibling = new Int32Array(web.count).fill(-1);
  for (let at = order.length - 1; at >= 0; at--) {
    web.rounds.at('weighing', order.length - 1 - at, order.length);
    const id = order[at] as number;
    const parent = parents[id] as number;
    if (parent < 0) continue;
    bytes[parent]! += bytes[id] as number;
    values[parent]! += values[id] as number;
    nextSibling[id] = firstChild[parent] as number;
    firstChild[parent] = id;
  }
  return { parents, bytes, values, firstChild, nextSibling };
}

interface Part {
  readonly id: number;
  readonly path: string;
}

/** The part of a grown tree that begins at a value. */
export function partOf(web: Web, grown: Grown, part: Part, told: SizeOptions): SizeNode {
  return nodeOf(web, grown, part, { depth: 3, partsMax: 8, ...told });
}

// As deep as was asked for, which is a number of the caller's and not of the data.
function nodeOf(web: Web, grown: Grown, { id, path }: Part, told: Required<SizeOptions>): SizeNode {
  const children = told.depth > 0 ? childrenOf(web, grown, id) : [];
  const { parts, more, moreBytes } = pick(children, (part) => bytesOf(part, grown), told.partsMax);
  const inner = { ...told, depth: told.depth - 1 };
  return {
    path,
    type: typeOf(web.steps, id),
    bytes: grown.bytes[id] as number,
    values: grown.values[id] as number,
    places: web.holders(id).length + web.namesOf(id).length,
    parts: parts.map((part) => {
      const step = stepBelow(web, grown, id, part.id);
      return nodeOf(web, grown, { id: part.id, path: `${path}${step}` }, inner);
    }),
    more,
    moreBytes,
  };
}

// A scope is nothing that people see: what it holds is a part of the function.
function childrenOf(web: Web, { firstChild, nextSibling }: Grown, id: number): Part[] {
  const parts: Part[] = [];
  const heads = [firstChild[id] as number];
  for (let head = heads.pop(); head !== undefined; head = heads.pop())
    for (let child = head; child >= 0; child = nextSibling[child] as number) {
      if (web.kindOf(child) === 'scope') heads.push(firstChild[child] as number);
      else if (web.kindOf(child) !== 'reference') parts.push({ id: child, path: '' });
    }
  return parts;
}

function stepBelow(web: Web, { parents }: Grown, id: number, child: number): string {
  let step = '';
  for (let at = child; at !== id && at >= 0; at = parents[at] as number) {
    const parent = parents[at] as number;
    if (parent < 0) break;
    step = `${web.stepTo(parent, at)}${step}`;
  }
  return step;
}

function pick<T extends Part | TextPart>(
  parts: readonly T[],
  bytesOf: (part: T) => number,
  max: number,
): { parts: T[]; more: number; moreBytes: number } {
  const heavy = parts.filter((part) => bytesOf(part) > 0);
  const sorted = heavy.sort((a, b) => bytesOf(b) - bytesOf(a));
  const rest = sorted.slice(max);
  const moreBytes = rest.reduce((sum, part) => sum + bytesOf(part), 0);
  return { parts: sorted.slice(0, max), more: rest.length, moreBytes };
}
