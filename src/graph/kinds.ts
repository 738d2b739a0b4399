// The kinds of values in a graph: their numbers in the file and the columns of their state.
//
// A kind's state is what cannot be an own property: the time of a Date, the entries of a Map. Own properties of every
// kind with a shape are columns of their layout. The pickler has a reducer and the unpickler a reviver per kind, in files
// of the same name. Append only; a number's meaning never changes.

/** One column of a kind's state. */
export interface StateColumn {
  readonly name: string;
  /** True when each row has a list of cells rather than one. */
  readonly isList: boolean;
}

/** What is declared of a kind. */
export interface Kind {
  readonly number: number;
  readonly name: string;
  /** True when values of this kind have a prototype, own properties and extensibility. */
  readonly hasShape: boolean;
  readonly state: readonly StateColumn[];
}

function kind(number: number, name: string, hasShape: boolean, ...state: string[]): Kind {
  const columns = state.map((text) => ({ name: text.replace('*', ''), isList: text.endsWith('*') }));
  return { number, name, hasShape, state: columns };
}

/** All kinds. A star marks a list. */
export const KINDS = {
  object: kind(0, 'object', true),
  /** Elements with holes; `length` is the number of items. */
  array: kind(1, 'array', true, 'items*'),
  /** Few elements in a long array. */
  sparseArray: kind(2, 'sparseArray', true, 'length', 'indices*', 'items*'),
  map: kind(3, 'map', true, 'keys*', 'values*'),
  set: kind(4, 'set', true, 'items*'),
  date: kind(5, 'date', true, 'time'),
  regexp: kind(6, 'regexp', true, 'source', 'flags'),
  error: kind(7, 'error', true),
  /** `maxByteLength` is undefined for a fixed one; `isShared` true for a SharedArrayBuffer, whose bytes are a copy. */
  arrayBuffer: kind(8, 'arrayBuffer', true, 'bytes', 'maxByteLength', 'isShared'),
  /** `length` in elements, undefined for one that tracks its buffer. */
  typedArray: kind(9, 'typedArray', true, 'type', 'buffer', 'byteOffset', 'length'),
  dataView: kind(10, 'dataView', true, 'buffer', 'byteOffset', 'byteLength'),
  /** Number, String, Boolean, Symbol and BigInt objects; the value says which. */
  boxed: kind(11, 'boxed', true, 'value'),
  arguments: kind(12, 'arguments', true),
  url: kind(13, 'url', true, 'href'),
  /** `isRegistered` true: `Symbol.for(description)`. */
  symbol: kind(14, 'symbol', false, 'isRegistered', 'description'),
  /**
   * Something every process of the same kind has. `space` is `intrinsic` (`name` is the catalogue's name), `import`
   * (the namespace of the module `name`) or `require` (its exports); `path` leads on by own property names.
   */
  reference: kind(15, 'reference', false, 'space', 'name', 'path*'),
  tombstone: kind(16, 'tombstone', false, 'path', 'what', 'reason', 'hint', 'isCallable'),
  /** `code` is an index into the code table. `home` is where `super` starts, or undefined. */
  function: kind(17, 'function', true, 'code', 'scope', 'home'),
  class: kind(18, 'class', true, 'code', 'scope', 'heritage', 'computedKeys*'),
  /** A method or accessor that comes with its class; `element` indexes the class body. */
  member: kind(19, 'member', true, 'owner', 'element'),
  bound: kind(20, 'bound', true, 'target', 'this', 'args*'),
  /** The object that a function's `prototype` property had from the start. */
  prototype: kind(21, 'prototype', true, 'of'),
  scope: kind(22, 'scope', false, 'parent'),
  /** Reduced by a registered reducer; the layout names it. */
  custom: kind(23, 'custom', false, 'state'),
  /** An object with so many keys that they are rows rather than columns; all plain data properties. */
  dictionary: kind(24, 'dictionary', true, 'keys*', 'values*'),
  /** `target` and `handler` are null once it was revoked; `isCallable` says then what `typeof` answers. */
  proxy: kind(25, 'proxy', false, 'target', 'handler', 'isCallable'),
  /** `state` is `fulfilled` (with the value), `rejected` (with the reason) or `pending`: it never settles. */
  promise: kind(26, 'promise', true, 'state', 'result'),
  /** Entries whose keys are in the snapshot for another reason. */
  weakMap: kind(27, 'weakMap', true, 'keys*', 'values*'),
  weakSet: kind(28, 'weakSet', true, 'items*'),
  /** `target` is undefined when nothing else in the snapshot holds it. */
  weakRef: kind(29, 'weakRef', true, 'target'),
  /** An object of a class of the platform; `type` is a name of {@link HOST_TYPES}, which says what the parts are. */
  host: kind(30, 'host', true, 'type', 'parts*'),
  /**
   * A generator object. `state` is `finished` (and nothing else matters but `isAsync`), `called` (not begun: calling
   * `of` with `this` and the items gives it) or `suspended`: it stands at offset `position` of the text `code` (at its
   * beginning when that is -1) in `scope`. `items` are then the iterators that the loops around that place go over and
   * the one a `yield*` waits for, outermost first. `home` is as for functions; `arguments` are what its arguments object
   * has, where it uses one.
   */
  generator: kind(
    31,
    'generator',
    true,
    'state',
    'isAsync',
    'of',
    'this',
    'code',
    'scope',
    'home',
    'position',
    'arguments*',
    'items*',
  ),
  /**
   * An iterator of a collection, or over matches; `type` says of what and what it gives. `source` is undefined for one that has
   * ended. For matches `position` is the text: the place is in the regular expression.
   */
  iterator: kind(32, 'iterator', true, 'type', 'source', 'position'),
} as const;

/** The name of a kind. */
export type KindName = keyof typeof KINDS;

/** Kinds by their number. */
export const KIND_BY_NUMBER: ReadonlyMap<number, Kind> = new Map(
  Object.values(KINDS).map((entry) => [entry.number, entry]),
);

/** Typed array types in the order of their numbers in the file. Append only. */
export const TYPED_ARRAY_NAMES: readonly string[] = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
];
