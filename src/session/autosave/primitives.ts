// Primitives in lines of JSON, exactly: what JSON has no word for goes as a type and a text. Pure.

/** A primitive as it stands in a line. */
export type WrittenPrimitive =
  | string
  | number
  | boolean
  | null
  | { readonly type: 'number' | 'bigint' | 'undefined'; readonly text: string };

/** A primitive that is no symbol, for a line. */
export function writePrimitive(value: unknown): WrittenPrimitive {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { type: 'number', text: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value === 'bigint') return { type: 'bigint', text: value.toString(16) };
  if (value === undefined) return { type: 'undefined', text: '' };
  return value as string | number | boolean | null;
}

/** The primitive that a line holds. Throws on what no line of brine's holds. */
export function readPrimitive(written: WrittenPrimitive): unknown {
  if (typeof written !== 'object' || written === null) return written;
  if (written.type === 'number') return Number(written.text);
  if (written.type === 'undefined') return undefined;
  return written.text.startsWith('-') ? -BigInt(`0x${written.text.slice(1)}`) : BigInt(`0x${written.text}`);
}
