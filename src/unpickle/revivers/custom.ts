// Values of registered reducers. Two-step ones exist at once; the others are made when their state is complete.

import type { Segment } from '../../graph/graph.js';
import type { RegisteredReducer } from '../../graph/registry.js';
import { withSessionBuiltins } from '../../realm/pristine.js';
import type { Builder } from '../context.js';
import { PENDING, type Reviver } from './types.js';

/** Revives values of registered reducers. */
export const customReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const registered = registeredOf(builder, segment);
    if (registered?.reducer.create === undefined) return PENDING;
    try {
      return withSessionBuiltins(() => registered.reducer.create?.(segment.layout.version) as unknown);
    } catch (error) {
      buryCustom(builder, segment, row, `its reviver threw: ${messageOf(error)}`);
      return builder.values[segment.firstId + row];
    }
  },
};

/** The reducer that a layout names, or undefined when none is registered here. */
export function registeredOf(builder: Builder, segment: Segment): RegisteredReducer | undefined {
  return builder.options.registry.forName(segment.layout.reducer as string);
}

/** Makes a custom value a tombstone. */
export function buryCustom(builder: Builder, segment: Segment, row: number, reason: string): void {
  const name = segment.layout.reducer as string;
  const hint = `register a reducer named ${JSON.stringify(name)} before loading`;
  builder.bury(segment.firstId + row, name, reason, hint);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
