// Texts to bytes and back by the functions that `write` and `toString` of a Buffer call in the end: on their way these are
// compiled when they are first called, with tables for every encoding, which a first save would wait for.
//
// Where a Node has no such functions, the public ones do the same. Knows nothing of what the texts mean.

interface NativeTexts {
  latin1Write?(text: string, at: number, length: number): number;
  ucs2Write?(text: string, at: number, length: number): number;
  latin1Slice?(from: number, to: number): string;
  ucs2Slice?(from: number, to: number): string;
  utf8Slice?(from: number, to: number): string;
}

const apply = Reflect.apply;
const { latin1Write, ucs2Write, latin1Slice, ucs2Slice, utf8Slice } = Buffer.prototype as NativeTexts;

/** Writes a text of units up to 0xFF, for which there is room, a byte a unit. */
export function writeLatin1(buffer: Buffer, text: string, at: number): void {
  if (latin1Write === undefined) buffer.write(text, at, 'latin1');
  else apply(latin1Write, buffer, [text, at, text.length]);
}

/** Writes a text for which there is room, two bytes a unit. */
export function writeUtf16(buffer: Buffer, text: string, at: number): void {
  if (ucs2Write === undefined) buffer.write(text, at, 'utf16le');
  else apply(ucs2Write, buffer, [text, at, text.length * 2]);
}

/** The text of bytes that are a unit each. */
export function latin1Of(buffer: Buffer, from: number, to: number): string {
  if (latin1Slice === undefined) return buffer.toString('latin1', from, to);
  return apply(latin1Slice, buffer, [from, to]) as string;
}

/** The text of bytes of which two are a unit. */
export function utf16Of(buffer: Buffer, from: number, to: number): string {
  if (ucs2Slice === undefined) return buffer.toString('utf16le', from, to);
  return apply(ucs2Slice, buffer, [from, to]) as string;
}

/** The text of bytes in UTF-8. */
export function utf8Of(buffer: Buffer): string {
  if (utf8Slice === undefined) return buffer.toString('utf8');
  return apply(utf8Slice, buffer, [0, buffer.length]) as string;
}
