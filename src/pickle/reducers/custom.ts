// Values with a registered reducer: their row is the state that the reducer returns. A reducer that throws costs only its
// own value.

import type { Column } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { RegisteredReducer } from '../../graph/registry.js';
import { withSessionBuiltins } from '../../realm/pristine.js';
import type { Walk } from '../context.js';

/** Writes the row of a value that a registered reducer speaks for. */
export function reduceCustom(walk: Walk, place: number, value: object, registered: RegisteredReducer): void {
  let state: unknown;
  try {
    state = withSessionBuiltins(() => registered.reducer.reduce(value) as unknown);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    walk.bury(
      place,
      registered.name,
      `its reducer threw: ${message}`,
      `mend the reducer registered for ${registered.name}`,
    );
    return;
  }
  if (state === value) {
    walk.bury(
      place,
      registered.name,
      'its reducer returned the value itself',
      'return a plain state instead',
    );
    return;
  }
  const node = walk.shapes.root(KINDS.custom, undefined, 0, registered.name, registered.version);
  const segment = walk.row(node, place);
  walk.cell(segment.state[0] as Column, state, place);
}
