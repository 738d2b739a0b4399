// A state of an older version made one of the reducer's own, step by step. Knows nothing of graphs.

import { withSessionBuiltins } from '../realm/pristine.js';
import type { RegisteredReducer } from './registry.js';

/** The state after all migrations that apply, and the version it then has. */
export function migrated(
  { reducer, version: goal }: RegisteredReducer,
  state: unknown,
  version: number,
): { state: unknown; version: number } {
  const { migrations } = reducer;
  let at = version;
  let now = state;
  while (at < goal && migrations !== undefined && Object.hasOwn(migrations, at)) {
    const step = migrations[at] as (state: unknown) => unknown;
    const before = now;
    now = withSessionBuiltins(() => step(before));
    at++;
  }
  return { state: now, version: at };
}
