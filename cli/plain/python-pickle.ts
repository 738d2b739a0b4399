// The plain data of a Python pickle, read by `pickleparser`: numbers, texts, bytes, lists, tuples, dicts, sets, and what the
// standard library writes for dates, decimals and ordered dicts. What is of any other class becomes a record that names it.
//
// Nothing of the pickle runs: a pickle names what it calls, and what is named here is one of the functions below or a record.
// The parser loses the sign of large negative numbers, what is above 2 ** 53, and escapes of protocol 0, so these literals are
// read here and handed to it as persistent ids.

import { types } from 'node:util';
import { BufferReader, Parser } from 'pickleparser';

/** What was read. */
export interface PythonData {
  readonly value: unknown;
  readonly protocol: number;
  /** Classes whose values became records, with how many there are. */
  readonly records: ReadonlyMap<string, number>;
}

/** The protocol of a Python pickle by its first bytes; undefined for what is none. Protocols 0 and 1 say none. */
export function pickleProtocol(bytes: Uint8Array): number | undefined {
  const [first, second] = bytes;
  return first === 0x80 && second !== undefined && second >= 2 && second <= 5 ? second : undefined;
}

/** Reads a pickle. Throws an `Error` for what is none, ends early, or needs what is not in it. */
export function readPythonPickle(bytes: Uint8Array): PythonData {
  const records = new Map<string, number>();
  const literals = new Set<Literal>();
  const parser = new Parser({
    nameResolver: { resolve: (module, name) => calleeOf(module, name, records) as never },
    persistentResolver: { resolve: (given) => literalOf(given as unknown, literals) as never },
    unpicklingTypeOfSet: 'Set',
    unpicklingTypeOfDictionary: 'Map',
  });
  const value: unknown = parser.read(new Reader(bytes, literals));
  return { value: plainOf(value), protocol: pickleProtocol(bytes) ?? 0, records };
}

class Literal {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

function literalOf(given: unknown, literals: ReadonlySet<Literal>): unknown {
  if (given instanceof Literal && literals.has(given)) return given.value;
  throw new Error('it has references to objects outside of it (persistent ids)');
}

const OP = {
  float: 0x46,
  int: 0x49,
  long: 0x4c,
  string: 0x53,
  unicode: 0x56,
  long1: 0x8a,
  long4: 0x8b,
} as const;
const PERSISTENT = 0x50;

// Hands over literals that the parser reads wrong.
class Reader extends BufferReader {
  readonly #bytes: Uint8Array;
  readonly #literals: Set<Literal>;
  #isAtOpcode = false;
  #waiting: Literal | undefined;

  constructor(bytes: Uint8Array, literals: Set<Literal>) {
    super(bytes);
    this.#bytes = bytes;
    this.#literals = literals;
  }

  // The parser asks before each opcode, and at no other time.
  override hasNext(): boolean {
    this.#isAtOpcode = true;
    return super.hasNext();
  }

  override byte(): number {
    const isOpcode = this.#isAtOpcode;
    this.#isAtOpcode = false;
    const byte = super.byte();
    if (!isOpcode) return byte;
    const found = this.#literal(byte);
    if (found === undefined) return byte;
    this.#literals.add(found);
    this.#waiting = found;
    return PERSISTENT;
  }

  override line(): string {
    const waiting = this.#waiting;
    if (waiting === undefined) return super.line();
    this.#waiting = undefined;
    return waiting as unknown as string;
  }

  #literal(opcode: number): Literal | undefined {
    switch (opcode) {
      case OP.long1:
        return new Literal(longOf(this.#raw(super.byte())));
      case OP.long4:
        return new Literal(longOf(this.#raw(this.uint32())));
      case OP.float:
        return new Literal(floatOfText(this.#rawLine()));
      case OP.int:
        return new Literal(intOfText(this.#rawLine()));
      case OP.long:
        return new Literal(intOfText(this.#rawLine().replace(/L$/, '')));
      case OP.unicode:
        return new Literal(unescaped(this.#rawLine(), /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g));
      case OP.string:
        return new Literal(quotedText(this.#rawLine()));
      default:
        return undefined;
    }
  }

  #rawLine(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new Error('it ends within a line');
    const text = Buffer.from(this.#raw(end - this.position)).toString('latin1');
    this.skip(1);
    return text;
  }

  #raw(length: number): Uint8Array {
    return Uint8Array.from(this.bytes(length));
  }
}

/** Python writes larger ones too; nobody means them. */
const NUMBER_BYTES_MAX = 1 << 16;

// Two's complement, the lowest byte first.
function longOf(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  if (bytes.length > NUMBER_BYTES_MAX) throw new Error(`it has a number of ${bytes.length} bytes`);
  const hex = Buffer.from(bytes).reverse().toString('hex');
  const whole = BigInt(`0x${hex}`);
  const isNegative = (bytes[bytes.length - 1] as number) >= 0x80;
  return narrowed(isNegative ? whole - (1n << BigInt(bytes.length * 8)) : whole);
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function intOfText(text: string): number | bigint | boolean {
  if (text === '01') return true;
  if (text === '00') return false;
  if (!/^\s*[+-]?\d+\s*$/.test(text))
    throw new Error(`it has ${JSON.stringify(text.slice(0, 20))} for a number`);
  return narrowed(BigInt(text.trim()));
}

function floatOfText(text: string): number {
  const special = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN }[text.trim()];
  return special ?? Number(text);
}

function unescaped(text: string, pattern: RegExp): string {
  return text.replace(pattern, (_match, four?: string, eight?: string) => {
    const point = Number.parseInt(four ?? eight ?? '0', 16);
    if (point > 0x10ffff) throw new Error('it has a character that is none');
    return String.fromCodePoint(point);
  });
}

const SHORT: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

// A text of Python 2, as its repr.
function quotedText(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || text.at(-1) !== quote)
    throw new Error('it has a text without quotes');
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (match, hex?: string, short?: string) =>
      hex === undefined ? (SHORT[short ?? ''] ?? match) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

/** Stands for a value of a class that is not known here. */
class PythonRecord {
  readonly python: string;
  readonly given: unknown[];
  state: unknown;
  constructor(python: string, given: unknown[]) {
    this.python = python;
    this.given = given;
    // So that the parser hands the state over, instead of putting names of the file on the record.
    Object.defineProperty(this, '__setstate__', {
      value: (state: unknown) => {
        this.state = state;
      },
    });
  }
}

type Callee = (...given: any[]) => unknown;

const codePoints = (text: unknown): Uint8Array => Uint8Array.from(Buffer.from(String(text), 'latin1'));
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
const bytesOf = (given: unknown): Uint8Array => (given instanceof Uint8Array ? given : codePoints(given));

const KNOWN: Readonly<Record<string, Callee>> = {
  'builtins.set': (items: unknown[] = []) => new Set(items),
  'builtins.frozenset': (items: unknown[] = []) => new Set(items),
  'builtins.list': (items: unknown[] = []) => [...items],
  'builtins.dict': (items: [unknown, unknown][] = []) => new Map(items),
  'builtins.bytes': (given: unknown = '') => bytesOf(given),
  'builtins.bytearray': (given: unknown = '', _encoding?: string) => bytesOf(given),
  '_codecs.encode': (text: string, encoding: string) => {
    if (!/^latin-?1$/i.test(encoding)) throw new Error(`it has bytes in ${encoding}`);
    return codePoints(text);
  },
  'collections.OrderedDict': (items: [unknown, unknown][] = []) => new Map(items),
  'collections.defaultdict': () => new Map(),
  'collections.deque': (items: unknown[] = []) => [...items],
  'copyreg._reconstructor': (made: Callee) => made(),
  'copyreg.__newobj__': (made: Callee, ...given: unknown[]) => made(...given),
  'decimal.Decimal': (text: string) => String(text),
  'fractions.Fraction': (text: string) => String(text),
  'datetime.date': (given: unknown) => {
    const [high, low, month, day] = bytesOf(given);
    return `${pad((high as number) * 256 + (low as number), 4)}-${pad(month as number)}-${pad(day as number)}`;
  },
  'datetime.datetime': (given: unknown) => {
    const b = bytesOf(given) as unknown as number[];
    const micro = (b[7]! << 16) | (b[8]! << 8) | b[9]!;
    const day = `${pad(b[0]! * 256 + b[1]!, 4)}-${pad(b[2]! & 0x7f)}-${pad(b[3]!)}`;
    return `${day}T${pad(b[4]!)}:${pad(b[5]!)}:${pad(b[6]!)}${micro === 0 ? '' : `.${pad(micro, 6)}`}`;
  },
  'datetime.timedelta': (days = 0, seconds = 0, micros = 0) => days * 86_400 + seconds + micros / 1e6,
};

/** What comes over as something simpler than it was. */
const CHANGED = new Set(
  Object.keys(KNOWN).filter((name) => /^(?:datetime|decimal|fractions)\.|deque$|defaultdict$/.test(name)),
);

const MODULES: Readonly<Record<string, string>> = { __builtin__: 'builtins', copy_reg: 'copyreg' };

// A function that may also be used as a class, so no arrow.
function calleeOf(module: string, name: string, records: Map<string, number>): Callee {
  const full = `${MODULES[module] ?? module}.${name}`;
  const note = (): void => void records.set(full, (records.get(full) ?? 0) + 1);
  const known = Object.hasOwn(KNOWN, full) ? KNOWN[full] : undefined;
  function plain(...given: unknown[]): unknown {
    if (CHANGED.has(full)) note();
    return known?.(...given);
  }
  function record(...given: unknown[]): unknown {
    note();
    return new PythonRecord(full, given);
  }
  const callee: Callee = known === undefined ? record : plain;
  names.set(callee, full);
  return callee;
}

const names = new WeakMap<Callee, string>();

// Dicts whose keys are texts become objects, records plain ones; what is one value stays one. Iterative.
function plainOf(root: unknown): unknown {
  const made = new Map<object, unknown>();
  const queue: { readonly from: object; readonly to: object }[] = [];
  const convert = (value: unknown): unknown => {
    if (typeof value === 'function') return names.get(value as Callee) ?? 'a function';
    if (typeof value !== 'object' || value === null) return value;
    if (made.has(value)) return made.get(value);
    const to = shellOf(value);
    made.set(value, to);
    if (!(value instanceof Uint8Array)) queue.push({ from: value, to });
    return to;
  };
  const result = convert(root);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) fill(next.from, next.to, convert);
  return result;
}

function shellOf(value: object): object {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return [];
  if (types.isSet(value)) return new Set();
  if (types.isMap(value)) return [...value.keys()].every((key) => typeof key === 'string') ? {} : new Map();
  return {};
}

function fill(from: object, to: object, convert: (value: unknown) => unknown): void {
  const put = (name: string, value: unknown): void => {
    Object.defineProperty(to, name, {
      value: convert(value),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
  if (Array.isArray(from)) for (const item of from) (to as unknown[]).push(convert(item));
  else if (types.isSet(from)) for (const item of from) (to as Set<unknown>).add(convert(item));
  else if (types.isMap(from)) {
    for (const [key, value] of from)
      if (types.isMap(to)) to.set(convert(key), convert(value));
      else put(key as string, value);
  } else if (from instanceof PythonRecord) {
    put('python', from.python);
    if (from.given.length > 0) put('arguments', from.given);
    if (from.state !== undefined) put('state', from.state);
  }
}
