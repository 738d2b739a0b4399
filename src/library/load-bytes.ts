// Unpickles bytes in memory as a file is loaded: modules that they name are imported first, for which `loads` has no time.

import { type LoadValueOptions, Unpickler } from './unpickler.js';

/** The value of a snapshot in memory. Throws as `load` does. */
export function loadBytes<T>(bytes: Uint8Array, options: LoadValueOptions): Promise<{ readonly value: T }> {
  return new Unpickler(options).load<T>(only(bytes));
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
