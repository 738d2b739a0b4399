// What a file may make here: decided by lists of what is allowed, before anything is looked up, imported or compiled.
//
// One policy is behind everything that opens files: building, listing and reporting ask the same question of the same
// object. Knows nothing of files, signatures and terminals.

const MapOriginal = Map;
const SetOriginal = Set;

/** Something that a file names and does not bring: it has to be found in this process. */
export interface GlobalName {
  /**
   * `intrinsic`: an object of the language or of Node, by brine's catalogue. `import` and `require`: a module, or what
   * `path` leads to in it. `reducer`: a registered reducer, whose reviver would run.
   */
  readonly space: 'intrinsic' | 'import' | 'require' | 'reducer';
  /** The catalogue's name, the module's specifier, or the reducer's name. */
  readonly name: string;
  /** Property names that lead on from a module; empty otherwise. */
  readonly path: readonly string[];
}

/** What is allowed besides plain data: names, or a function that is asked for each. */
export type Allow = readonly string[] | ((name: GlobalName) => boolean);

/** What a file may make. */
export interface Policy {
  /** `trusted`: everything, code included. `data`: data, and what `allows` says. */
  readonly mode: 'data' | 'trusted';
  /** Whether something may be looked up in this process. */
  allows(name: GlobalName): boolean;
  /** Whether what is allowed may only be the prototype of something, and no value: whoever has it could change it. */
  isPrototypeOnly(name: GlobalName): boolean;
}

/**
 * Kinds of values that data mode builds. Whatever is not here is a record in it, and so is every kind that is added later
 * until somebody puts it here. `reference` and `custom` go by their names.
 */
export const DATA_KINDS: ReadonlySet<string> = new SetOriginal(
  (
    'object array sparseArray map set date regexp error arrayBuffer typedArray dataView boxed arguments url symbol ' +
    'tombstone prototype scope dictionary'
  ).split(' '),
);

/** Everything: for files whose author may run code here. */
export const TRUSTED: Policy = Object.freeze({
  mode: 'trusted' as const,
  allows: () => true,
  isPrototypeOnly: () => false,
});

// What data is made of: the prototypes of the kinds of values that hold data, and well-known symbols. No function is
// among them, so nothing that is built with this list alone can be called.
const ERRORS = 'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError';
const HOLDERS =
  'Object Array Map Set Date RegExp Boolean Number String Symbol BigInt ArrayBuffer SharedArrayBuffer DataView URL Buffer';
const ARRAYS =
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array ' +
  'Float64Array BigInt64Array BigUint64Array';
const SYMBOLS =
  'asyncDispose asyncIterator dispose hasInstance isConcatSpreadable iterator match matchAll replace search species split ' +
  'toPrimitive toStringTag unscopables';

const DATA_INTRINSICS: ReadonlySet<string> = new SetOriginal([
  ...`${ERRORS} ${HOLDERS} ${ARRAYS}`.split(' ').map((name) => `${name}.prototype`),
  ...SYMBOLS.split(' ').map((name) => `Symbol.${name}`),
]);

/**
 * Data, and what `allow` names: `intrinsic:Math.max`, `module:acorn` (the module itself), `module:acorn#parse` (one of
 * its exports), `reducer:Point`. Names are compared whole: there are no patterns that could match too much.
 */
export function dataPolicy(allow: Allow = []): Policy {
  const asks = typeof allow === 'function' ? allow : allowsNames(allow);
  return Object.freeze({
    mode: 'data' as const,
    allows: (name: GlobalName) =>
      (name.space === 'intrinsic' && DATA_INTRINSICS.has(name.name)) || asks(name) === true,
    isPrototypeOnly: (name: GlobalName) =>
      name.space === 'intrinsic' &&
      name.name.endsWith('.prototype') &&
      DATA_INTRINSICS.has(name.name) &&
      !(typeof allow !== 'function' && allow.includes(`intrinsic:${name.name}`)),
  });
}

/** A text that names the same thing in a list of what is allowed. */
export function allowText({ space, name, path }: GlobalName): string {
  const kind = space === 'import' || space === 'require' ? 'module' : space;
  return `${kind}:${[name, ...path].join('#')}`;
}

function allowsNames(texts: readonly string[]): (name: GlobalName) => boolean {
  const known = new MapOriginal<string, string[][]>();
  for (const text of texts) {
    const at = text.indexOf(':');
    const [kind, rest] = [text.slice(0, at), text.slice(at + 1)];
    const parts = kind === 'module' ? rest.split('#') : [rest];
    known.set(kind, [...(known.get(kind) ?? []), parts]);
  }
  return ({ space, name, path }) => {
    const kind = space === 'import' || space === 'require' ? 'module' : space;
    const wanted = [name, ...path];
    // Part by part: joined, a dot or a mark inside a part could make one name look like another.
    return (known.get(kind) ?? []).some(
      (parts) => parts.length === wanted.length && parts.every((part, i) => part === wanted[i]),
    );
  };
}

/** What is wrong with an option `allow`, or undefined. */
export function allowProblem(allow: unknown): string | undefined {
  if (allow === undefined || typeof allow === 'function') return undefined;
  if (!Array.isArray(allow)) return 'it is neither a list nor a function';
  const wrong: unknown = allow.find(
    (text) => typeof text !== 'string' || !/^(?:intrinsic|module|reducer):./s.test(text),
  );
  return wrong === undefined
    ? undefined
    : `${typeof wrong === 'string' ? JSON.stringify(wrong) : typeof wrong} is no name of the form intrinsic:, module: or reducer:`;
}
