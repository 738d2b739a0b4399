// The names of a snapshot with what they lead to, as a tree that is bounded: each value once, where the shortest way reaches
// it; every other place says where that is. A queue; nothing recurses on data.

import type { Web, WebRoot } from '../detect/index.js';
import type { MetaBinding, MetaPlot, MetaTable } from '../format/index.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import { eachPart, type Part, type PartKind, partCount } from './cells-of-value.js';
import { plotOfValue, tableOfValue } from './value-table.js';
import { primitiveText, type Tone, valueText } from './value-text.js';

/** So much of the tree is there at most. */
export const TREE_LIMITS = {
  names: 1000,
  nodes: 4000,
  parts: 50,
  depth: 12,
  codeCharacters: 200_000,
} as const;
const CODE_CHARACTERS_MAX = 6000;
const INLINE_MAX = 40;

/** One place of the tree. */
export interface TreeNode {
  readonly label: string;
  readonly kind: PartKind | 'name';
  /** How the name was declared. */
  readonly declared?: string;
  text: string;
  tone: Tone;
  /** The value, when this is its place; links lead here. */
  id?: number;
  /** The value, when it is shown at another place. */
  sharedId?: number;
  /** It is shown around this place: a cycle. */
  isCycle?: boolean;
  code?: { readonly source: string; readonly left: number; readonly place: string };
  table?: MetaTable | undefined;
  plot?: MetaPlot | undefined;
  children: TreeNode[];
  /** Parts that are not there. */
  more: number;
}

/** The tree of a snapshot. */
export interface Tree {
  readonly names: readonly TreeNode[];
  /** Names that are not there. */
  readonly more: number;
}

interface Waiting {
  readonly node: TreeNode;
  readonly id: number;
  readonly depth: number;
  readonly parent: Waiting | undefined;
}

/** Makes the tree. */
export function treeOf(web: Web): Tree {
  const bindings = new Map((web.meta.session?.bindings ?? []).map((binding) => [binding.name, binding]));
  const roots = new Map(web.roots.map((root) => [root.name, root]));
  const all = [...new Set([...bindings.keys(), ...roots.keys()])];
  const growing = new Growing(web);
  const names = all
    .slice(0, TREE_LIMITS.names)
    .map((name) => growing.root(name, roots.get(name), bindings.get(name)));
  growing.grow();
  return { names, more: all.length - names.length };
}

class Growing {
  readonly #web: Web;
  readonly #queue: Waiting[] = [];
  readonly #places = new Set<number>();
  #nodes = 0;
  #code = 0;

  constructor(web: Web) {
    this.#web = web;
  }

  root(name: string, root: WebRoot | undefined, binding: MetaBinding | undefined): TreeNode {
    const node: TreeNode = {
      label: name === '' ? 'value' : name,
      kind: 'name',
      ...(binding !== undefined && { declared: binding.kind }),
      ...rootText(root, binding),
      ...{ children: [], more: 0 },
    };
    if (root?.id !== undefined) this.#place(node, root.id, 0, undefined);
    return node;
  }

  grow(): void {
    for (let next = 0; next < this.#queue.length; next++) this.#open(this.#queue[next] as Waiting);
  }

  // The first place that reaches a value is its own.
  #place(node: TreeNode, id: number, depth: number, parent: Waiting | undefined): void {
    const { text, tone } = valueText(this.#web, id);
    node.text = text;
    node.tone = tone;
    if (isLeaf(this.#web.kindOf(id))) return;
    if (this.#places.has(id)) {
      node.sharedId = id;
      for (let around = parent; around !== undefined; around = around.parent)
        if (around.id === id) node.isCycle = true;
      return;
    }
    this.#places.add(id);
    node.id = id;
    this.#queue.push({ node, id, depth, parent });
  }

  #open(waiting: Waiting): void {
    const { node, id, depth } = waiting;
    node.plot = plotOfValue(this.#web, id);
    node.table = node.plot === undefined ? tableOfValue(this.#web, id) : undefined;
    this.#addCode(node, id);
    const count = partCount(this.#web, id);
    if (this.#fillInline(node, id, count)) return;
    const room =
      depth >= TREE_LIMITS.depth ? 0 : Math.min(TREE_LIMITS.parts, TREE_LIMITS.nodes - this.#nodes);
    if (room > 0)
      eachPart(this.#web, id, (part) => {
        this.#addPart(waiting, part);
        return node.children.length >= room;
      });
    // Holes of lists are no parts that are shown.
    node.more = node.children.length < room ? 0 : Math.max(0, count - node.children.length);
    if (room <= 0) node.more = count;
  }

  #addPart(waiting: Waiting, { label, kind, column, at }: Part): void {
    const { node, depth } = waiting;
    this.#nodes++;
    const child: TreeNode = { label, kind, text: '', tone: 'word', children: [], more: 0 };
    node.children.push(child);
    if (tagAt(column, at) === TAG.ref) this.#place(child, numberAt(column, at), depth + 1, waiting);
    else Object.assign(child, primitiveText(column, at));
  }

  // A list of primitives takes one line.
  #fillInline(node: TreeNode, id: number, count: number): boolean {
    if (!['array', 'set'].includes(this.#web.kindOf(id)) || count === 0) return false;
    const texts: string[] = [];
    let isPlain = true;
    eachPart(this.#web, id, ({ kind, column, at }) => {
      if (tagAt(column, at) === TAG.ref || kind === 'key' || kind === 'private') isPlain = false;
      else {
        const { text } = primitiveText(column, at);
        texts.push(text.length > 60 ? `${text.slice(0, 59)}…` : text);
      }
      return !isPlain || texts.length >= INLINE_MAX;
    });
    if (!isPlain) return false;
    this.#nodes++;
    const text = texts.join(', ');
    node.children.push({ label: '', kind: 'inner', text, tone: 'word', children: [], more: 0 });
    node.more = Math.max(0, count - INLINE_MAX);
    return true;
  }

  #addCode(node: TreeNode, id: number): void {
    const entry = this.#web.codeOf(id);
    if (entry === undefined || this.#code >= TREE_LIMITS.codeCharacters) return;
    const source = entry.source.slice(0, CODE_CHARACTERS_MAX);
    this.#code += source.length;
    const place = entry.url === '' ? '' : `${entry.url}:${entry.line}`;
    node.code = { source, left: entry.source.length - source.length, place };
  }
}

// What has no parts worth a place of its own, and may be told wherever it is met.
function isLeaf(kind: string): boolean {
  return kind === 'reference' || kind === 'tombstone' || kind === 'symbol';
}

function rootText(root: WebRoot | undefined, binding: MetaBinding | undefined): { text: string; tone: Tone } {
  if (root === undefined) {
    const origin = binding?.origin;
    if (origin === undefined) return { text: binding?.type ?? '', tone: 'type' };
    const what = origin.imported === '*' ? '' : `${origin.imported} of `;
    return { text: `${what}${origin.specifier}`, tone: 'type' };
  }
  const tone: Tone = root.text.startsWith('"') ? 'string' : /^-?\d/.test(root.text) ? 'number' : 'word';
  return { text: root.text, tone };
}
