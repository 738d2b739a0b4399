// Which keys there are: the same for every store, so that what one keeps can go to another.
//
// A key is a path of words that cannot lead out of a folder, hide in one, or mean something to a server. Words that end in
// `.parts` are the stores' own.

import { StoreError } from '../errors.js';

const KEY_BYTES_MAX = 200;
const WORD = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/u;
// Windows opens devices under these names, in every folder.
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/**
 * True for a text that can be a key.
 *
 * @param text  Any text.
 * @returns Whether every store takes it: words of letters, digits, `.`, `_` and `-` with `/` between them, at most 200 bytes,
 *   none of them a device of Windows.
 * @see keys of unstorage
 * @example
 *   isKey('lab/monday.pkl'); // true
 *   isKey('../monday.pkl'); // false
 */
export function isKey(text: string): boolean {
  return (
    text.length <= KEY_BYTES_MAX &&
    text.split('/').every((word) => WORD.test(word) && !DEVICE.test(word) && !isPartsWord(word))
  );
}

/** Throws STORE_KEY for a text that cannot be a key. */
export function checkKey(key: string): void {
  if (typeof key === 'string' && isKey(key)) return;
  throw new StoreError('STORE_KEY', `"${String(key)}" cannot be a key of a store`, {
    path: String(key),
    hint: `a key has letters, digits, . _ - and /, at most ${KEY_BYTES_MAX}, for example work or lab/monday.pkl`,
  });
}

function isPartsWord(word: string): boolean {
  return word.toLowerCase().endsWith('.parts');
}
