// Values of registered reducers. Two-step ones exist at once, and so does one whose state is a primitive; the others are
// made when their state is complete. What has no reducer here goes by the option `onMissing`; its state is kept, so that
// saving it again writes what was loaded.

import { UnpicklingError } from '../../errors.js';
import { type Cells, TAG, tagAt } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import { migrated } from '../../graph/migrate.js';
import { RESERVED, ReducerRegistry, type RegisteredReducer } from '../../graph/registry.js';
import { MissingRecord } from '../../realm/missing-record.js';
import { withSessionBuiltins } from '../../realm/pristine.js';
import { keepState } from '../../realm/tombstone.js';
import type { Builder } from '../context.js';
import { viewOn } from './buffers.js';
import { hostFrom } from './host.js';
import { PENDING, type Reviver } from './types.js';

/** Revives values of registered reducers. */
export const customReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const registered = registeredOf(builder, segment);
    const hasSteps = registered?.reducer.create !== undefined;
    if (registered === undefined || (!hasSteps && tagAt(segment.state[0] as Cells, row) === TAG.ref))
      return PENDING;
    if (!hasSteps) {
      reviveCustom(builder, segment, row);
      return builder.values[segment.firstId + row];
    }
    if (segment.layout.version > registered.version) return PENDING;
    try {
      return withSessionBuiltins(() => registered.reducer.create?.(segment.layout.version) as unknown);
    } catch (error) {
      buryCustom(builder, segment, row, `its reviver threw: ${messageOf(error)}`);
      return builder.values[segment.firstId + row];
    }
  },
};

/** Revives the value of a row from its state, which is complete. */
export function reviveCustom(builder: Builder, segment: Segment, row: number): void {
  const id = segment.firstId + row;
  const { reducer: name, version } = segment.layout as { reducer: string; version: number };
  const registered = registeredOf(builder, segment);
  if (registered === undefined) return miss(builder, segment, row);
  if (builder.isBuried(id)) return;
  if (version > registered.version) {
    const why = `it was saved by version ${version} of its reducer; version ${registered.version} is registered here`;
    return buryCustom(builder, segment, row, why, `register a newer reducer named ${JSON.stringify(name)}`);
  }
  try {
    const now = migrated(registered, builder.value(segment.state[0] as Cells, row), version);
    const { reducer } = registered;
    if (reducer.create === undefined)
      builder.settle(
        id,
        withSessionBuiltins(() => reducer.revive?.(now.state, now.version) as unknown),
      );
    else withSessionBuiltins(() => reducer.fill?.(builder.values[id] as object, now.state, now.version));
  } catch (error) {
    buryCustom(builder, segment, row, `its reviver threw: ${messageOf(error)}`);
  }
}

/** The reducer that a layout names, or undefined when none is registered here. */
export function registeredOf(builder: Builder, segment: Segment): RegisteredReducer | undefined {
  const name = segment.layout.reducer as string;
  return builder.options.registry.forName(name) ?? BUILT_IN.forName(name);
}

// No reducer of that name is here.
function miss(builder: Builder, segment: Segment, row: number): void {
  const id = segment.firstId + row;
  const { reducer: name, version } = segment.layout as { reducer: string; version: number };
  const state = builder.value(segment.state[0] as Cells, row);
  const { onMissing = 'tombstone' } = builder.options;
  const record = new MissingRecord(name, version, state);
  if (onMissing === 'throw') {
    throw new UnpicklingError(
      'UNPICKLE_MISSING',
      `no reducer named ${JSON.stringify(name)} is registered here`,
      {
        hint: 'register it before loading, or load with `onMissing: "record"`',
      },
    );
  }
  if (typeof onMissing === 'function') {
    try {
      const made = withSessionBuiltins(() => onMissing(record));
      if (made !== undefined) return builder.settle(id, made);
    } catch (error) {
      return buryCustom(builder, segment, row, `onMissing threw: ${messageOf(error)}`);
    }
  }
  if (onMissing === 'record') return builder.settle(id, record);
  const [why, hint] = MISSING[name] ?? ['no reducer of that name is registered here', undefined];
  buryCustom(builder, segment, row, why, hint);
}

const MISSING: Readonly<Record<string, readonly [string, string]>> = {
  __proto__: null as never,
  [RESERVED.persistent]: ['it was named rather than saved', 'load it with the option `persistentLoad`'],
  [RESERVED.buffer]: ['its memory was handed over beside the file', 'load it with the option `buffers`'],
};

const BUILT_IN = new ReducerRegistry();
BUILT_IN.reserve(RESERVED.host, ([type, ...parts]) => hostFrom(type, parts));
BUILT_IN.reserve(RESERVED.typed, ([type, buffer, offset, length]) => viewOn(type, buffer, offset, length));

/** Makes a custom value a tombstone. */
export function buryCustom(
  builder: Builder,
  segment: Segment,
  row: number,
  reason: string,
  cure?: string,
): void {
  const { reducer: name, version } = segment.layout as { reducer: string; version: number };
  const hint = cure ?? `register a reducer named ${JSON.stringify(name)} before loading`;
  const id = segment.firstId + row;
  const state = builder.value(segment.state[0] as Cells, row);
  builder.bury(id, name, reason, hint);
  keepState(builder.values[id] as object, { name, version, state });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
