// A place in a section that names what it passes: every byte that is read becomes a part of exactly one piece.
//
// Knows the small parts that all sections are made of (numbers, strings, texts); knows nothing of sections.

import { ByteReader, type Numbers, type NumbersType } from '../../format/bytes.js';

/** Some bytes of a snapshot, in the words of the format page. */
export interface Piece {
  /** From the start of the file. */
  readonly offset: number;
  readonly bytes: number;
  /** `header`, `table`, or the name of the section with its place: `stripe 4`. */
  readonly section: string;
  readonly what: string;
  /** What the bytes say, in short; of lists the first few. */
  readonly value: string;
}

const SHOWN = 6;
const TEXT_SHOWN = 24;
const UNSIGNED: Readonly<Record<number, NumbersType>> = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
const SIGNED: Readonly<Record<number, NumbersType>> = { 1: Int8Array, 2: Int16Array, 4: Int32Array };

/** Reads one section. */
export class Cursor {
  readonly pieces: Piece[] = [];
  private readonly reader: ByteReader;
  private readonly base: number;
  private readonly section: string;

  /** @param base  Where the section starts in the file. */
  constructor(bytes: Uint8Array, base: number, section: string) {
    this.reader = new ByteReader(bytes, section);
    this.base = base;
    this.section = section;
  }

  get remaining(): number {
    return this.reader.remaining;
  }

  u8(what: string, shown: (value: number) => string = String): number {
    const start = this.reader.offset;
    const value = this.reader.u8();
    this.add(start, what, shown(value));
    return value;
  }

  varint(what: string, shown: (value: number) => string = String): number {
    const start = this.reader.offset;
    const value = this.reader.varint();
    this.add(start, what, shown(value));
    return value;
  }

  /** A whole number of a fixed width. */
  fixed(bytes: 2 | 4 | 8, what: string, shown: (value: number) => string = String): number {
    const start = this.reader.offset;
    const view = this.reader.raw(bytes);
    const value = bytes === 8 ? Number(view.readBigUInt64LE(0)) : view.readUIntLE(0, bytes);
    this.add(start, what, shown(value));
    return value;
  }

  raw(bytes: number, what: string, value = ''): void {
    if (bytes === 0) return;
    const start = this.reader.offset;
    this.reader.raw(bytes);
    this.add(start, what, value);
  }

  /** Text in UTF-8. */
  text(bytes: number, what: string): void {
    const start = this.reader.offset;
    const view = this.reader.raw(bytes);
    this.add(start, what, brief(view.toString('utf8', 0, 80)));
  }

  align(width: number): void {
    const start = this.reader.offset;
    this.reader.align(width);
    this.add(start, 'padding', '');
  }

  /** `numbers(n)` */
  numbers(count: number, what: string): Numbers {
    if (count === 0) return new Uint8Array(0);
    return this.ofWidth(this.u8(`${what}: width`), count, what, UNSIGNED);
  }

  /** Tags, a byte each. */
  tags(count: number, what: string): Uint8Array {
    const start = this.reader.offset;
    const view = this.reader.raw(count);
    this.add(start, what, '');
    return view;
  }

  /** `whole(n)`, and with it `ids(n)`. Gives their sum. */
  whole(count: number, what: string, isSigned = false): number {
    if (count === 0) return 0;
    const width = this.u8(`${what}: width`, (value) => (value === 0 ? '0: runs' : String(value)));
    if (width !== 0) return sumOf(this.ofWidth(width, count, what, isSigned ? SIGNED : UNSIGNED));
    const runs = this.varint(`${what}: number of runs`);
    const starts = this.ofWidth(4, runs, `${what}: starts`, isSigned ? SIGNED : UNSIGNED);
    const lengths = this.ofWidth(4, runs, `${what}: lengths`, UNSIGNED);
    let sum = 0;
    starts.forEach((first, run) => {
      const length = lengths[run] as number;
      sum += length * first + (length * (length - 1)) / 2;
    });
    return sum;
  }

  doubles(count: number, what: string): void {
    const width = this.u8(`${what}: width`);
    if (width !== 8) throw this.reader.corrupt(`doubles ${width} bytes wide`);
    this.ofWidth(8, count, what, { 8: Float64Array });
  }

  /** `strings(n)`; gives the first few, for whoever names things by them. */
  strings(count: number, what: string): string[] {
    if (count === 0) return [];
    const isBoth = this.u8(`${what}: wide`) === 1;
    const heads = this.numbers(count, `${what}: ${isBoth ? 'heads' : 'lengths'}`);
    const isWide = (head: number): boolean => isBoth && head % 2 === 1;
    const unitsOf = (head: number): number => (isBoth ? head >>> 1 : head);
    let [narrow, wide] = [0, 0];
    for (const head of heads) isWide(head) ? (wide += unitsOf(head)) : (narrow += unitsOf(head));
    const latin1 = this.view(narrow, what, 'latin1');
    if (isBoth) this.align(2);
    const utf16 = this.view(wide * 2, what, 'utf16le');
    let [narrowAt, wideAt] = [0, 0];
    return Array.from(heads, (head) => {
      const units = unitsOf(head);
      if (isWide(head)) return utf16.slice(wideAt, (wideAt += units));
      return latin1.slice(narrowAt, (narrowAt += units));
    });
  }

  /** `texts(n)` */
  texts(count: number, what: string): void {
    const isTable = this.u8(`${what}: texts`, (mode) => (mode === 0 ? '0: in order' : '1: a table')) === 1;
    if (!isTable) return void this.strings(count, what);
    this.strings(this.varint(`${what}: texts in the table`), what);
    this.numbers(count, `${what}: index`);
  }

  /** Throws unless everything was read. */
  end(): void {
    this.reader.end();
  }

  corrupt(why: string): Error {
    return this.reader.corrupt(why);
  }

  private view(bytes: number, what: string, encoding: 'latin1' | 'utf16le'): string {
    if (bytes === 0) return '';
    const start = this.reader.offset;
    const text = this.reader.raw(bytes).toString(encoding);
    this.add(start, `${what}: ${encoding === 'latin1' ? 'latin1' : 'utf16'}`, brief(text));
    return text;
  }

  private ofWidth(
    width: number,
    count: number,
    what: string,
    types: Readonly<Record<number, NumbersType>>,
  ): Numbers {
    const Type = types[width];
    if (Type === undefined) throw this.reader.corrupt(`numbers ${width} bytes wide`);
    this.align(width);
    const start = this.reader.offset;
    const numbers = this.reader.numbers(Type, count);
    const shown = Array.from(numbers.subarray(0, SHOWN)).join(', ');
    this.add(start, what, count > SHOWN ? `${shown}, … (${count})` : shown);
    return numbers;
  }

  private add(start: number, what: string, value: string): void {
    const bytes = this.reader.offset - start;
    if (bytes > 0) this.pieces.push({ offset: this.base + start, bytes, section: this.section, what, value });
  }
}

function sumOf(numbers: Numbers): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function brief(text: string): string {
  return JSON.stringify(text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)}…` : text);
}
