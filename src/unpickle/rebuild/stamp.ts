// Puts private members on objects without running user code.
//
// A class with private members was compiled with a guard: in restore mode its constructor does nothing but `super()` and
// its field initialisers do not run, so that constructing it only adds the members. A derived class is made to add them
// to an existing object by a stand-in for its parent that returns that object.
// Knows of the classes this process restored, of no rows.

import { UnpicklingError } from '../../errors.js';
import { type PrivateWriter, SHARED_SUPPORT } from './support.js';

/** What is known of a restored class. */
export interface ClassFacts {
  readonly isDerived: boolean;
  /** True when constructing it in restore mode puts private members on an object. */
  readonly isStamping: boolean;
  readonly hasPublicFields: boolean;
  readonly writers: ReadonlyMap<string, PrivateWriter>;
}

const factsOf = new WeakMap<Function, ClassFacts>();
const makersOf = new WeakMap<object, Function>();

const { getPrototypeOf, setPrototypeOf, create } = Object;
const { construct, deleteProperty, ownKeys } = Reflect;

/** Remembers a class that was just restored. */
export function setClassFacts(owner: Function, facts: ClassFacts): void {
  factsOf.set(owner, facts);
}

/** Makes an object with the private members of `owners`, base first. See `Rebuilder.allocateStamped`. */
export function allocateStamped(
  owners: readonly Function[],
  proto: object | null,
  base: (() => object) | undefined,
  keys: readonly (string | symbol)[] | undefined,
): object {
  const first = owners[0];
  const hasFields = owners.some((owner) => stampingFactsOf(owner).hasPublicFields);
  let object: object;
  let before = NO_KEYS;
  let from = 0;
  if (first !== undefined && base === undefined && !stampingFactsOf(first).isDerived) {
    from = directRun(owners);
    object = constructQuietly(owners[from - 1] as Function, makerOf(proto));
  } else {
    object = base === undefined ? create(proto) : base();
    if (hasFields && base !== undefined) before = new Set(ownKeys(object));
  }
  for (let i = from; i < owners.length; i++) stamp(owners[i] as Function, object);
  if (getPrototypeOf(object) !== proto) setPrototypeOf(object, proto);
  if (hasFields) removeFields(object, before, keys);
  return object;
}

const NO_KEYS: ReadonlySet<string | symbol> = new Set();

/** Puts the private members of one class on an object that exists. */
export function stamp(owner: Function, object: object): void {
  if (!stampingFactsOf(owner).isDerived) {
    throw privateError(
      owner,
      'it makes its own objects, so its private members cannot be put on another one',
    );
  }
  const parent = getPrototypeOf(owner) as object | null;
  stamped = object;
  setPrototypeOf(owner, Stamped);
  try {
    constructQuietly(owner, Stamped);
  } finally {
    stamped = undefined;
    setPrototypeOf(owner, parent);
  }
}

/** Writes a private field. See `Rebuilder.writePrivate`. */
export function writePrivate(owner: Function, object: object, name: string, value: unknown): void {
  const writer = factsOf.get(owner)?.writers.get(name);
  if (writer === undefined) throw privateError(owner, `it has no private field ${name}`);
  try {
    writer(object, value);
  } catch (cause) {
    throw privateError(owner, `the object does not have its private field ${name}`, cause);
  }
}

/** Makes an object that has the private members of a class, for reading its private methods. */
export function sampleOf(owner: Function): object {
  if (!stampingFactsOf(owner).isDerived) return constructQuietly(owner, makerOf(null));
  const object = create(null);
  stamp(owner, object);
  return object;
}

let stamped: object | undefined;

function Stamped(): object | undefined {
  return stamped;
}

// How many owners from the first on are made by constructing one class, because each extends the one before.
function directRun(owners: readonly Function[]): number {
  let count = 1;
  while (count < owners.length) {
    const next = owners[count] as Function;
    if (getPrototypeOf(next) !== owners[count - 1] || !stampingFactsOf(next).isDerived) break;
    count++;
  }
  return count;
}

function constructQuietly(owner: Function, newTarget: Function): object {
  SHARED_SUPPORT.r = true;
  try {
    return construct(owner, [], newTarget) as object;
  } finally {
    SHARED_SUPPORT.r = false;
  }
}

// A constructor whose objects have this prototype. One for each prototype: changing it would cost each object.
function makerOf(proto: object | null): Function {
  if (proto === null) return NullMaker;
  let maker = makersOf.get(proto);
  if (maker === undefined) {
    maker = function Maker() {};
    maker.prototype = proto;
    makersOf.set(proto, maker);
  }
  return maker;
}

function NullMaker() {}
NullMaker.prototype = create(null) as object;

// Stamping leaves public fields too, without their values. Those that the object is going to have first anyway may stay.
function removeFields(
  object: object,
  before: ReadonlySet<string | symbol>,
  keys: readonly (string | symbol)[] | undefined,
): void {
  const left = ownKeys(object);
  if (keys !== undefined && isStartOf(left, keys)) return;
  for (let i = left.length - 1; i >= 0; i--) {
    const key = left[i] as string | symbol;
    if (!before.has(key)) deleteProperty(object, key);
  }
}

function isStartOf(left: readonly (string | symbol)[], keys: readonly (string | symbol)[]): boolean {
  let at = 0;
  for (const key of left) {
    if (typeof key === 'symbol' && typeof keys[at] !== 'symbol') {
      while (at < keys.length && typeof keys[at] !== 'symbol') at++;
    }
    if (keys[at++] !== key) return false;
  }
  return true;
}

function stampingFactsOf(owner: Function): ClassFacts {
  const facts = factsOf.get(owner);
  if (facts?.isStamping !== true)
    throw privateError(owner, 'it was not restored from a snapshot as a class with private members');
  return facts;
}

function privateError(owner: unknown, reason: string, cause?: unknown): UnpicklingError {
  const name =
    typeof owner === 'function'
      ? (Object.getOwnPropertyDescriptor(owner, 'name')?.value as unknown)
      : undefined;
  const shown = typeof name === 'string' && name !== '' ? name : 'a class';
  return new UnpicklingError('UNPICKLE_CODE', `private members of ${shown} cannot be restored: ${reason}`, {
    hint: 'The file contradicts itself; load it with code left out.',
    ...(cause === undefined ? {} : { cause }),
  });
}
