// A value as JSON text, with everything that JSON cannot say named: what was left out, and what was written as something else.
//
// Iterative, and runs nothing of the value: properties are read as descriptors, so no getter and no `toJSON` is called. What a
// value is comes from its brand. Knows nothing of files.

import { types } from 'node:util';
import { tombstoneRecord } from '../../src/realm/tombstone.js';
import { isCaptured } from '../../src/unpickle/captured.js';

/** Something that JSON does not have. */
export interface JsonLoss {
  /** `.cfg.list[2]`; the empty string is the value itself. */
  readonly path: string;
  readonly what: string;
  /** What was written in its place; undefined when it was left out. */
  readonly became: string | undefined;
}

/** A value as JSON. */
export interface JsonText {
  /** The text in pieces. */
  readonly pieces: readonly string[];
  /** The first thousand. */
  readonly losses: readonly JsonLoss[];
  readonly lossCount: number;
}

/** How JSON is written. */
export interface JsonOptions {
  /** Blanks for each level; none puts all in one line. Default: 0. */
  readonly indent?: number;
  /** More characters are refused with a `RangeError`. Default: 2 ** 30. */
  readonly charactersMax?: number;
}

const LOSSES_MAX = 1000;
const PIECE = 1 << 16;
/** Characters of a path. */
const PATH_MAX = 300;

interface Frame {
  readonly value: object;
  /** Items of a list, or pairs of a name and a value. */
  readonly items: readonly unknown[] | undefined;
  readonly pairs: readonly (readonly [string, unknown])[] | undefined;
  next: number;
  isEmpty: boolean;
  readonly path: string;
  /** True within what was written before: what it loses was said there. */
  readonly isCopy: boolean;
}

/** Writes a value. Throws a `RangeError` for more than `charactersMax`. */
export function jsonText(value: unknown, options: JsonOptions = {}): JsonText {
  return new Writer(options).run(value);
}

class Writer {
  readonly #indent: number;
  readonly #charactersMax: number;
  readonly #pieces: string[] = [];
  readonly #losses: JsonLoss[] = [];
  readonly #stack: Frame[] = [];
  readonly #open = new Set<object>();
  /** Where a value was met first. */
  readonly #seen = new Map<object, string>();
  #lossCount = 0;
  #text = '';
  #characters = 0;

  constructor({ indent = 0, charactersMax = 2 ** 30 }: JsonOptions) {
    this.#indent = indent;
    this.#charactersMax = charactersMax;
  }

  run(value: unknown): JsonText {
    this.#put(value, '');
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) this.#step(frame);
    this.#pieces.push(this.#text);
    return { pieces: this.#pieces, losses: this.#losses, lossCount: this.#lossCount };
  }

  #step(frame: Frame): void {
    const { items, pairs } = frame;
    const length = (items ?? pairs ?? []).length;
    if (frame.next >= length) {
      this.#stack.pop();
      this.#open.delete(frame.value);
      if (!frame.isEmpty) this.#newLine();
      this.#write(items === undefined ? '}' : ']');
      return;
    }
    const place = frame.next++;
    if (items !== undefined) {
      this.#separate(frame);
      const item = Object.hasOwn(items, place) ? items[place] : HOLE;
      this.#put(item, `[${place}]`);
      return;
    }
    const [name, value] = (pairs as Content['pairs'] & object)[place] as readonly [string, unknown];
    const step = stepOf(name);
    if (this.#isLeftOut(value, step)) return;
    this.#separate(frame);
    this.#write(`${JSON.stringify(name)}:${this.#indent > 0 ? ' ' : ''}`);
    this.#put(value, step);
  }

  #separate(frame: Frame): void {
    if (!frame.isEmpty) this.#write(',');
    frame.isEmpty = false;
    this.#newLine();
  }

  #newLine(): void {
    if (this.#indent > 0) this.#write(`\n${' '.repeat(this.#indent * this.#stack.length)}`);
  }

  // What an object would have under a name and JSON has not.
  #isLeftOut(value: unknown, step: string): boolean {
    const what = missingIn(value) ?? this.#cycle(value);
    if (what !== undefined) this.#lose(step, what, undefined);
    return what !== undefined;
  }

  #cycle(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null || !this.#open.has(value)) return undefined;
    return `a way back to ${this.#seen.get(value) || 'the value itself'}`;
  }

  // Writes a value, or begins to.
  #put(value: unknown, step: string): void {
    const what = missingIn(value) ?? this.#cycle(value);
    if (what !== undefined) {
      this.#lose(step, what, 'null');
      this.#write('null');
    } else if (typeof value === 'object' && value !== null) this.#putObject(value, step);
    else {
      const [text, was] = primitiveText(value);
      if (was !== undefined) this.#lose(step, was, text);
      this.#write(text);
    }
  }

  #putObject(value: object, step: string): void {
    const before = this.#seen.get(value);
    const path = this.#pathOf(step);
    if (before === undefined) this.#seen.set(value, path);
    else this.#lose(step, `the same as ${before || 'the value itself'}`, 'a copy');
    const simple = simpleText(value);
    const isCopy = before !== undefined || (this.#stack.at(-1)?.isCopy ?? false);
    if (simple !== undefined) {
      if (!isCopy) this.#lose(step, simple.what, simple.became);
      this.#write(simple.text);
      return;
    }
    const { items, pairs, what, became } = contentOf(value);
    if (what !== undefined && !isCopy) this.#lose(step, what, became);
    this.#write(items === undefined ? '{' : '[');
    this.#open.add(value);
    this.#stack.push({ value, items, pairs, next: 0, isEmpty: true, path, isCopy });
    this.#loseOdd(value, items !== undefined);
  }

  // Properties that no JSON has: symbols, accessors, those that are not listed.
  #loseOdd(value: object, isList: boolean): void {
    if (types.isTypedArray(value)) return;
    for (const key of Reflect.ownKeys(value)) {
      const isIndex = isList && typeof key === 'string' && (key === 'length' || isIndexKey(key));
      if (isIndex) continue;
      const step = typeof key === 'symbol' ? `[${String(key)}]` : stepOf(key);
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      if (descriptor.get !== undefined || descriptor.set !== undefined)
        this.#lose(step, 'an accessor', undefined);
      else if (typeof key === 'symbol') this.#lose(step, 'under a symbol', undefined);
      else if (descriptor.enumerable !== true && !types.isNativeError(value))
        this.#lose(step, 'not enumerable', undefined);
      else if (isList || types.isMap(value) || types.isSet(value))
        this.#lose(step, 'a property beside the items', undefined);
    }
  }

  #lose(step: string, what: string, became: string | undefined): void {
    if (this.#stack.at(-1)?.isCopy === true) return;
    this.#lossCount++;
    if (this.#losses.length < LOSSES_MAX) this.#losses.push({ path: this.#pathOf(step), what, became });
  }

  // Long ones are shortened in the middle: a list a million links deep has a path as long.
  #pathOf(step: string): string {
    const path = (this.#stack.at(-1)?.path ?? '') + step;
    if (path.length <= PATH_MAX) return path;
    return `${path.slice(0, PATH_MAX / 3)}…${path.slice(-PATH_MAX / 3)}`;
  }

  #write(text: string): void {
    this.#text += text;
    this.#characters += text.length;
    if (this.#characters > this.#charactersMax)
      throw new RangeError(`more than ${this.#charactersMax} characters of JSON`);
    if (this.#text.length < PIECE) return;
    this.#pieces.push(this.#text);
    this.#text = '';
  }
}

const HOLE = Symbol('hole');

function isIndexKey(key: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(key);
}

function stepOf(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

// What JSON has nothing for, in words; undefined for everything else.
function missingIn(value: unknown): string | undefined {
  if (value === undefined) return 'undefined';
  if (value === HOLE) return 'a hole';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return undefined;
  const tombstone = tombstoneRecord(value);
  if (tombstone !== undefined) return `missing in the snapshot: ${tombstone.what}, ${tombstone.reason}`;
  if (typeof value === 'function') return 'a function';
  if (isCaptured(value)) return `a ${value.captured}${value.name === '' ? '' : ` ${value.name}`}`;
  if (types.isProxy(value)) return 'a proxy';
  if (types.isPromise(value)) return 'a promise';
  if (types.isWeakMap(value) || types.isWeakSet(value)) return 'a weak collection';
  return undefined;
}

function primitiveText(value: unknown): readonly [text: string, was: string | undefined] {
  if (typeof value === 'bigint') return [JSON.stringify(String(value)), 'a bigint'];
  if (typeof value === 'number' && !Number.isFinite(value)) return ['null', String(value)];
  if (Object.is(value, -0)) return ['0', '-0'];
  return [JSON.stringify(value), undefined];
}

interface Simple {
  readonly text: string;
  readonly what: string;
  readonly became: string;
}

// Objects that become one text or number.
function simpleText(value: object): Simple | undefined {
  const text = (what: string, shown: string): Simple => ({
    text: JSON.stringify(shown),
    what,
    became: 'a text',
  });
  if (types.isDate(value)) {
    const atMs = Date.prototype.getTime.call(value);
    return Number.isNaN(atMs)
      ? { text: 'null', what: 'an invalid Date', became: 'null' }
      : text('a Date', Date.prototype.toISOString.call(value));
  }
  if (types.isRegExp(value)) return text('a RegExp', RegExp.prototype.toString.call(value));
  if (types.isBoxedPrimitive(value)) {
    const inner: unknown = Reflect.apply(Object.prototype.valueOf, value, []);
    const bare = boxedValue(value);
    if (typeof bare === 'symbol') return { text: 'null', what: 'a boxed symbol', became: 'null' };
    return {
      text: primitiveText(bare ?? inner)[0],
      what: `a boxed ${typeof bare}`,
      became: `a ${typeof bare}`,
    };
  }
  if (value instanceof URL) return text('a URL', value.href);
  if (types.isAnyArrayBuffer(value))
    return text('an ArrayBuffer', Buffer.from(new Uint8Array(value)).toString('base64'));
  if (types.isDataView(value) || types.isUint8Array(value)) {
    const { buffer, byteOffset, byteLength } = value;
    const what = types.isDataView(value) ? 'a DataView' : 'bytes';
    return {
      ...text(what, Buffer.from(buffer, byteOffset, byteLength).toString('base64')),
      became: 'a text in base64',
    };
  }
  return undefined;
}

function boxedValue(value: object): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return types.isSymbolObject(value) ? Symbol.prototype.valueOf.call(value) : undefined;
}

type Content = Pick<Frame, 'items' | 'pairs'> & {
  readonly what: string | undefined;
  readonly became: string | undefined;
};

function contentOf(value: object): Content {
  const of = (content: Partial<Content>): Content => ({
    ...{ items: undefined, pairs: undefined, what: undefined, became: undefined },
    ...content,
  });
  if (Array.isArray(value)) return of({ items: value });
  if (types.isTypedArray(value)) {
    const items = Array.from(value as Iterable<unknown> as Uint8Array);
    const name = String(Reflect.get(TYPED, Symbol.toStringTag, value));
    return of({ items, what: `a ${name}`, became: 'a list' });
  }
  if (types.isSet(value))
    return of({ items: [...Set.prototype.values.call(value)], what: 'a Set', became: 'a list' });
  if (types.isMap(value)) {
    const entries = [...Map.prototype.entries.call(value)] as [unknown, unknown][];
    return entries.every(([key]) => typeof key === 'string')
      ? of({ pairs: entries as [string, unknown][], what: 'a Map', became: 'an object' })
      : of({ items: entries, what: 'a Map', became: 'a list of pairs' });
  }
  const pairs = enumerablePairs(value);
  if (types.isNativeError(value)) {
    const own = (name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;
    const head: [string, unknown][] = [
      ['name', errorName(value)],
      ['message', own('message') ?? ''],
    ];
    return of({ pairs: [...head, ...pairs], what: 'an Error', became: 'an object' });
  }
  const proto: object | null = Object.getPrototypeOf(value);
  const isPlain = proto === null || proto === Object.prototype;
  return of({ pairs, ...(!isPlain && { what: `of ${className(proto)}`, became: 'a plain object' }) });
}

const TYPED = Object.getPrototypeOf(Uint8Array.prototype) as object;

function enumerablePairs(value: object): (readonly [string, unknown])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([name, descriptor]) =>
    descriptor.enumerable === true && 'value' in descriptor
      ? [[name, descriptor.value as unknown] as const]
      : [],
  );
}

function errorName(value: object): string {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) break;
    const found: unknown = Object.getOwnPropertyDescriptor(at, 'name')?.value;
    if (typeof found === 'string') return found;
  }
  return 'Error';
}

function className(proto: object | null): string {
  if (proto === null || types.isProxy(proto)) return 'a class';
  if (isCaptured(proto)) return `a class ${proto.name}`.trimEnd();
  const made: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value;
  if (isCaptured(made)) return `class ${made.name}`;
  if (typeof made !== 'function') return 'a class';
  const name: unknown = Object.getOwnPropertyDescriptor(made, 'name')?.value;
  return typeof name === 'string' && name !== '' ? `class ${name}` : 'a class';
}
