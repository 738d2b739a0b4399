// The sections of a snapshot, byte by byte. See docs/FORMAT.md §4 to §8, §14 and §16.

import type { Index, SnapshotReader } from '../../format/index.js';
import { CODE_FORMS } from '../../graph/code.js';
import { propertyColumnCount } from '../../graph/graph.js';
import { KIND_BY_NUMBER, type Kind } from '../../graph/kinds.js';
import { column, listColumn } from './columns.js';
import type { Cursor } from './cursor.js';

/** What is known of a snapshot when its sections are passed. */
export interface Surroundings {
  readonly reader: SnapshotReader;
  /** The place of the section in the table. */
  readonly place: number;
}

type Pass = (cursor: Cursor, surroundings: Surroundings) => void;

/** How each kind of section is passed; others are one piece. */
export const PASSES: Readonly<Record<string, Pass>> = {
  meta: (cursor) => cursor.text(cursor.remaining, 'JSON'),
  index,
  code,
  stripe,
  blobs,
  signature,
  spare,
};

function index(cursor: Cursor): void {
  const groups = cursor.varint('groups');
  for (let number = 0; number < groups; number++) group(cursor, `group ${number}`);
  const names = cursor.varint('names');
  cursor.strings(names, 'names');
  links(cursor, 'links of the roots');
  column(cursor, names, 'roots');
}

function group(cursor: Cursor, name: string): void {
  cursor.varint(`${name}: values`);
  cursor.varint(`${name}: unit`);
  cursor.varint(`${name}: freeCells`);
  times(cursor.varint(`${name}: stripes`), () => cursor.varint(`${name}: place of a stripe`));
  times(cursor.varint(`${name}: codes`), () => cursor.varint(`${name}: code`));
  const blobCount = cursor.varint(`${name}: blobs`);
  times(blobCount, () => cursor.varint(`${name}: length of a blob`));
  if (blobCount > 0)
    times(cursor.varint(`${name}: sections of blobs`), () => {
      cursor.varint(`${name}: place of blobs`);
      cursor.varint(`${name}: count of blobs there`);
    });
  links(cursor, `${name}: links`);
}

function links(cursor: Cursor, what: string): void {
  const count = cursor.varint(what);
  cursor.whole(count, `${what}: groups`);
  cursor.whole(count, `${what}: values`);
}

function code(cursor: Cursor): void {
  const count = cursor.varint('count');
  for (let at = 0; at < count; at++) {
    cursor.u8(`text ${at}: form`, (form) => CODE_FORMS[form] ?? `form ${form}`);
    cursor.u8(`text ${at}: flags`);
    cursor.varint(`text ${at}: line`);
    cursor.varint(`text ${at}: column`);
  }
  cursor.strings(count * 2, 'urls and sources');
}

interface Head {
  readonly kind: Kind;
  readonly attributes: readonly number[];
  readonly keys: readonly string[];
  readonly brands: { readonly names: readonly string[] }[];
  readonly rows: number;
}

function stripe(cursor: Cursor): void {
  cursor.varint('group');
  const names = cursor.strings(cursor.varint('names'), 'names');
  const count = cursor.varint('segments');
  const heads: Head[] = [];
  for (let at = 0; at < count; at++) heads.push(head(cursor, `segment ${at}`, names));
  heads.forEach((segment, at) => columns(cursor, `segment ${at}`, segment));
}

function head(cursor: Cursor, name: string, names: readonly string[]): Head {
  const nameOf = (at: number): string => names[at] ?? '?';
  const number = cursor.varint(`${name}: kind`, (kind) => KIND_BY_NUMBER.get(kind)?.name ?? String(kind));
  const kind = KIND_BY_NUMBER.get(number);
  if (kind === undefined) throw cursor.corrupt(`kind ${number} is unknown`);
  if (kind.name === 'custom') {
    cursor.varint(`${name}: reducer`, nameOf);
    cursor.varint(`${name}: version`);
  }
  cursor.varint(`${name}: proto`, (proto) =>
    proto === 0 ? 'none' : proto === 1 ? 'null' : pointer(proto - 2),
  );
  cursor.varint(`${name}: flags`);
  const keys: string[] = [];
  const attributes: number[] = [];
  times(cursor.varint(`${name}: keys`), () => {
    const shown = (key: number): string =>
      key % 2 === 0 ? nameOf(key / 2) : `symbol, ${pointer(Math.floor(key / 2))}`;
    keys.push(shown(cursor.varint(`${name}: key`, shown)));
    attributes.push(cursor.u8(`${name}: attributes`));
  });
  const brands: { names: string[] }[] = [];
  times(cursor.varint(`${name}: brands`), () => {
    cursor.varint(
      `${name}: owner`,
      (owner) => `${pointer(Math.floor(owner / 2))}${owner % 2 === 1 ? ', static' : ''}`,
    );
    const own: string[] = [];
    times(cursor.varint(`${name}: private names`), () =>
      own.push(nameOf(cursor.varint(`${name}: private name`, nameOf))),
    );
    brands.push({ names: own });
  });
  const rows = cursor.varint(`${name}: rows`);
  cursor.whole(rows, `${name}: ids`);
  return { kind, attributes, keys, brands, rows };
}

function pointer(code: number): string {
  return `${code % 2 === 1 ? 'link' : 'id'} ${Math.floor(code / 2)}`;
}

function columns(cursor: Cursor, name: string, segment: Head): void {
  const { kind, rows } = segment;
  for (const { name: state, isList } of kind.state) {
    if (isList) listColumn(cursor, rows, `${name}: ${state}`);
    else column(cursor, rows, `${name}: ${state}`);
  }
  const names = columnNames(segment);
  for (let at = 0; at < propertyColumnCount(segment); at++)
    column(cursor, rows, `${name}: ${names[at] ?? 'property'}`);
}

function columnNames({ kind, keys, attributes, brands }: Head): string[] {
  const own = keys.flatMap((key, at) => {
    const isAccessor =
      propertyColumnCount({ kind, attributes: [attributes[at] as number], brands: [] }) === 2;
    return isAccessor ? [`${key}, getter`, `${key}, setter`] : [key];
  });
  return [...own, ...brands.flatMap(({ names }) => names)];
}

function blobs(cursor: Cursor, { reader, place }: Surroundings): void {
  for (const bytes of blobsAt(reader.index, place)) {
    cursor.align(8);
    cursor.raw(bytes, 'blob', `${bytes} bytes`);
  }
}

function blobsAt({ groups }: Index, place: number): readonly number[] {
  for (const { blobBytes, blobSections } of groups) {
    let first = 0;
    for (const { section, blobs: count } of blobSections) {
      if (section === place) return blobBytes.slice(first, first + count);
      first += count;
    }
  }
  return [];
}

function signature(cursor: Cursor, { reader }: Surroundings): void {
  for (let place = 0; place + 1 < reader.container.sections.length; place++)
    cursor.raw(32, `digest of section ${place}`);
  cursor.raw(32, 'mac');
  if (cursor.remaining === 0) return;
  cursor.raw(32, 'publicKey');
  cursor.raw(64, 'signature');
}

function spare(cursor: Cursor): void {
  cursor.raw(8, 'magic');
  cursor.fixed(8, 'offset');
  cursor.fixed(8, 'bytes');
  cursor.fixed(8, 'fileBytes');
  const stored = cursor.fixed(8, 'storedBytes');
  const raw = cursor.fixed(8, 'rawBytes');
  cursor.fixed(4, 'sections');
  cursor.fixed(4, 'crc', hex);
  cursor.raw(stored, 'content', stored === raw ? 'as it is' : 'raw DEFLATE');
  cursor.raw(cursor.remaining, 'zeros');
}

/** A checksum as the documents write it. */
export function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function times(count: number, pass: () => void): void {
  for (let at = 0; at < count; at++) pass();
}
