// What V8 holds for a suspended generator without a name: the iterators of the loops it stands in, and of a `yield*`.
//
// A heap snapshot shows the registers of a generator in order. V8 puts the iterator of a loop and its `next` side by side,
// those of outer loops first; such pairs are looked for, and there must be exactly as many as the text has loops around
// the place, or nothing is told. An asynchronous generator has requests in the snapshot while it is in flight. Generators of
// brine's own are parked along and must come out right. Runs nothing of the user's.

import { types } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import type { SyntaxNode } from '../../graph/syntax-path.js';
import { restoredIterators } from '../../realm/restored.js';
import type { GeneratorText, Standing } from './generators.js';
import { readHeap } from './heap-snapshot.js';
import type { HeapTables } from './heap-text.js';
import type { V8Session } from './inspector.js';
import { lineOf } from './suspension.js';

/** What V8 holds for one suspended generator. */
export interface Held {
  readonly isInFlight: boolean;
  /** Its registers that hold objects, by number. */
  readonly registers: ReadonlyMap<number, object>;
}

/** A heap above this is not looked through for the sake of a generator: it would take half a minute and more. */
export const HELD_HEAP_BYTES_MAX = 512 * 1024 * 1024;

const PARKED = '__brine_heap_generators__';
const parked: { list: object | null } = { list: null };
const descriptorOf = Reflect.getOwnPropertyDescriptor;
const prototypeOf = Reflect.getPrototypeOf;

/** What V8 holds for generators; null when it cannot be told. */
export function readHeld(session: V8Session, objects: readonly object[]): readonly Held[] | null {
  if (getHeapStatistics().used_heap_size > HELD_HEAP_BYTES_MAX) return null;
  const sample = makeSample();
  const all = [sample.generator, ...objects];
  parked.list = { __proto__: null, [PARKED]: all };
  try {
    const [first, ...held] = new RegisterReader(readHeap(), session).read(all);
    const found = loopIterators(first?.registers ?? new Map());
    const isRight =
      found.length === 2 &&
      found[0] === sample.outer &&
      found[1] === sample.inner &&
      first?.isInFlight === false;
    return isRight ? held : null;
  } catch {
    return null;
  } finally {
    parked.list = null;
  }
}

/** The iterators of the loops around a place and of its `yield*`, outermost first; or why they cannot be told. */
export function heldIterators(
  { iterators, position }: Standing,
  { script, unit }: GeneratorText,
  held: Held | null | undefined,
): readonly unknown[] | string {
  const isAsync = unit.node.async === true;
  if (position < 0 || (iterators.length === 0 && !isAsync)) return [];
  if (held === null || held === undefined) {
    if (iterators.length > 0) return unseen(script, iterators[0]);
    return 'may be in flight, which V8 does not tell here';
  }
  if (held.isInFlight) return 'is in flight: it was asked for more than it has given';
  const loops = iterators.filter((node) => node.type === 'ForOfStatement');
  const found: unknown[] = loopIterators(held.registers);
  if (found.length !== loops.length) return unseen(script, iterators[0]);
  if (loops.length < iterators.length) {
    if (isAsync)
      return `stands in a yield* whose iterator V8 does not show, at line ${lineAt(script, iterators.at(-1))}`;
    const inner = delegateIterators(held.registers);
    if (inner.length !== 1) return unseen(script, iterators.at(-1));
    found.push(inner[0]);
  }
  return found.map((iterator) => restoredIterators.get(iterator as object) ?? iterator);
}

// — the pairs —

function loopIterators(registers: ReadonlyMap<number, object>): object[] {
  return pairs(registers, -1);
}

function delegateIterators(registers: ReadonlyMap<number, object>): object[] {
  return pairs(registers, 2);
}

// Iterators whose `next` is in the register at that distance, in the order of their registers.
function pairs(registers: ReadonlyMap<number, object>, distance: number): object[] {
  const found: object[] = [];
  for (const [index, object] of [...registers].sort(([a], [b]) => a - b)) {
    const next = registers.get(index + distance);
    if (typeof next === 'function' && nextOf(object) === next) found.push(object);
  }
  return found;
}

// The `next` of an iterator, without running a getter or a trap.
function nextOf(object: object): unknown {
  for (let at: object | null = object; at !== null; at = prototypeOf(at)) {
    if (types.isProxy(at)) return undefined;
    const descriptor = descriptorOf(at, 'next');
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}

function unseen(script: GeneratorText['script'], node: SyntaxNode): string {
  const what = node.type === 'ForOfStatement' ? 'inside a loop' : 'in a yield*';
  return `stands ${what} over an iterator that V8 does not show, at line ${lineAt(script, node)}`;
}

function lineAt(script: GeneratorText['script'], node: SyntaxNode): number {
  return lineOf(script, node.start);
}

// — the snapshot —

class RegisterReader {
  readonly #tables: HeapTables;
  readonly #session: V8Session;
  readonly #words = new Map<string, number>();

  constructor(tables: HeapTables, session: V8Session) {
    this.#tables = tables;
    this.#session = session;
    for (const [index, text] of tables.strings)
      if (text === PARKED || text === REGISTERS) this.#words.set(text, index);
  }

  read(objects: readonly object[]): Held[] {
    const { nodeType, nodeTypes, nodeId } = this.#tables;
    const list = this.#list();
    const nodes: number[] = [];
    for (const { type, name, to } of this.#edges(list)) if (type === 'element') nodes[name as number] = to;
    if (nodes.length !== objects.length) throw new Error('generators are missing');
    const wanted = new Set(['object', 'closure'].map((type) => nodeTypes.indexOf(type)));
    return nodes.map((node) => {
      const edges = this.#edges(node);
      const registers = edges.find(({ type, word }) => type === 'internal' && word === REGISTERS);
      if (registers === undefined) throw new Error('a generator has no registers');
      const slots: number[] = [];
      const ids: number[] = [];
      for (const { word, to } of this.#edges(registers.to)) {
        const slot = Number(word);
        if (!Number.isInteger(slot) || !wanted.has(nodeType[to] as number)) continue;
        slots.push(slot);
        ids.push(nodeId[to] as number);
      }
      const values = this.#session.heapObjects(ids);
      const held = new Map<number, object>();
      slots.forEach((slot, i) => {
        const value = values[i];
        if (value !== undefined) held.set(slot, value);
      });
      return { isInFlight: edges.some(({ type }) => type === 'hidden'), registers: held };
    });
  }

  #list(): number {
    const { edgeName, edgeTo, edgeType, edgeTypes } = this.#tables;
    const word = this.#words.get(PARKED);
    const property = edgeTypes.indexOf('property');
    for (let edge = 0; edge < edgeName.length; edge++)
      if (edgeName[edge] === word && edgeType[edge] === property) return edgeTo[edge] as number;
    throw new Error('the list is missing');
  }

  #edges(node: number): { type: string; name: number; word: string | undefined; to: number }[] {
    const { firstEdge, edgeName, edgeTo, edgeType, edgeTypes, strings } = this.#tables;
    const edges: { type: string; name: number; word: string | undefined; to: number }[] = [];
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      const type = edgeTypes[edgeType[edge] as number] as string;
      const name = edgeName[edge] as number;
      const isNumbered = type === 'element' || type === 'hidden';
      edges.push({
        type,
        name,
        word: isNumbered ? String(name) : strings.get(name),
        to: edgeTo[edge] as number,
      });
    }
    return edges;
  }
}

const REGISTERS = 'parameters_and_registers';

// — the sample: a generator of known state, that goes over iterators of its own —

interface Sample {
  readonly generator: object;
  readonly outer: object;
  readonly inner: object;
}

function makeSample(): Sample {
  const [outer, inner] = [endless(), endless()];
  const generator = nested(outer, inner);
  generator.next();
  return { generator, outer, inner };
}

function endless(): Iterable<number> & object {
  const iterator = { next: () => ({ value: 1, done: false }), [Symbol.iterator]: () => iterator };
  return iterator as unknown as Iterable<number> & object;
}

function* nested(outer: Iterable<number>, inner: Iterable<number>): Generator<number> {
  for (const a of outer) {
    for (const b of inner) yield a + b;
  }
}
