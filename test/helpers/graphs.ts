// Random graphs: a recipe is a list of steps, each makes a node of some kind that points to nodes before and after it, or
// does something odd to one. JSON all through, so that another process can build the same graph.

import fc from 'fast-check';

/** One step of a recipe. */
export interface Step {
  readonly kind: number;
  readonly names: readonly number[];
  readonly values: readonly (readonly [kind: number, pick: number])[];
  readonly odd: number;
}

/** Nodes that lead to code: instances of a class, of one with a private field, closures over one variable. */
const CODE = [9, 16, 17];
const KINDS = Array.from({ length: 18 }, (_, kind) => kind);

const recipeOf = (kinds: readonly number[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      names: fc.uniqueArray(fc.nat(19), { maxLength: 6 }),
      values: fc.array(fc.tuple(fc.nat(11), fc.nat(1000)), { maxLength: 6 }),
      odd: fc.nat(40),
    }),
    { minLength: 1, maxLength: 30 },
  );

/** Recipes with up to 30 nodes. Those with code take ten times as long to pickle, so they are fewer. */
export const recipe: fc.Arbitrary<Step[]> = fc.oneof(
  { arbitrary: recipeOf(KINDS.filter((kind) => !CODE.includes(kind))), weight: 3 },
  { arbitrary: recipeOf(KINDS), weight: 1 },
);

/** How a recipe is built; neither shows in the graph. */
export interface BuildStyle {
  /** Strings as two-byte slices, arrays holey, objects in dictionary mode. */
  readonly isOdd?: boolean;
  /**
   * The last node first, beside garbage; strings joined late; numbers where others stood that are none of 31 bits; arrays
   * with a dictionary of elements; Maps and Sets with entries that were deleted again.
   */
  readonly isLate?: boolean;
}

const NAMES = [
  'a',
  'b',
  'c',
  'd',
  'id',
  'name',
  'x',
  'y',
  '0',
  '7',
  '4294967294',
  '4294967295',
  '-1',
  '__proto__',
  'constructor',
  'toString',
  'then',
  'length',
  '',
  'ключ',
];
const TEXTS = ['', 'a', 'text', 'ÿ', 'Ā', '\ud800', '__proto__', 'a'.repeat(50), '日本', 'a'];
const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.5,
  Number.NaN,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  1e300,
  127,
  128,
  32768,
  Number.NEGATIVE_INFINITY,
];

/** Builds the graph of a recipe; the value is the list of its nodes. */
export function buildRecipe(steps: readonly Step[], style: BuildStyle = {}): unknown {
  const isOdd = style.isOdd === true;
  const isLate = style.isLate === true;
  const symbols = [Symbol('one'), Symbol('one'), Symbol.for('three'), Symbol.iterator];
  // Of a text of its own: what surrounds a class is read with it.
  const Thing = new Function('return class Thing {}')() as new () => object;
  const Keeper = new Function(KEEPER)() as new () => Keeping;
  const nodes: object[] = [];
  for (let k = 0; k < steps.length; k++) {
    const i = isLate ? steps.length - 1 - k : k;
    const { kind, odd } = steps[i] as Step;
    nodes[i] = kind === 16 ? new Keeper() : shellOf(kind, odd, Thing);
    if (isLate) unused.push({ x: k });
  }
  const valueOf = (kind: number, pick: number): unknown => {
    if (kind < 4) return nodes[pick % nodes.length];
    if (kind === 4) return NUMBERS[pick % NUMBERS.length];
    if (kind === 5) return held(TEXTS[pick % TEXTS.length] as string, isOdd, isLate);
    if (kind === 6) return [undefined, null, true, false][pick % 4];
    if (kind === 7) return symbols[pick % symbols.length];
    if (kind === 8) return [0n, -5n, 2n ** 70n][pick % 3];
    if (kind === 9) return [Math, Array.prototype.map, Map][pick % 3];
    return pick;
  };
  const inOrder = steps.map((step, i) => [step, i] as const);
  if (isLate) inOrder.reverse();
  for (const [step, i] of inOrder) fill(nodes[i] as object, step, { valueOf, nodes, symbols, isOdd, isLate });
  for (const [step, i] of inOrder) finish(nodes[i] as object, step);
  unused.length = 0;
  return nodes;
}

/** What a closure or a private field keeps. */
interface Keeping {
  keep(value: unknown): void;
  kept(): unknown;
}

const KEEPER =
  'return class Keeper { #value = 0; keep(value) { this.#value = value } kept() { return this.#value } }';
const CLOSURES =
  "'use strict'; let value = 0; let count = 0; return { keep: (next) => { count = 1; value = next }, kept: () => value, count: () => count }";

interface Context {
  readonly valueOf: (kind: number, pick: number) => unknown;
  readonly nodes: readonly object[];
  readonly symbols: readonly symbol[];
  readonly isOdd: boolean;
  readonly isLate: boolean;
}

/** Garbage between the nodes. */
const unused: unknown[] = [];

function shellOf(kind: number, odd: number, Thing: new () => object): object {
  switch (kind) {
    case 4:
    case 5:
      return [];
    case 6:
      return new Map();
    case 7:
      return new Set();
    case 8:
      return new Date(odd);
    case 9:
      return new Thing();
    case 10:
      return Object.create(null) as object;
    case 11:
      return Object.assign(new Error('e', odd % 2 === 0 ? { cause: odd } : undefined), { stack: 'Error: e' });
    case 12:
      return odd % 2 === 0 ? new Float64Array(odd % 7) : new Uint16Array(odd % 7);
    case 13:
      return odd % 2 === 0 ? Buffer.alloc(odd, odd) : new DataView(new ArrayBuffer(8), odd % 8);
    case 14:
      return Object.assign(/a+(?<b>c)/giu, { lastIndex: odd });
    case 15:
      return Object([odd, 'text', true, 5n][odd % 4]) as object;
    case 17:
      return new Function(CLOSURES)() as object;
    default:
      return {};
  }
}

function fill(
  node: object,
  { kind, names, values, odd }: Step,
  { valueOf, nodes, symbols, isOdd, isLate }: Context,
): void {
  if (isLate) churn(node);
  const made = values.map(([what, pick]) => valueOf(what, pick));
  if (node instanceof Map) made.forEach((value, i) => node.set(i % 2 === 0 ? value : i, value));
  else if (node instanceof Set) for (const value of made) node.add(value);
  else if (Array.isArray(node)) fillArray(node, made, odd, { isOdd, isLate });
  else if (kind === 12) fillNumbers(node as Float64Array, odd, isLate);
  else if (kind === 16 || kind === 17) keep(node as Keeping, made[0], isLate);
  if (isOdd && kind < 4) {
    Object.assign(node, { gone: 1, lost: 2 });
    for (const key of ['gone', 'lost']) Reflect.deleteProperty(node, key);
  }
  if ((kind > 8 && kind < 12) || kind < 4 || odd % 5 === 0) {
    names.forEach((name, i) => {
      const key =
        name === 19 && odd % 3 === 0 ? (symbols[i % symbols.length] as symbol) : (NAMES[name] as string);
      if ((Array.isArray(node) || kind === 15) && key === 'length') return;
      if (isTaken(node, key)) return;
      const value = made.length === 0 ? i : made[i % made.length];
      // A field that once held a fraction, or something else than a number, is kept in another form by the engine.
      if (isLate && typeof value === 'number')
        for (const before of [0.5, 'text', 2 ** 40])
          Object.defineProperty(node, key, {
            value: before,
            writable: true,
            enumerable: true,
            configurable: true,
          });
      Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
    });
  }
  if (odd === 1 && kind < 4) chain(node, nodes[odd % nodes.length] as object);
  if (odd === 2)
    Object.defineProperty(node, 'accessor', {
      get: undefined,
      configurable: true,
      enumerable: true,
    } as object);
  if (odd === 3) Object.defineProperty(node, 'hidden', { value: 1, enumerable: false, configurable: true });
  if (odd === 4) Object.defineProperty(node, 'fixed', { value: 1, writable: false, enumerable: true });
  if (odd === 6 && kind < 4) Object.defineProperty(node, '3', { value: 'hidden', configurable: true });
  if (odd === 9) Reflect.deleteProperty(node, Reflect.ownKeys(node).find((key) => key !== 'length') ?? '');
}

// What was put in and taken out again leaves the engine's tables in another state.
function churn(node: object): void {
  if (node instanceof Map) for (let i = 0; i < 20; i++) node.set(`gone${i}`, i);
  if (node instanceof Map) for (let i = 0; i < 20; i++) node.delete(`gone${i}`);
  if (node instanceof Set) for (let i = 0; i < 20; i++) node.add(`gone${i}`);
  if (node instanceof Set) for (let i = 0; i < 20; i++) node.delete(`gone${i}`);
}

function fillArray(
  array: unknown[],
  made: readonly unknown[],
  odd: number,
  { isOdd, isLate }: { readonly isOdd: boolean; readonly isLate: boolean },
): void {
  if (isLate) {
    // Far away, so that the elements become a dictionary; then fractions, so that they are doubles.
    array[40_000_000] = 1;
    array.length = 0;
    made.forEach((_, i) => {
      array[i] = i + 0.5;
    });
    made.forEach((value, i) => {
      array[i] = value;
    });
  } else if (isOdd) {
    array.length = made.length;
    for (let i = made.length - 1; i >= 0; i--) array[i] = made[i];
  } else for (const value of made) array.push(value);
  if (odd === 7) array.length += 3;
  if (odd === 8) array[5000] = 'far';
  if (odd === 10 && array.length > 0) Reflect.deleteProperty(array, 0);
}

function fillNumbers(numbers: Float64Array | Uint16Array, odd: number, isLate: boolean): void {
  for (let i = 0; i < numbers.length; i++) {
    const at = isLate ? numbers.length - 1 - i : i;
    numbers[at] = (odd + at) / 4;
  }
}

// A variable that held other things before is kept in another form by the engine.
function keep(node: Keeping, value: unknown, isLate: boolean): void {
  if (isLate) for (const before of [1, 0.5, 'text', {}]) node.keep(before);
  node.keep(value);
}

// Indices of typed arrays and of texts cannot be defined anew.
function isTaken(node: object, key: string | symbol): boolean {
  if (ArrayBuffer.isView(node) && typeof key === 'string' && String(Number(key)) === key) return true;
  return Object.getOwnPropertyDescriptor(node, key)?.configurable === false;
}

// A prototype must not lead back to its object.
function chain(node: object, proto: object): void {
  for (let at: object | null = proto; at !== null; at = Object.getPrototypeOf(at) as object | null)
    if (at === node) return;
  Object.setPrototypeOf(node, proto);
}

function finish(node: object, { odd }: Step): void {
  // Elements of views cannot be fixed.
  if (ArrayBuffer.isView(node) && odd < 13) return;
  if (odd === 11) Object.freeze(node);
  if (odd === 12) Object.seal(node);
  if (odd === 13) Object.preventExtensions(node);
}

// The same text as a slice of a two-byte string, or joined late of its parts.
function held(text: string, isOdd: boolean, isLate: boolean): string {
  if (isLate) return [...Array(text.length).keys()].reduce((joined, i) => joined + text.charAt(i), '');
  if (!isOdd) return text;
  const wide = `€${text}€`.repeat(20);
  return wide.slice(1, 1 + text.length);
}
