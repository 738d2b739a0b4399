// Answers, from one heap snapshot, where functions were made and which contexts they hold: two functions share a scope
// exactly when they hold the same context. Also what `this`, `arguments` and `new.target` arrows took with them.
//
// The functions are parked in one array, whose elements the snapshot lists in order: no ids are needed. Live objects are
// parked in another, which turns nodes back into values. A sample of known closures is parked along and must come out
// right, or there is no view. Knows nothing of static scopes.

import { type FunctionPlace, namesOf, type ScopeEntry } from './entries.js';
import { readHeap } from './heap-snapshot.js';
import type { HeapTables } from './heap-text.js';
import type { PseudoName } from './needs.js';

const FUNCTIONS = '__brine_heap_functions__';
const VALUES = '__brine_heap_values__';
/** Values that are no objects and yet nodes of the heap. */
const ODDBALLS: readonly unknown[] = [undefined, null, true, false];
const UNDEFINED_AT = ODDBALLS.indexOf(undefined) + 1;
const CONTEXTS_MAX = 10_000;

/** Holds the lists while the snapshot is taken. */
const parked: { lists: object | null } = { lists: null };

interface Words {
  readonly context: number;
  readonly previous: number;
  readonly scopeInfo: number;
  readonly extension: number;
}

/** What one snapshot says. Good for as long as no code of the user's runs. */
export class HeapView {
  readonly #tables: HeapTables;
  readonly #words: Words;
  readonly #nodes = new Map<Function, number>();
  readonly #places = new Map<number, number>();
  readonly #values: readonly unknown[];
  readonly #valueAt: Int32Array;
  readonly #namesOf = new Map<number, ReadonlySet<string>>();
  readonly #aligned = new Map<number, readonly number[] | null>();
  /** The size of a context with one variable. */
  #sizeOfOne = 0;

  /** Takes a snapshot; null when V8 gives none, or one that is not as expected. */
  static take(functions: readonly Function[], objects: readonly unknown[]): HeapView | null {
    const sample = makeSample();
    const all = [...sample.functions, ...functions];
    const values = [...ODDBALLS, sample.receiver, globalThis];
    for (let i = 0; i < objects.length; i++) values.push(objects[i]);
    parked.lists = { __proto__: null, [FUNCTIONS]: all, [VALUES]: values };
    try {
      const view = new HeapView(readHeap(), all, values);
      return view.#isRight(sample) ? view : null;
    } catch {
      return null;
    } finally {
      parked.lists = null;
    }
  }

  private constructor(tables: HeapTables, functions: readonly Function[], values: readonly unknown[]) {
    this.#tables = tables;
    this.#values = values;
    const word = wordsOf(tables);
    this.#words = {
      context: word('context'),
      previous: word('previous'),
      scopeInfo: word('scope_info'),
      extension: word('extension'),
    };
    const lists = this.#findLists(word(FUNCTIONS), word(VALUES));
    const closure = tables.nodeTypes.indexOf('closure');
    this.#elements(lists.functions, functions.length, (index, node) => {
      if (tables.nodeType[node] !== closure) throw new Error('a function is no closure');
      this.#nodes.set(functions[index] as Function, node);
    });
    if (this.#nodes.size !== new Set(functions).size) throw new Error('functions are missing');
    this.#valueAt = new Int32Array(tables.nodeType.length);
    this.#elements(lists.values, values.length, (index, node) => {
      this.#valueAt[node] = index + 1;
    });
    this.#readPlaces();
  }

  /** The number of the innermost context a function holds, or null when it was not asked for. */
  contextOf(fn: Function): number | null {
    const node = this.#nodes.get(fn);
    return node === undefined ? null : this.#edge(node, this.#words.context);
  }

  /** Where a function starts; null for functions without a text. */
  placeOf(fn: Function): FunctionPlace | null {
    const at = this.#places.get(this.#nodes.get(fn) ?? -1);
    if (at === undefined) return null;
    const [scriptId, line, column] = this.#tables.locations.slice(at + 1, at + 4) as [number, number, number];
    return { scriptId: String(scriptId), line, column };
  }

  /** The contexts behind the levels V8 lists for a function, up to those of its realm; null when it cannot be told. */
  contextsOf(fn: Function, entries: readonly ScopeEntry[]): readonly number[] | null {
    const innermost = this.contextOf(fn);
    if (innermost === null) return null;
    let aligned = this.#aligned.get(innermost);
    if (aligned === undefined) {
      aligned = this.#align(innermost, entries);
      this.#aligned.set(innermost, aligned);
    }
    return aligned;
  }

  /** True when a variable that is no number does not hold `undefined`: it is in the dead zone. Null when it cannot be told. */
  isDead(
    fn: Function,
    at: { readonly entries: readonly ScopeEntry[]; readonly index: number; readonly name: string },
  ): boolean | null {
    const context = this.contextsOf(fn, at.entries)?.[at.index];
    if (context === undefined || !this.#names(context).has(at.name)) return null;
    const node = this.#named(context, at.name);
    // The snapshot names variables of functions, not those of blocks.
    return node === null ? null : this.#valueAt[node] !== UNDEFINED_AT;
  }

  /** What an arrow took from the function around it, in a box; null when it cannot be told. */
  taken(fn: Function, name: PseudoName): { readonly value: unknown } | null {
    const word = name === 'new.target' ? '.new.target' : name;
    for (const context of this.#chain(this.contextOf(fn))) {
      if (!this.#names(context).has(word)) continue;
      const node = this.#named(context, word);
      const at = node === null ? 0 : (this.#valueAt[node] as number);
      return at === 0 ? null : { value: this.#values[at - 1] };
    }
    return null;
  }

  /** The object that the nearest scope with a variable of this name holds in it, or null: it is no object, or of a block. */
  heldUnder(fn: Function, name: string): number | null {
    for (const context of this.#chain(this.contextOf(fn))) {
      const node = this.#named(context, name);
      if (node !== null) return this.#tables.nodeId[node] as number;
    }
    return null;
  }

  /** True when a function holds the innermost context of a class: it was written in its body, if the class has one of its own. */
  isInside(fn: Function, cls: Function): boolean {
    const body = this.contextOf(cls);
    if (body !== null)
      for (const context of this.#chain(this.contextOf(fn))) if (context === body) return true;
    return false;
  }

  /** The home object of a method of an object literal, or null: it alone is in the method's own context. */
  homeOf(fn: Function): { readonly heapId: number; readonly object: object | null } | null {
    const context = this.contextOf(fn);
    if (context === null) return null;
    const names = this.#names(context);
    if (names.size !== 1 || !names.has('.home_object')) return null;
    const [slot, ...others] = this.#hidden(context);
    if (slot === undefined || others.length > 0) return null;
    const parkedAt = this.#valueAt[slot] as number;
    const object = parkedAt === 0 ? null : (this.#values[parkedAt - 1] as object);
    return { heapId: this.#tables.nodeId[slot] as number, object };
  }

  /** The keys that V8 keeps in the scope of a class for its computed fields, in source order; null when one is unknown. */
  fieldKeysOf(cls: Function): (string | symbol)[] | null {
    const context = this.contextOf(cls);
    if (context === null) return null;
    const { nodeType, nodeTypes, nodeName, strings } = this.#tables;
    const keys: (string | symbol)[] = [];
    for (const node of this.#hidden(context)) {
      const type = nodeTypes[nodeType[node] as number];
      if (type !== 'string' && type !== 'symbol') continue; // private names and home objects
      const known = this.#values[(this.#valueAt[node] as number) - 1];
      const key = type === 'string' ? strings.get(nodeName[node] as number) : known;
      if (typeof key !== 'string' && typeof key !== 'symbol') return null;
      keys.push(key);
    }
    return keys;
  }

  // — how it is read —

  #findLists(functions: number, values: number): { functions: number; values: number } {
    const { edgeName, edgeTo, edgeType, edgeTypes } = this.#tables;
    const property = edgeTypes.indexOf('property');
    const found = { functions: -1, values: -1 };
    for (let edge = 0; edge < edgeName.length; edge++) {
      const name = edgeName[edge];
      if ((name !== functions && name !== values) || edgeType[edge] !== property) continue;
      const key = name === functions ? 'functions' : 'values';
      if (found[key] >= 0) throw new Error('a list is held twice');
      found[key] = edgeTo[edge] as number;
    }
    if (found.functions < 0 || found.values < 0) throw new Error('a list is missing');
    return found;
  }

  #elements(list: number, count: number, visit: (index: number, node: number) => void): void {
    const { firstEdge, edgeName, edgeTo, edgeType, edgeTypes } = this.#tables;
    const element = edgeTypes.indexOf('element');
    const end = firstEdge[list + 1] as number;
    for (let edge = firstEdge[list] as number; edge < end; edge++) {
      if (edgeType[edge] !== element) continue;
      const index = edgeName[edge] as number;
      if (index >= count) throw new Error('a list is longer than it was');
      visit(index, edgeTo[edge] as number);
    }
  }

  #readPlaces(): void {
    const { locations } = this.#tables;
    const wanted = new Set(this.#nodes.values());
    for (let at = 0; at < locations.length; at += 4) {
      const node = locations[at] as number;
      if (wanted.has(node)) this.#places.set(node, at);
    }
  }

  #isRight({ functions: [get, set, twin, arrow], receiver }: Sample): boolean {
    const [a, b, c] = [get, set, twin].map((fn) => this.contextOf(fn as Function));
    this.#sizeOfOne = a === null || a === undefined ? 0 : (this.#tables.nodeSize[a] as number);
    return a !== null && a === b && c !== null && a !== c && this.taken(arrow, 'this')?.value === receiver;
  }

  // Every context but those that V8 leaves out of its list has an entry, in the same order.
  #align(innermost: number, entries: readonly ScopeEntry[]): readonly number[] | null {
    const contexts: number[] = [];
    let index = 0;
    for (const context of this.#chain(innermost)) {
      const entry = entries[index];
      if (entry === undefined || entry.type === 'Global' || entry.type === 'Script') return contexts;
      if (this.#isUnlisted(context)) continue;
      if (!this.#fits(context, entry)) return null;
      contexts.push(context);
      index++;
    }
    const rest = entries[index]?.type;
    return rest === undefined || rest === 'Global' || rest === 'Script' ? contexts : null;
  }

  #fits(context: number, entry: ScopeEntry): boolean {
    const names = this.#names(context);
    if (entry.type === 'With Block')
      return names.size === 0 && this.#edge(context, this.#words.extension) !== null;
    const listed = namesOf(entry);
    // The variables of a module are not in its context.
    if (listed.length === 0 || entry.type === 'Module') return true;
    return listed.every((name) => names.has(name));
  }

  // V8 lists no block of which it only keeps private names, home objects and the like, or nothing, and no function of which it keeps
  // `this` and the like alone. Among the names of a function may be what it is called: its slots tell how many are variables.
  #isUnlisted(context: number): boolean {
    const names = this.#names(context);
    if (names.size === 0) return this.#isEmptyBlock(context);
    const unseen = [...names].filter((name) => name === 'this' || /^[.#]/.test(name));
    if (unseen.length === 0) return false;
    if (unseen.every((name) => name.startsWith('#') || BLOCK_NAMES.has(name)))
      return unseen.length === names.size;
    return this.#slotsOf(context) === unseen.length;
  }

  // How many variables a context has room for; one more where a direct eval may add to them.
  #slotsOf(context: number): number {
    const { nodeSize } = this.#tables;
    return 1 + ((nodeSize[context] as number) - this.#sizeOfOne) / SLOT_BYTES;
  }

  // What describes it points to its kind and to the scope outside it; names would be one more, even many in a table.
  #isEmptyBlock(context: number): boolean {
    const info = this.#edge(context, this.#words.scopeInfo);
    if (info === null || this.#edge(context, this.#words.extension) !== null) return false;
    const { firstEdge } = this.#tables;
    return (firstEdge[info + 1] as number) - (firstEdge[info] as number) <= 2;
  }

  // From the innermost context outwards; the context of the realm, which has no names, is left out.
  *#chain(innermost: number | null): Generator<number> {
    let count = 0;
    for (let at = innermost; at !== null && ++count < CONTEXTS_MAX; ) {
      const outer = this.#edge(at, this.#words.previous);
      if (outer === null || this.#edge(outer, this.#words.scopeInfo) === null) return;
      yield at;
      at = outer;
    }
  }

  // The names of a context's variables, by the strings that its description holds; the function's own name is with them.
  #names(context: number): ReadonlySet<string> {
    const info = this.#edge(context, this.#words.scopeInfo);
    if (info === null) return NO_NAMES;
    let names = this.#namesOf.get(info);
    if (names === undefined) {
      names = this.#readNames(info);
      this.#namesOf.set(info, names);
    }
    return names;
  }

  #readNames(info: number): ReadonlySet<string> {
    const { firstEdge, edgeTo, nodeType, nodeName, nodeTypes, strings } = this.#tables;
    const string = nodeTypes.indexOf('string');
    const names = new Set<string>();
    const end = firstEdge[info + 1] as number;
    for (let edge = firstEdge[info] as number; edge < end; edge++) {
      const to = edgeTo[edge] as number;
      const name = nodeType[to] === string ? strings.get(nodeName[to] as number) : undefined;
      if (name !== undefined && name !== '') names.add(name);
    }
    return names;
  }

  // The node behind an internal edge of a node.
  #edge(node: number, word: number): number | null {
    const { firstEdge, edgeName, edgeTo, edgeType, edgeTypes } = this.#tables;
    const end = firstEdge[node + 1] as number;
    for (let edge = firstEdge[node] as number; edge < end; edge++) {
      if (edgeName[edge] === word && edgeTypes[edgeType[edge] as number] === 'internal')
        return edgeTo[edge] as number;
    }
    return null;
  }

  // The nodes behind what a context holds without a name that code could say, in the order of its slots.
  #hidden(context: number): number[] {
    const { firstEdge, edgeTo, edgeType, edgeTypes } = this.#tables;
    const nodes: number[] = [];
    const end = firstEdge[context + 1] as number;
    for (let edge = firstEdge[context] as number; edge < end; edge++) {
      if (edgeTypes[edgeType[edge] as number] === 'hidden') nodes.push(edgeTo[edge] as number);
    }
    return nodes;
  }

  // The node a variable of a context holds.
  #named(context: number, name: string): number | null {
    const { firstEdge, edgeName, edgeTo, edgeType, edgeTypes, strings } = this.#tables;
    const end = firstEdge[context + 1] as number;
    for (let edge = firstEdge[context] as number; edge < end; edge++) {
      if (edgeTypes[edgeType[edge] as number] !== 'context') continue;
      if (strings.get(edgeName[edge] as number) === name) return edgeTo[edge] as number;
    }
    return null;
  }
}

interface Sample {
  readonly functions: readonly [Function, Function, Function, Function];
  readonly receiver: object;
}

// — helpers —

const NO_NAMES: ReadonlySet<string> = new Set();
const SLOT_BYTES = 8;
const BLOCK_NAMES = new Set(['.brand', '.home_object', '.static_home_object', '.class']);

// Two closures over one variable, a twin with an equal value, and an arrow with a receiver.
function makeSample(): Sample {
  const counter = (): [() => number, () => void] => {
    let count = 0;
    return [() => count, () => void count++];
  };
  const [get, set] = counter();
  const [twin] = counter();
  const receiver = {
    make(): () => unknown {
      return () => this;
    },
  };
  return { functions: [get, set, twin, receiver.make()], receiver };
}

function wordsOf({ strings }: HeapTables): (word: string) => number {
  const numbers = new Map<string, number>();
  for (const [number, string] of strings) numbers.set(string, number);
  return (word) => {
    const number = numbers.get(word);
    if (number === undefined) throw new Error(`the heap snapshot does not know ${word}`);
    return number;
  };
}
