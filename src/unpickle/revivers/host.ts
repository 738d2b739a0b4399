// Objects of the platform's classes, made again of their parts. A class that this Node does not have costs only its own
// values, and what was saved of them is kept: saving them again writes the same.

import { types } from 'node:util';
import type { Cells, ListCells } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import { HOST_TYPES } from '../../graph/host-types.js';
import { RESERVED } from '../../graph/registry.js';
import { keepState } from '../../realm/tombstone.js';
import type { Builder } from '../context.js';
import { eventHosts } from '../hosts/events.js';
import { functionHosts } from '../hosts/functions.js';
import { intlHosts } from '../hosts/intl.js';
import { nodeHosts } from '../hosts/node.js';
import type { HostReviver } from '../hosts/types.js';
import { webHosts } from '../hosts/web.js';
import { isWaiting, shell } from './shell.js';
import { PENDING, type Reviver } from './types.js';

const BY_TYPE = new Map<string, HostReviver>(
  [...functionHosts, ...webHosts, ...eventHosts, ...nodeHosts, ...intlHosts].map((host) => [host.type, host]),
);

/** Revives objects of the platform's classes. */
export const hostReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const type = builder.text(segment.state[0] as Cells, row);
    const host = BY_TYPE.get(type);
    if (host === undefined) return missing(builder, segment, row, type);
    const parts = partsOf(builder, segment, row, host.needs);
    if (parts === undefined) return PENDING;
    let value: object | undefined;
    try {
      value = host.create(parts);
    } catch (error) {
      const why = `it cannot be made again here: ${error instanceof Error ? error.message : String(error)}`;
      return bury(builder, segment, row, type, why, 'make it again');
    }
    if (value === undefined) return missing(builder, segment, row, type);
    // Its class is one that only Node can name.
    if (type === 'KeyObject' || type === 'CryptoKey') return value;
    return shell(builder, segment, row, () => value, true);
  },
  fill(builder, segment, from, to) {
    for (let row = from; row < to; row++) {
      const host = BY_TYPE.get(builder.text(segment.state[0] as Cells, row));
      const value = builder.values[segment.firstId + row] as object;
      if (host?.fill === undefined || builder.isBuried(segment.firstId + row)) continue;
      host.fill(value, partsOf(builder, segment, row, 0) as unknown[]);
    }
  },
  brings: (_, object, key) => key !== 'stack' || types.isNativeError(object) === false,
};

/** An object of a class of the platform from its parts; throws where this Node cannot make it. */
export function hostFrom(type: string, parts: readonly unknown[]): object {
  const host = BY_TYPE.get(type);
  const value = host?.create(parts);
  if (host === undefined || value === undefined) throw new TypeError(`this Node has no ${type}`);
  host.fill?.(value, parts);
  return value;
}

// Undefined when one of the first `needs` parts does not exist yet.
function partsOf(
  builder: Builder,
  segment: Segment,
  row: number,
  needs = Number.POSITIVE_INFINITY,
): unknown[] | undefined {
  const parts: unknown[] = [];
  const list = segment.state[1] as ListCells;
  let isIncomplete = false;
  builder.lists(list, row, row + 1, (_, start, end) => {
    for (let i = start; i < end; i++) {
      if (i - start < needs) isIncomplete ||= isWaiting(builder, list.items, i);
      parts.push(i - start < needs ? builder.ensured(list.items, i) : builder.value(list.items, i));
    }
  });
  return isIncomplete ? undefined : parts;
}

function missing(builder: Builder, segment: Segment, row: number, type: string): unknown {
  const known = Object.hasOwn(HOST_TYPES, type);
  const why = known ? `this Node has no ${type}` : `this brine does not know ${type}`;
  const hint = known ? 'open the snapshot with a newer Node' : 'open the snapshot with a newer brine';
  const value = bury(builder, segment, row, type, why, hint) as object;
  const parts = partsOf(builder, segment, row, 0) as unknown[];
  keepState(value, { name: RESERVED.host, version: 1, state: [type, ...parts] });
  return value;
}

function bury(
  builder: Builder,
  segment: Segment,
  row: number,
  what: string,
  reason: string,
  hint: string,
): unknown {
  builder.bury(segment.firstId + row, what, reason, hint);
  return builder.values[segment.firstId + row];
}
