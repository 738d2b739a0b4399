// Layouts while they are being found: a trie from kind, prototype and keys to the segment that collects the rows.
//
// Two objects share a segment when their kind, prototype, flags, keys in order, attributes and private members are the
// same. Knows nothing of how values are recognised or read.

import { Column, ListColumn } from '../graph/column.js';
import { DATA_DEFAULT, propertyColumnCount } from '../graph/graph.js';
import type { Kind } from '../graph/kinds.js';
import { RowIds } from '../graph/row-ids.js';

/** A property key of the language. */
export type Key = string | symbol;

/** A segment being filled, stripe after stripe. `keys` and `proto` are live values. */
export class SegmentDraft {
  readonly kind: Kind;
  readonly proto: object | null | undefined;
  readonly flags: number;
  readonly keys: readonly Key[];
  readonly attributes: readonly number[];
  readonly brands: readonly BrandDraft[];
  readonly reducer: string | undefined;
  readonly version: number;
  readonly state: readonly (Column | ListColumn)[];
  readonly properties: readonly Column[];
  /** The id of each row in its group. */
  readonly ids = new RowIds();
  /** True while it has rows of the stripe that is being filled. */
  isOpen = false;

  constructor(
    root: ShapeRoot,
    keys: readonly Key[],
    attributes: readonly number[],
    brands: readonly BrandDraft[],
  ) {
    this.kind = root.kind;
    this.proto = root.proto;
    this.flags = root.flags;
    this.reducer = root.reducer;
    this.version = root.version;
    this.keys = keys;
    this.attributes = attributes;
    this.brands = brands;
    const state: (Column | ListColumn)[] = [];
    for (const { isList } of root.kind.state) state.push(isList ? new ListColumn() : new Column());
    this.state = state;
    const properties: Column[] = [];
    for (let left = propertyColumnCount(this); left > 0; left--) properties.push(new Column());
    this.properties = properties;
  }

  /** Takes all rows out; they are in a stripe by now. */
  clear(): void {
    this.ids.clear();
    this.isOpen = false;
    for (const column of this.state) column.clear();
    for (const column of this.properties) column.clear();
  }
}

/** Private fields of one class on the values of a layout. */
export interface BrandDraft {
  readonly owner: Function;
  readonly isStatic: boolean;
  readonly names: readonly string[];
}

/** What a layout has before its first key. */
export interface ShapeRoot {
  readonly kind: Kind;
  readonly proto: object | null | undefined;
  readonly flags: number;
  readonly reducer: string | undefined;
  readonly version: number;
}

/** A place in the trie: some keys have been read. Knows the place before it, so that long key lists cost no copies. */
export class ShapeNode {
  private readonly root: ShapeRoot;
  private readonly before: ShapeNode | undefined;
  private readonly key: Key | undefined;
  private readonly attributes: number;
  private readonly brandHere: BrandDraft | undefined;
  private plain: Map<Key, ShapeNode> | undefined;
  private others: Map<string, Map<unknown, ShapeNode>> | undefined;
  private segment: SegmentDraft | undefined;

  constructor(root: ShapeRoot, before?: ShapeNode, key?: Key, attributes = 0, brand?: BrandDraft) {
    this.root = root;
    this.before = before;
    this.key = key;
    this.attributes = attributes;
    this.brandHere = brand;
  }

  /** The place after one more property. */
  step(key: Key, attributes: number): ShapeNode {
    if (attributes !== DATA_DEFAULT) {
      return this.other(`p${attributes}`, key, () => new ShapeNode(this.root, this, key, attributes));
    }
    let next = this.plain?.get(key);
    if (next === undefined) {
      next = new ShapeNode(this.root, this, key, attributes);
      this.plain ??= new Map();
      this.plain.set(key, next);
    }
    return next;
  }

  /** The place after the private fields of one class. */
  brand(brand: BrandDraft): ShapeNode {
    const group = `b${brand.isStatic ? 's' : 'i'}${brand.names.join()}`;
    return this.other(group, brand.owner, () => new ShapeNode(this.root, this, undefined, 0, brand));
  }

  /** The segment of values that end here. */
  end(): SegmentDraft {
    if (this.segment === undefined) {
      const keys: Key[] = [];
      const attributes: number[] = [];
      const brands: BrandDraft[] = [];
      for (let node: ShapeNode | undefined = this; node !== undefined; node = node.before) {
        if (node.brandHere !== undefined) brands.unshift(node.brandHere);
        else if (node.key !== undefined) {
          keys.push(node.key);
          attributes.push(node.attributes);
        }
      }
      this.segment = new SegmentDraft(this.root, keys.reverse(), attributes.reverse(), brands);
    }
    return this.segment;
  }

  private other(group: string, key: unknown, make: () => ShapeNode): ShapeNode {
    this.others ??= new Map();
    let byKey = this.others.get(group);
    if (byKey === undefined) {
      byKey = new Map();
      this.others.set(group, byKey);
    }
    let next = byKey.get(key);
    if (next === undefined) {
      next = make();
      byKey.set(key, next);
    }
    return next;
  }
}

/** All layouts of one walk. */
export class ShapeTable {
  private readonly roots = new Map<unknown, Map<string, ShapeNode>>();

  /** The place before the first key. */
  root(
    kind: Kind,
    proto: object | null | undefined,
    flags: number,
    reducer?: string,
    version = 0,
  ): ShapeNode {
    let byProto = this.roots.get(proto);
    if (byProto === undefined) this.roots.set(proto, (byProto = new Map()));
    const name =
      reducer === undefined ? `${kind.number}:${flags}` : `${kind.number}:${flags}:${version}:${reducer}`;
    let node = byProto.get(name);
    if (node === undefined) {
      node = new ShapeNode({ kind, proto, flags, reducer, version });
      byProto.set(name, node);
    }
    return node;
  }
}
