// Which globals a snapshot brings: functions that go to workers that have loaded it leave these behind.

import { StoreError } from '../errors.js';
import { openSnapshot } from '../format/index.js';
import { openFile } from '../store/index.js';

/** The names of a session's snapshot. Reads its head only. */
export function namesOfSnapshot(path: string): ReadonlySet<string> {
  const file = openFile(path);
  if (file === undefined)
    throw new StoreError('STORE_READ', `cannot read "${path}"`, {
      path,
      hint: 'give the path of a snapshot',
    });
  try {
    const { bindings } = openSnapshot(file).meta.session ?? { bindings: [] };
    return new Set(bindings.map(({ name }) => name));
  } finally {
    file.close();
  }
}
