// Data mode: what would be code, or would be looked up in this process, becomes a record that says so.
//
// Nothing here compiles, imports or calls anything; whether something may be looked up is the policy's decision.

import type { CodeEntry } from '../../graph/code.js';
import { type Cells, type ListCells, TAG, tagAt } from '../../graph/column.js';
import { ATTRIBUTE, type Segment } from '../../graph/graph.js';
import { isModuleSpace } from '../../graph/specifier.js';
import { type Captured, capturedRecord, closeRecord, isCaptured, openRecord, standFor } from '../captured.js';
import type { Builder } from '../context.js';
import type { GlobalName } from '../policy.js';
import { customReviver } from './custom.js';
import { referenceReviver } from './reference.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

/** Functions, classes and methods: their name and text. */
export const inertCodeReviver: Reviver = {
  isBornEmpty: true,
  isInert: true,
  create(builder, segment, row) {
    const kind = segment.layout.kind.name as Captured['captured'];
    const source = kind === 'member' ? undefined : textOf(builder, segment, row);
    builder.withhold(kind);
    return capturedRecord({
      captured: kind,
      name: ownName(builder, segment, row),
      ...(source === undefined ? {} : { source }),
    });
  },
};

/** Everything else that is no plain data: what the file has of it, as a list. */
export const inertReviver: Reviver = {
  isBornEmpty: true,
  isInert: true,
  create(builder, segment, row) {
    const kind = segment.layout.kind.name as Captured['captured'];
    const [first] = segment.state;
    const isNamed = kind === 'host' && first !== undefined && !('lengths' in first);
    builder.withhold(kind);
    return openRecord({ captured: kind, name: isNamed ? builder.text(first, row) : '' });
  },
  fill(builder, segment, from, to) {
    for (let row = from; row < to; row++) {
      const record = builder.values[segment.firstId + row];
      if (isCaptured(record)) closeRecord(record, stateOf(builder, segment, row));
    }
  },
};

/** Bound functions: their name. */
export const inertBoundReviver: Reviver = {
  isBornEmpty: true,
  isInert: true,
  create(builder, segment, row) {
    builder.withhold('bound');
    return capturedRecord({ captured: 'bound', name: ownName(builder, segment, row) });
  },
};

/** References: what the policy allows; the name of everything else. */
export const inertReferenceReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const name = referenceName(builder, segment, row);
    const { policy } = builder.options;
    const isAllowed = isLookedUp(name) && policy.allows(name);
    const isBehind = isAllowed && policy.isPrototypeOnly(name);
    if (isAllowed && !isBehind) return referenceReviver.create(builder, segment, row);
    const record = capturedRecord({ captured: 'reference', name: [name.name, ...name.path].join('.') });
    if (isBehind) standFor(record, referenceReviver.create(builder, segment, row) as object);
    else builder.withhold('reference');
    return record;
  },
};

/** Values of registered reducers that the policy does not allow: the state. */
export const inertCustomReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const name = segment.layout.reducer as string;
    if (builder.options.policy.allows({ space: 'reducer', name, path: [] }))
      return customReviver.create(builder, segment, row);
    builder.withhold('custom');
    const record = openRecord({ captured: 'custom', name });
    builder.borrow(segment.firstId + row, record);
    return record;
  },
};

/** `arguments` objects: only text that is compiled makes real ones, so these are plain objects. */
export const inertArgumentsReviver: Reviver = {
  isBornEmpty: true,
  create: (builder, segment, row) => shell(builder, segment, row, () => ({}), false),
};

// A path of a file is nothing that data may look up, whoever allows it.
function isLookedUp(name: { readonly space: string }): name is GlobalName {
  return name.space === 'intrinsic' || name.space === 'import' || name.space === 'require';
}

interface ReferenceName {
  readonly space: string;
  readonly name: string;
  readonly path: readonly string[];
}

/** What a row of references names. */
function referenceName(builder: Builder, segment: Segment, row: number): ReferenceName {
  const [spaces, names, paths] = segment.state as [Cells, Cells, ListCells];
  const space = builder.text(spaces, row);
  if (space !== 'intrinsic' && space !== 'requireOf' && !isModuleSpace(space))
    throw builder.corrupt(`reference space ${JSON.stringify(space)} is unknown`);
  const path: string[] = [];
  builder.lists(paths, row, row + 1, (_, start, end) => {
    for (let i = start; i < end; i++) path.push(builder.text(paths.items, i));
  });
  return { space, name: builder.text(names, row), path };
}

function stateOf(builder: Builder, segment: Segment, row: number): unknown[] {
  return segment.state.map((column) => {
    if (!('lengths' in column)) return builder.value(column, row);
    const items: unknown[] = [];
    builder.lists(column, row, row + 1, (_, start, end) => {
      for (let i = start; i < end; i++) items[items.length] = builder.value(column.items, i);
    });
    return items;
  });
}

function textOf(builder: Builder, segment: Segment, row: number): string {
  const code: CodeEntry | undefined = builder.graph.codes()[builder.number(segment.state[0] as Cells, row)];
  if (code === undefined) throw builder.corrupt('a function names a text that is not there');
  return code.source;
}

// The function's own property `name`, when it is a text.
function ownName(builder: Builder, { layout, properties }: Segment, row: number): string {
  let column = 0;
  for (let k = 0; k < layout.keys.length; k++) {
    const isAccessor = ((layout.attributes[k] as number) & ATTRIBUTE.accessor) !== 0;
    if (layout.keys[k] === 'name' && !isAccessor) {
      const cells = properties[column] as Cells;
      return tagAt(cells, row) === TAG.string ? builder.text(cells, row) : '';
    }
    column += isAccessor ? 2 : 1;
  }
  return '';
}
