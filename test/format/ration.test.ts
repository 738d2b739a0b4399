// Goal: what brine writes it reads, also where the ration of cells that take no bytes is used up.
// Method: many roots of equal objects, whose columns are free, and one that links to all of them, in an index of its own.

import { expect, test } from 'vitest';
import { bytesOf } from '../../src/format/container.js';
import { openSnapshot, SnapshotWriter } from '../../src/format/index.js';
import { ReducerRegistry } from '../../src/graph/registry.js';
import { Restorer } from '../../src/library/snapshot.js';
import { walk } from '../../src/pickle/walk.js';

const META = { type: 'session', brine: '0', node: '20', values: 0, modules: [] } as const;
const SESSION = { bindings: [], cells: [], losses: [], patched: [], savedAtMs: 0, host: '', platform: '' };

test('stripes and index share one ration', () => {
  const lists = Array.from({ length: 200 }, () => Array.from({ length: 6500 }, () => ({})));
  const mixed: object[] = [];
  for (let k = 0; k < 6500; k++)
    for (let g = 0; g < 200; g++) mixed.push((lists[g] as object[])[(k + g) % 6500] as object);
  const more = Array.from({ length: 60 }, () => Array.from({ length: 10_000 }, () => ({})));
  const roots = [...lists, mixed, ...more].map((value, index) => ({ name: `r${index}`, value }));
  const sink = new SnapshotWriter(false);
  const { index } = walk(roots, { registry: new ReducerRegistry(), sink });
  const restorer = new Restorer(
    openSnapshot(Buffer.concat([...bytesOf(sink.finish(index, { ...META, session: SESSION }))])),
  );
  const groups = restorer.groupsOf(roots.map((_, root) => root));
  expect(restorer.read(groups).count).toBeGreaterThan(1_900_000);
});
