// The path that a caller names as a text or a URL. An address of a server is no path, and says so before a file of such a name is
// looked for. Knows nothing of files.

import { fileURLToPath } from 'node:url';
import { StoreError } from '../errors.js';

/** What begins like the address of a server; `sqlite:lab.db` could be the name of a file. */
const SERVER = /^(?:https?|rediss?|s3):\/\//iu;

/**
 * The path of a place.
 *
 * @param place  A path, or a file URL.
 * @throws {StoreError} STORE_ADDRESS for a URL that leads to no file, and for the address of a server.
 * @example
 *   pathOf(new URL('file:///work.pkl')); // '/work.pkl'
 */
export function pathOf(place: string | URL): string {
  if (typeof place === 'string') {
    if (SERVER.test(place)) throw noFile(place.slice(0, place.indexOf(':') + 1));
    return place;
  }
  try {
    return fileURLToPath(place);
  } catch (error) {
    throw noFile(String(place.protocol), error);
  }
}

// The rest of it may be a password.
function noFile(protocol: string, cause?: unknown): StoreError {
  if (protocol === 'file:')
    return new StoreError(
      'STORE_ADDRESS',
      `this file URL leads to no file here: ${(cause as Error).message}`,
      {
        hint: 'give a path, or pathToFileURL(path)',
        cause,
      },
    );
  return new StoreError('STORE_ADDRESS', `an address with ${protocol} is no file`, {
    hint: 'openStore of brine/stores reaches it: const { store, key } = await openStore(address), then load(store.get(key)) or store.put(key, dumps(value)); a session takes what openStore gives',
    cause,
  });
}
