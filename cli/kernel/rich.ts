// A value by MIME type, for whoever shows more than text: images are images, a list of records is a table, plain data is JSON. A value
// may say itself what it is, by a method `Symbol.for('Jupyter.display')`, as Deno's kernel has it.
//
// Knows nothing of protocols. Runs that method and nothing else of a value.

import { Buffer } from 'node:buffer';
import { types } from 'node:util';
import { withPristineBuiltins, withSessionBuiltins } from '../../src/realm/pristine.js';
import { tableOf } from '../../src/session/cell-output.js';
import { jsonText } from '../plain/json-text.js';

/** Images of more bytes are shown as text only. */
const IMAGE_BYTES_MAX = 16 * 2 ** 20;
/** JSON of more characters is left out; there is the text. */
const JSON_CHARACTERS_MAX = 100_000;
const TEXT_MAX = 4 * 2 ** 20;
const DISPLAY = Symbol.for('Jupyter.display');

type Bundle = Record<string, unknown>;

/** What a value is besides its text; nothing for most. */
export async function richOf(value: unknown): Promise<Bundle> {
  const own = await ownDisplay(value);
  return own ?? withPristineBuiltins(() => knownDisplay(value));
}

function knownDisplay(value: unknown): Bundle {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return {};
  if (types.isUint8Array(value)) return imageOf(value);
  const table = tableOf(value);
  if (table !== undefined) return { 'text/html': htmlOf(table), ...plainJson(value) };
  return plainJson(value);
}

const SIGNATURES: readonly (readonly [type: string, bytes: readonly (number | undefined)[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  [
    'image/webp',
    [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50],
  ],
];

function imageOf(bytes: Uint8Array): Bundle {
  if (bytes.length > IMAGE_BYTES_MAX) return {};
  const found = SIGNATURES.find(([, signature]) =>
    signature.every((byte, at) => byte === undefined || bytes[at] === byte),
  );
  if (found === undefined) return {};
  const { buffer, byteOffset, byteLength } = bytes;
  return { [found[0]]: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

// Only what JSON has all of.
function plainJson(value: object): Bundle {
  if (types.isDate(value) || types.isRegExp(value) || types.isBoxedPrimitive(value)) return {};
  try {
    const { pieces, lossCount } = jsonText(value, { charactersMax: JSON_CHARACTERS_MAX });
    return lossCount > 0 ? {} : { 'application/json': JSON.parse(pieces.join('')) as unknown };
  } catch {
    return {};
  }
}

function htmlOf({ columns, rows, rowsLeft, columnsLeft }: NonNullable<ReturnType<typeof tableOf>>): string {
  const cells = (texts: readonly string[], tag: 'th' | 'td'): string =>
    `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  const left = [
    ...(rowsLeft > 0 ? [`${rowsLeft} more rows`] : []),
    ...(columnsLeft > 0 ? [`${columnsLeft} more columns`] : []),
  ];
  const foot = left.length > 0 ? `<p>${left.join(', ')}</p>` : '';
  const body = rows.map((row) => cells(row, 'td')).join('');
  return `<table><thead>${cells(columns, 'th')}</thead><tbody>${body}</tbody></table>${foot}`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

// A getter is not asked, and a method that throws or gives something odd shows nothing.
async function ownDisplay(value: unknown): Promise<Bundle | undefined> {
  try {
    const show = methodOf(value);
    if (show === undefined) return undefined;
    const made: unknown = await withSessionBuiltins(() => Reflect.apply(show, value, []));
    return withPristineBuiltins(() => bundleOf(made));
  } catch {
    return undefined;
  }
}

function methodOf(value: unknown): ((...given: never[]) => unknown) | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) return undefined;
    const found: unknown = Object.getOwnPropertyDescriptor(at, DISPLAY)?.value;
    if (found !== undefined) return typeof found === 'function' ? (found as () => unknown) : undefined;
  }
  return undefined;
}

function bundleOf(made: unknown): Bundle | undefined {
  const { pieces } = jsonText(made, { charactersMax: TEXT_MAX });
  const plain = JSON.parse(pieces.join('')) as unknown;
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return undefined;
  const pairs = Object.entries(plain).filter(([type]) => /^[\w.+-]+\/[\w.+-]+$/.test(type));
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
