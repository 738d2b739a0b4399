// Goal: while a large graph is built, columns are let go when nobody needs them, and the end of the list of values with them; what
// comes back is the same, whatever points to what.
// Method: graphs of more values than it takes, in which each way of making values points forward, back and far away, compared
// strictly; and the graph itself is asked for its columns after it was built.

import { expect, test } from 'vitest';
import { openSnapshot } from '../../src/format/index.js';
import { ReducerRegistry } from '../../src/graph/registry.js';
import { dumps, loads } from '../../src/index.js';
import { Modules } from '../../src/library/modules.js';
import { Restorer } from '../../src/library/snapshot.js';
import { LARGE_GRAPH } from '../../src/unpickle/letting.js';
import { TRUSTED } from '../../src/unpickle/policy.js';
import { differences } from '../helpers/same.js';

const N = LARGE_GRAPH / 2;
const some = <T>(make: (i: number) => T, count = N): T[] => Array.from({ length: count }, (_, i) => make(i));

function doublyLinked(): unknown {
  const nodes = some((id): Record<string, unknown> => ({ id, before: null, after: null }), 2 * N);
  for (let i = 1; i < nodes.length; i++) {
    (nodes[i] as Record<string, unknown>).before = nodes[i - 1];
    (nodes[i - 1] as Record<string, unknown>).after = nodes[i];
  }
  return nodes[0];
}

function nestedMaps(): unknown {
  let inner: unknown = null;
  for (let id = 0; id < 2 * N; id++) inner = id % 3 === 0 ? new Set([id, inner]) : new Map([[id, inner]]);
  return inner;
}

function mapsThatLeadBack(): unknown {
  const root: unknown[] = [];
  for (let i = 0; i < N; i++)
    root.push(
      new Map<unknown, unknown>([
        [{ i }, root],
        ['next', [i, { far: i }]],
      ]),
    );
  return root;
}

const CASES: Readonly<Record<string, () => unknown>> = {
  'frozen objects that hold others': () =>
    some((id) => Object.freeze({ id, a: { a: id }, b: { b: id }, c: [id] })),
  'frozen arrays': () => some((id) => Object.freeze([{ id }, { id }, { id }])),
  'objects of many layouts': () => some((id) => ({ [`k${id % 500}`]: { id }, at: new Date(id) })),
  'a list in both directions': doublyLinked,
  'Maps and Sets, nested': nestedMaps,
  'Maps that lead back': mapsThatLeadBack,
  'texts and numbers': () =>
    some((id) => ({ id, text: `text ${id % 100}`, other: `é ${id}`, mixed: id % 2 === 0 ? id / 3 : [id] })),
};

test.each(Object.keys(CASES))('%s come back', (name) => {
  const value = (CASES[name] as () => unknown)();
  expect(differences(value, loads(dumps(value)))).toEqual([]);
});

test('columns are let go', () => {
  const value = some((id) => ({ id, next: { text: `text ${id}` } }), LARGE_GRAPH);
  const restorer = new Restorer(openSnapshot(dumps(value)));
  const groups = restorer.groupsOf([0]);
  const graph = restorer.read(groups);
  const large = graph.segments.filter(({ rows }) => rows > 1000);
  const columns = large.map(({ properties }) => properties.length);
  restorer.build(groups, graph, {
    policy: TRUSTED,
    registry: new ReducerRegistry(),
    modules: new Modules([]),
    fileName: 'test',
  });
  expect(Math.min(...columns)).toBeGreaterThan(0);
  for (const { properties } of large) expect(properties).toEqual([]);
  expect(differences(value, restorer.value(0))).toEqual([]);
});
