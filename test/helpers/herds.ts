// Herds: many objects of a few shapes, as fast ways of reading expect them, and mutations that make single ones something
// else. A herd is a recipe in JSON, so that a failing one can be replayed. Getters and traps in it count when they run.

import fc from 'fast-check';

/** Something done to one object of a herd. */
export interface Mutation {
  readonly target: number;
  readonly kind: number;
  readonly detail: number;
}

/** A herd, and what happens to it before each time that it is pickled. */
export interface HerdRecipe {
  /** Numbers of shapes, whose objects alternate in runs of so many. */
  readonly shapes: readonly (readonly [shape: number, run: number])[];
  readonly count: number;
  readonly moments: readonly (readonly Mutation[])[];
}

/** A herd that is standing. */
export interface Herd {
  readonly objects: object[];
}

const counter = globalThis as { herdRan?: number };

/** How many getters, setters and traps of herds ran since this was asked last. */
export function takeRuns(): number {
  const runs = counter.herdRan ?? 0;
  delete counter.herdRan;
  return runs;
}

function ran(): void {
  counter.herdRan = (counter.herdRan ?? 0) + 1;
}

/** Random herds. Some are large enough for generated readers and makers. */
export const herdRecipe: fc.Arbitrary<HerdRecipe> = fc.record({
  shapes: fc.array(fc.tuple(fc.nat(22), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 4 }),
  count: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 400, max: 700 })),
  moments: fc.array(
    fc.array(fc.record({ target: fc.nat(10_000), kind: fc.nat(47), detail: fc.nat(9) }), { maxLength: 12 }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Makes the objects of a herd. They point to each other here and there. */
export function makeHerd({ shapes, count }: HerdRecipe): Herd {
  const herd: Herd = { objects: [] };
  const kit = makeKit(herd);
  for (let i = 0, s = 0; i < count; s++) {
    const [shape, run] = shapes[s % shapes.length] as readonly [number, number];
    for (let r = 0; r < run && i < count; r++, i++) herd.objects.push(SHAPES[shape]!(i, kit));
  }
  return herd;
}

const NUMBERS = [0, 1, -5, 0.5, -0, Number.NaN, 2 ** 31, 300, 1e300, 70_000];
const TEXTS = ['a', 'b', '', 'ж', 'name', '__proto__', '\ud800'];

interface Kit {
  readonly herd: Herd;
  readonly key: symbol;
  readonly Point: new (x: unknown, y: unknown) => object;
  readonly Secret: new (x: unknown) => object;
  readonly proto: object;
  readonly neighbour: (i: number) => object | null;
  readonly Types: Record<'Map' | 'Set' | 'Date' | 'Array', new () => object>;
}

function makeKit(herd: Herd): Kit {
  // Of texts of their own: what surrounds a class is read with it.
  const made = (text: string): any => new Function(`return ${text}`)();
  return {
    herd,
    key: Symbol('key'),
    Point: made('class Point { constructor(x, y) { this.x = x; this.y = y; } }'),
    Secret: made('class Secret { #x; y = 1; constructor(x) { this.#x = x; } }'),
    proto: { inherited: 1, 5: 'index' },
    neighbour: (i) => herd.objects[(i * 7) % Math.max(1, herd.objects.length)] ?? null,
    Types: {
      Map: made('class Register extends Map {}'),
      Set: made('class Bag extends Set {}'),
      Date: made('class Day extends Date { constructor() { super(5); } }'),
      Array: made('class Stack extends Array {}'),
    },
  };
}

const number = (i: number): number => NUMBERS[i % NUMBERS.length] as number;
const text = (i: number): string => TEXTS[i % TEXTS.length] as string;
const mixed = (i: number, kit: Kit): unknown =>
  [number(i), text(i), kit.neighbour(i), undefined, true, 5n, kit.key][i % 7];

const SHAPES: readonly ((i: number, kit: Kit) => object)[] = [
  (i, kit) => ({ id: i, name: text(i), next: kit.neighbour(i) }),
  (i) => ({ a: i, b: i / 2, c: number(i) }),
  (i, kit) => ({ a: mixed(i, kit), b: mixed(i + 3, kit) }),
  (i, kit) => new kit.Point(i, number(i)),
  (i, kit) => new kit.Point(mixed(i, kit), text(i)),
  (i, kit) => Object.assign(Object.create(null) as object, { a: i, b: kit.neighbour(i) }),
  (i, kit) => Object.assign(Object.create(kit.proto) as object, { a: i, inherited: text(i) }),
  (i, kit) => ({ plain: i, [kit.key]: kit.neighbour(i) }),
  (i) => ({ constructor: i, a: text(i) }),
  (i) => Object.defineProperty({ a: i, b: 1 }, '__proto__', plainly(number(i))),
  (i, kit) => new Map<unknown, unknown>([[i, kit.neighbour(i)], [text(i), number(i)]]), // biome-ignore format: one line
  (i, kit) => new Set<unknown>([i, kit.neighbour(i)]),
  (i) => new Date(i % 9 === 0 ? Number.NaN : i * 1e9),
  (i) => [i, i + 1, i + 2],
  (i) => [i + 0.5, number(i), 0.25],
  (i, kit) => [text(i), kit.neighbour(i), i],
  (i) => (i % 3 === 0 ? [i, , 2] : [i, 1, 2]),
  (i) => (i % 3 === 0 ? [0.5, , number(i), ,] : [0.5, 1.5, Number.NaN]),
  (i, kit) => Object.assign(new kit.Types.Map(), i % 2 === 0 ? {} : { note: i }),
  (i, kit) => (i % 2 === 0 ? new kit.Types.Set() : new kit.Types.Date()),
  (i, kit) => Object.assign(new kit.Types.Array(), [i, text(i)]),
  (i) => (i % 2 === 0 ? new Float64Array([i, number(i)]) : new Uint8Array([i, 1])),
  // Private members are asked of the inspector, which takes its time.
  (i, kit) => (i < 30 ? new kit.Secret(kit.neighbour(i)) : { y: i }),
];

function plainly(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}

/** Does something to one object of a herd. What an object refuses is left undone. */
export function mutate(herd: Herd, { target, kind, detail }: Mutation): void {
  const object = herd.objects[target % herd.objects.length] as any;
  try {
    MUTATIONS[kind % MUTATIONS.length]?.(object, detail, herd);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  }
}

const keyOf = (object: object, detail: number): string | symbol => {
  const keys = Reflect.ownKeys(object).filter((key) => key !== 'length');
  return keys[detail % Math.max(1, keys.length)] ?? 'a';
};
// Of texts of their own, because they are pickled with what they capture; they count in a global.
const count = new Function(
  'globalThis.herdRan = (globalThis.herdRan ?? 0) + 1; throw new TypeError("user code ran")',
);
const accessor = (enumerable = true): PropertyDescriptor => ({
  get: count as () => unknown,
  set: count as () => void,
  enumerable,
  configurable: true,
});
const define = Object.defineProperty;

const remake = (object: any, keys: readonly (string | symbol)[]): void => {
  const descriptors = keys.map((key) => [key, Object.getOwnPropertyDescriptor(object, key)] as const);
  for (const [key] of descriptors) Reflect.deleteProperty(object, key);
  for (const [key, descriptor] of descriptors) if (descriptor !== undefined) define(object, key, descriptor);
};

// Traps count and go on as if nothing had happened.
function proxyOn(target: object): object {
  const handler = {} as Record<string, (...args: unknown[]) => unknown>;
  for (const name of Object.getOwnPropertyNames(Reflect)) {
    const original = (Reflect as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
    handler[name] = (...args) => {
      ran();
      return original(...args);
    };
  }
  return new Proxy(target, handler as ProxyHandler<object>);
}

const MUTATIONS: readonly ((object: any, detail: number, herd: Herd) => unknown)[] = [
  (o) => define(o, 'added', accessor()),
  (o, d) => define(o, keyOf(o, d), accessor()),
  (o) => define(o, keyOf(o, 0), accessor(false)),
  (o, d) => Reflect.deleteProperty(o, keyOf(o, d)),
  (o, d) => remake(o, [keyOf(o, d)]),
  (o) => remake(o, Reflect.ownKeys(o).filter((key) => key !== 'length').reverse()), // biome-ignore format: one line
  (o) => Object.freeze(o),
  (o) => Object.seal(o),
  (o) => Object.preventExtensions(o),
  (o) => Object.setPrototypeOf(o, null),
  (o, d, herd) => Object.setPrototypeOf(o, herd.objects[d % herd.objects.length] as object),
  (o) => Object.setPrototypeOf(o, { other: 1 }),
  (o) => Object.setPrototypeOf(o, proxyOn({})),
  (o) => Object.setPrototypeOf(o, Object.create(proxyOn({ far: 1 })) as object),
  (o, d) => (o[d] = 'index'),
  (o, d) => define(o, d, { value: 'hidden index', configurable: true, writable: true }),
  (o, d) => define(o, d, accessor()),
  (o, d) => define(o, d, accessor(false)),
  (o, d) => (o[4_294_967_290 + d] = 'at the edge'),
  (o, d) => {
    define(o, d, { value: 'gone again', configurable: true });
    Reflect.deleteProperty(o, d);
  },
  (o) => define(o, keyOf(o, 0), { enumerable: false }),
  (o, d) => define(o, keyOf(o, d), { enumerable: false }),
  (o, d) => define(o, keyOf(o, d), { writable: false }),
  (o, d) => define(o, keyOf(o, d), { configurable: false }),
  (o) => (o[Symbol.for('shared')] = 1),
  (o, d) => define(o, Symbol('own'), plainly(d)),
  (o) => define(o, Symbol.iterator, plainly(null)),
  (o, d) => define(o, 'constructor', plainly([1, null, Map, Object, {}][d % 5])),
  (o, d) => define(o, '__proto__', plainly([1, null, {}, []][d % 4])),
  (o) => define(o, 'constructor', accessor()),
  (o) => (o.length = 0),
  (o) => (o.length += 2),
  (o) => (o.length = 5000),
  (o) => define(o, 'length', { writable: false }),
  (o, d) => o.push(number(d)),
  (o) => o.push('text'),
  (o) => o.push(0.5, -0, Number.NaN),
  (o, d, herd) => o.push(herd.objects[d % herd.objects.length]),
  (o, d) => Array.isArray(o) && Reflect.deleteProperty(o, d % 3),
  (o, d) => Array.isArray(o) && o.fill([0, 0.5, 'x', null][d % 4]),
  (o) => {
    for (let i = 0; i < 200; i++) o[`k${i}`] = i;
  },
  (o) => {
    for (let i = 0; i < 200; i++) o[`k${i}`] = i;
    for (let i = 0; i < 200; i++) delete o[`k${i}`];
  },
  (o, d) => (o[keyOf(o, d)] = ['text', 0.5, null, 2 ** 40][d % 4]),
  (o, _, herd) => (o.self = [o, Object.create(o), herd.objects[0]]),
  (o) => define(o, 'size', plainly(99)),
  (o) => Object.assign(o, { get: 1, set: 2, keys: 3, values: 4, entries: 5, getTime: 6, then: 7 }),
  (o, d) => typeof o.set === 'function' && 'size' in o && Map.prototype.set.call(o, o, d),
  (o) => (o.method = Array.prototype.map),
];
