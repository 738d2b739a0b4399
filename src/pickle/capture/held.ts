// What V8 holds for a suspended generator without a name: what the loops it stands in go over, and the iterator of a `yield*`.
//
// A heap snapshot shows the registers of a generator in order. V8 puts the iterator of a loop and its `next` side by side,
// those of outer loops first; such pairs are looked for, and there must be exactly as many as the text has loops around
// the place, or nothing is told. An asynchronous generator has requests in the snapshot while it is in flight. Generators of
// brine's own are parked along and must come out right. Runs nothing of the user's.

import { types } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { pathToYield, type SyntaxNode } from '../../graph/syntax-path.js';
import { restoredIterators } from '../../realm/restored.js';
import type { GeneratorText, Standing } from './generators.js';
import { edgesOf, parkedNodes, slotsOf } from './heap-edges.js';
import { readHeap } from './heap-snapshot.js';
import type { HeapTables } from './heap-text.js';
import { coldIn, heatSamples } from './heat.js';
import { type HeldNames, heldNames } from './held-names.js';
import type { Level } from './identity.js';
import type { V8Session } from './inspector.js';
import { isReadAfter, isWritten, keptName } from './kept-name.js';
import { areHeld, type PendingCall } from './pending-calls.js';
import { type Range, rangeOf } from './ranges.js';
import { lookUp, type StaticScope } from './scopes.js';
import { textOf } from './scripts.js';
import { lineOf, TEMPORARY } from './suspension.js';
import { toldItem } from './told-items.js';

/** What V8 holds for one suspended generator. */
export interface Held {
  readonly isInFlight: boolean;
  /** Iterators beside whose register that of their `next` is, as loops have them, in the order of the registers. */
  readonly loops: readonly object[];
  /** The same for an asynchronous generator in a `yield*`, which holds the iterator of this once more right behind its `next`. */
  readonly loopsBeside: readonly object[];
  /** Iterators whose `next` is two registers further on, as a `yield*` has them. */
  readonly delegates: readonly object[];
  /** What those of the iterators go over that are the engine's. */
  readonly ranges: ReadonlyMap<object, Range>;
  /** What `for…in` loops hold, in the order of the registers. */
  readonly names: readonly HeldNames[];
  /** True when it holds what is called of the calls that it stands in. */
  readonly areCallsHeld: boolean;
  /** True when its function has certainly never been optimised: V8 has not even begun to note what it does. */
  readonly isCold: boolean;
}

/** A heap above this is not looked through for the sake of a generator: it would take half a minute and more. */
export const HELD_HEAP_BYTES_MAX = 512 * 1024 * 1024;

const [GENERATORS, ITERATORS, NEXTS, HEAT, CALLS] = [
  '__brine_heap_generators__',
  '__brine_heap_iterators__',
  '__brine_heap_nexts__',
  '__brine_heap_heat__',
  '__brine_heap_calls__',
] as const;
const parked: { lists: object | null } = { lists: null };
const descriptorOf = Reflect.getOwnPropertyDescriptor;
const prototypeOf = Reflect.getPrototypeOf;

/** What V8 holds for generators; null when it cannot be told. */
export function readHeld(
  session: V8Session,
  objects: readonly object[],
  options: { readonly hasNames: boolean; readonly calls: readonly (readonly PendingCall[])[] },
): readonly Held[] | null {
  if (getHeapStatistics().used_heap_size > HELD_HEAP_BYTES_MAX) return null;
  const sample = makeSample();
  const generators = [sample.generator, sample.calling, ...objects];
  const calls = [[], [[sample.list.push, sample.list] as const], ...options.calls];
  const iterators: object[] = [];
  const nexts: object[] = [];
  const alive = session.liveObjects(Object.prototype) as object[];
  for (let i = 0; i < alive.length; i++) {
    const next = nextOf(alive[i] as object);
    if (typeof next !== 'function') continue;
    iterators.push(alive[i] as object);
    nexts.push(next);
  }
  alive.length = 0; // nothing but what holds an object is to hold it
  const heat = heatSamples();
  parked.lists = {
    __proto__: null,
    [GENERATORS]: generators,
    [ITERATORS]: iterators,
    [NEXTS]: nexts,
    [HEAT]: heat,
    [CALLS]: calls.flat(2),
  };
  try {
    const objectOf = (heapId: number): object | null => session.objectByHeapId(heapId);
    const heap = readHeap({ keepsLists: options.hasNames });
    const lists = { generators, iterators, nexts, heat, calls };
    const [first, second, ...held] = readRegisters(heap, lists, objectOf);
    const { outer, inner, named } = sample;
    const isRight =
      first?.loops.length === 2 && first.loops[0] === outer && first.loops[1] === inner && !first.isInFlight;
    if (!isRight || second?.areCallsHeld !== true) return null;
    const [names, ...others] = first.names;
    const areNamesRight = names?.object === named && names.names.join() === 'p,q' && others.length === 0;
    return areNamesRight ? held : held.map((each) => ({ ...each, names: [] }));
  } catch {
    return null;
  } finally {
    parked.lists = null;
  }
}

/** What the loops around a place go over and the iterator of its `yield*`, outermost first. */
export interface HeldItems {
  readonly items: readonly unknown[];
  /** True when one of them may be at another place than it was. */
  readonly isGuess: boolean;
}

/** What the loops around a place go over, or why it cannot be told: words that go on after `it`. */
export function heldIterators(
  standing: Standing,
  { script, unit }: GeneratorText,
  held: Held | null | undefined,
): HeldItems | string {
  const { iterators, position } = standing;
  const isAsync = unit.node.async === true;
  if (position < 0 || (iterators.length === 0 && !isAsync)) return { items: [], isGuess: false };
  if (held === null || held === undefined) {
    if (iterators.length > 0) return unseen(script, iterators[0]);
    return 'may be in flight, which V8 does not tell here';
  }
  if (held.isInFlight) return 'is in flight: it was asked for more than it has given';
  const loops = iterators.filter((node) => node.type !== 'YieldExpression');
  const isInDelegate = isAsync && loops.length < iterators.length;
  const beside = isInDelegate ? { ...held, loops: held.loopsBeside } : held;
  const found = heldByLoops(loops, beside, { standing, script, unit });
  if (typeof found !== 'object') return unseen(script, loops[found] ?? iterators[0]);
  if (loops.length < iterators.length) {
    const [delegate, ...others] = held.delegates;
    if (delegate === undefined || others.length > 0) return unseen(script, iterators.at(-1));
    found.push(delegate);
  }
  return toldItems(found.map(realOf), held, { standing, script, unit });
}

/** Why a place cannot be saved in the arguments of a call of which V8 does not show what is called. */
export function callReason({ position }: Standing, { script, unit }: GeneratorText): string {
  return `stands ${TEMPORARY}, at line ${lineOf(script, position + unit.start)}`;
}

/** Why a place cannot be saved at which a variable may have an older value: words that go on after `it`. */
export function staleReason({ staleName, position }: Standing, { script, unit }: GeneratorText): string {
  return `stands in the middle of an expression with the variable ${staleName}, of which V8 shows an older value when it has optimised the function, at line ${lineOf(script, position + unit.start)}`;
}

// Iterators of the engine's are told by what their loops got.
function toldItems(real: readonly object[], held: Held, place: Place): HeldItems | string {
  let isGuess = false;
  const items: unknown[] = [];
  for (const [index, iterator] of real.entries()) {
    const node = place.standing.iterators[index];
    if (!isClosed(iterator)) {
      items.push(iterator);
      continue;
    }
    const range = held.ranges.get(iterator);
    if (range === undefined) return unseen(place.script, node);
    const told = toldItem(range, node, (name) => valueGot(name, node, held, place));
    if (told === null) return untold(place.script, node);
    isGuess ||= told.isGuess;
    items.push(told.item);
  }
  return { items, isGuess };
}

// The value of a variable that certainly holds what a loop gave it in this turn.
function valueGot(
  name: string,
  loop: SyntaxNode,
  { isCold }: Held,
  { standing, script, unit }: Place,
): { readonly value: unknown } | null {
  const position = standing.position + unit.start;
  const scope = script.yields.get(position);
  const binding = scope === undefined ? null : lookUp(scope, name);
  if (binding === null || loop.left.kind === 'var' || isWritten(script, binding, loop.left)) return null;
  const path = pathToYield(unit.node, position) ?? [];
  if (!binding.isCaptured && !isCold && !isReadAfter({ script, path }, binding)) return null;
  const found = levelsIn(loop, standing)
    .flatMap(({ bindings }) => bindings)
    .filter((each) => each.name === name)
    .at(-1);
  return found?.isInitialised === true ? { value: found.value } : null;
}

// The scopes of a generator that was loaded stand in another text than the loop.
function levelsIn(loop: SyntaxNode, standing: Standing): readonly Level[] {
  const levels = standing.levels();
  if (standing.isLoaded) return levels;
  return levels.filter(({ place }) => {
    const { start, end } = place as StaticScope;
    return start >= loop.start && end <= loop.end;
  });
}

function realOf(iterator: object): object {
  return (restoredIterators.get(iterator) ?? iterator) as object;
}

// What loops go over, outermost first, or the index of a loop that nothing is found for. A `for…in` loop that was loaded in the
// middle goes over an iterator, too; it is around those that began since.
function heldByLoops(loops: readonly SyntaxNode[], held: Held, place: Place): object[] | number {
  const iterators = [...held.loops];
  const names = [...held.names];
  const found: object[] = [];
  for (const [index, node] of loops.entries()) {
    const isNames = node.type === 'ForInStatement';
    const iterator = iterators[0];
    if (iterator !== undefined && isNames === isNamesLeft(realOf(iterator)))
      found.push(iterators.shift() as object);
    else {
      const left = isNames ? namesLeft(names.shift(), node, place) : null;
      if (left === null) return index;
      found.push(left);
    }
  }
  return iterators.length + names.length === 0 ? found : loops.length;
}

// As a `for…in` loop that goes on is given it; no iterator is an array.
function isNamesLeft(value: object): boolean {
  return Array.isArray(value) && value.length === 2 && types.isSetIterator(value[1]);
}

interface Place extends GeneratorText {
  readonly standing: Standing;
}

function namesLeft(held: HeldNames | undefined, node: SyntaxNode, place: Place): object | null {
  if (held === undefined) return null;
  const { object, names } = held;
  const index = names.indexOf(lastName(node, place) as string);
  return index < 0 ? null : [object, new Set(names.slice(index + 1)).values()];
}

// The value of a loop's variable.
function lastName(loop: SyntaxNode, { standing, script, unit }: Place): unknown {
  const name = standing.isLoaded ? null : keptName(script, loop, standing.position + unit.start);
  if (name === null) return undefined;
  return levelsIn(loop, standing)
    .flatMap(({ bindings }) => bindings)
    .find((each) => each.name === name)?.value;
}

// Iterators of the engine's whose place nobody is shown: of arrays, strings, matches; iterator helpers.
function isClosed(iterator: object): boolean {
  if (types.isMapIterator(iterator) || types.isSetIterator(iterator) || types.isGeneratorObject(iterator))
    return false;
  const next = nextOf(iterator);
  return typeof next === 'function' && textOf(next).endsWith('[native code] }');
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
  const what: Record<string, string> = {
    ForOfStatement: 'inside a loop over an iterator',
    ForInStatement: 'inside a for…in loop over names',
    YieldExpression: 'in a yield* over an iterator',
  };
  return `stands ${what[node.type]} that V8 does not show, at line ${lineAt(script, node)}`;
}

function untold(script: GeneratorText['script'], node: SyntaxNode): string {
  const what = node.type === 'YieldExpression' ? 'yield*' : 'loop';
  return `stands in a ${what} over an array or a string, of which V8 does not show how far it is, and no variable tells, at line ${lineAt(script, node)}`;
}

function lineAt(script: GeneratorText['script'], node: SyntaxNode): number {
  return lineOf(script, node.start);
}

// — the snapshot —

interface Lists {
  readonly generators: readonly object[];
  readonly iterators: readonly object[];
  readonly nexts: readonly object[];
  readonly heat: readonly Function[];
  readonly calls: readonly (readonly PendingCall[])[];
}

function readRegisters(
  tables: HeapTables,
  { generators, iterators, nexts, heat, calls }: Lists,
  objectOf: (heapId: number) => object | null,
): Held[] {
  const nodesOf = (name: string, count: number): number[] => {
    const nodes = parkedNodes(tables, name);
    if (nodes.length !== count) throw new Error('a list is not as it was');
    return nodes;
  };
  const nextNodes = nodesOf(NEXTS, nexts.length);
  const isCold = coldIn(tables, nodesOf(HEAT, heat.length));
  const known = new Map<
    number,
    { readonly iterator: object; readonly next: number; readonly index: number }
  >();
  const callNodes = nodesOf(CALLS, calls.flat(2).length);
  const closure = tables.nodeTypes.indexOf('closure');
  const isFunction = (node: number): boolean => tables.nodeType[node] === closure;
  nodesOf(ITERATORS, iterators.length).forEach((node, i) => {
    known.set(node, { iterator: iterators[i] as object, next: nextNodes[i] as number, index: i });
  });
  return nodesOf(GENERATORS, generators.length).map((node, index) => {
    const edges = edgesOf(tables, node);
    const file = edges.find(({ word }) => word === REGISTERS);
    const fn = edges.find(({ type, word }) => type === 'internal' && word === 'function');
    if (file === undefined) throw new Error('a generator has no registers');
    const registers = slotsOf(tables, file.to);
    const ranges = new Map<object, Range>();
    const pairs = (distance: number, isCounted = (_: number) => true): object[] => {
      const found: object[] = [];
      registers.forEach((to, index) => {
        const each = known.get(to);
        if (each === undefined || registers[index + distance] !== each.next || !isCounted(index)) return;
        found.push(each.iterator);
        const range = rangeOf(tables, to, nexts[each.index], objectOf);
        if (range !== undefined) ranges.set(each.iterator, range);
      });
      return found;
    };
    return {
      isInFlight: edges.some(({ type }) => type === 'hidden'),
      loops: pairs(-1),
      loopsBeside: pairs(-1, (index) => registers[index - 3] !== registers[index]),
      delegates: pairs(2),
      ranges,
      names: heldNames(registers, tables, objectOf),
      areCallsHeld: areHeld(registers, pairsOf(callNodes, calls, index), isFunction),
      isCold: fn !== undefined && isCold(fn.to),
    };
  });
}

// The nodes of the calls of one generator, out of those of all.
function pairsOf(
  nodes: readonly number[],
  calls: readonly (readonly PendingCall[])[],
  index: number,
): (readonly [number, number])[] {
  const start = calls.slice(0, index).reduce((count, each) => count + 2 * each.length, 0);
  return (calls[index] ?? []).map((_, i) => {
    const at = start + 2 * i;
    return [nodes[at] as number, nodes[at + 1] as number] as const;
  });
}

const REGISTERS = 'parameters_and_registers';

// — the sample: a generator of known state, that goes over iterators of its own —

interface Sample {
  readonly generator: object;
  readonly outer: object;
  readonly inner: object;
  readonly named: object;
  readonly calling: object;
  readonly list: unknown[];
}

function makeSample(): Sample {
  const [outer, inner] = [endless(), endless()];
  const named = { p: 1, q: 2 };
  const generator = nested(outer, inner, named);
  generator.next();
  const list: unknown[] = [];
  const call = calling(list);
  call.next();
  return { generator, outer, inner, named, calling: call, list };
}

function endless(): Iterable<number> & object {
  const iterator = { next: () => ({ value: 1, done: false }), [Symbol.iterator]: () => iterator };
  return iterator as unknown as Iterable<number> & object;
}

function* nested(outer: Iterable<number>, inner: Iterable<number>, named: object): Generator<string> {
  for (const a of outer) {
    for (const b of inner) {
      for (const name in named) yield name + a + b;
    }
  }
}

function* calling(list: unknown[]): Generator<number> {
  list.push(yield list.length);
}
