// Goal: a file written by a hostile program, checksums right, ends in a value or one of our errors: no other exception, no
// hang, no memory out of proportion, and nothing of this process changed.
// Method: thousands of changed sections and changed graphs, sealed again, from a printed seed; graphs made by hand that
// ask for as much as a few bytes can.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrineError } from '../../src/errors.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../src/format/index.js';
import { Column, type ListColumn, TAG } from '../../src/graph/column.js';
import type { Graph, Layout, Segment } from '../../src/graph/graph.js';
import { KIND_BY_NUMBER, KINDS, type Kind } from '../../src/graph/kinds.js';
import { dumps, loads } from '../../src/library/index.js';
import { reseal, type SectionName, sectionsOf } from '../helpers/reseal.js';
import { testSeed } from '../helpers/seed.js';
import { valueTable } from '../helpers/value-table.js';

const BIG = /100,000|longer than|large typed|long strings|cycles through/;
const groups = sampleGroups();

// Twelve samples of the table in each snapshot.
function sampleGroups(): Uint8Array[] {
  const samples = valueTable.filter(({ name }) => !BIG.test(name));
  const found: Uint8Array[] = [];
  for (let i = 0; i < samples.length; i += 12) {
    found.push(dumps(samples.slice(i, i + 12).map(({ make }) => make())));
  }
  return found;
}

/** Loads hostile bytes; throws when anything but a value or one of our errors comes of it, or when it takes long. */
function survive(bytes: Uint8Array, what: string): 'value' | BrineError {
  const start = performance.now();
  let result: 'value' | BrineError = 'value';
  try {
    loads(bytes, { onLoss: () => {} });
  } catch (error) {
    if (!(error instanceof BrineError)) throw new Error(`${what} let another error out`, { cause: error });
    result = error;
  }
  const ms = performance.now() - start;
  if (ms > 2000) throw new Error(`${what} took ${Math.round(ms)} ms`);
  return result;
}

const globalsBefore = new Set(Reflect.ownKeys(globalThis));
const protoBefore = Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length;

function expectUntouched(): void {
  expect(Reflect.ownKeys(globalThis).filter((key) => !globalsBefore.has(key))).toEqual([]);
  expect(Reflect.ownKeys(Object.prototype).length + Reflect.ownKeys(Array.prototype).length).toBe(
    protoBefore,
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

const seed = testSeed;
const runs = Number(process.env['BRINE_TEST_RUNS'] ?? 2000);
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 7, 8, 9, 10, 11, 0x7f, 0x80, 0xfe, 0xff), fc.nat(255));

test(`changed bytes in resealed sections end in a value or our error (seed ${seed})`, {
  timeout: 120_000,
}, () => {
  const sections = groups.map((bytes) => sectionsOf(bytes));
  const name = fc.constantFrom<SectionName>(
    'graph',
    'graph',
    'graph',
    'graph',
    'strings',
    'code',
    'blobs',
    'meta',
  );
  const edit = fc.tuple(fc.nat(2 ** 20), byte);
  let refused = 0;
  fc.assert(
    fc.property(
      fc.nat(groups.length - 1),
      name,
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (group, which, edits) => {
        const changed = new Map([...sections[group]!].map(([key, bytes]) => [key, Buffer.from(bytes)]));
        const bytes = changed.get(which)!;
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        if (survive(reseal(changed), `group ${group}, ${which}, ${JSON.stringify(edits)}`) !== 'value')
          refused++;
      },
    ),
    { seed, numRuns: runs },
  );
  expect(refused).toBeGreaterThan(runs / 10);
  expectUntouched();
});

// — graphs changed by their parts

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Mutation = (graph: Mutable<Graph>, pick: (n: number) => number) => void;

function column(tag: number, numbers: readonly number[]): Column {
  const made = new Column();
  for (const number of numbers) made.push(tag, number);
  return made;
}

function changeLayout(graph: Mutable<Graph>, pick: (n: number) => number, change: Partial<Layout>): void {
  const index = pick(graph.segments.length);
  const segment = graph.segments[index]!;
  const segments = [...graph.segments];
  segments[index] = { ...segment, layout: { ...segment.layout, ...change } };
  graph.segments = segments;
}

const MUTATIONS: readonly Mutation[] = [
  (graph, pick) =>
    changeLayout(graph, pick, { proto: pick(graph.count + 1) - 1 < 0 ? null : pick(graph.count) }),
  (graph, pick) => changeLayout(graph, pick, { flags: pick(17) }),
  (graph, pick) => {
    const index = pick(graph.segments.length);
    const { layout } = graph.segments[index]!;
    const attributes = layout.attributes.map((attribute) => (pick(3) === 0 ? pick(8) : attribute));
    const segments = [...graph.segments];
    segments[index] = { ...segments[index]!, layout: { ...layout, attributes } };
    graph.segments = segments;
  },
  (graph, pick) => {
    const index = pick(graph.segments.length);
    const { layout } = graph.segments[index]!;
    const keys = layout.keys.map((key) =>
      pick(3) > 0 ? key : pick(2) === 0 ? { symbol: pick(graph.count) } : NAMES[pick(NAMES.length)]!,
    );
    const segments = [...graph.segments];
    segments[index] = { ...segments[index]!, layout: { ...layout, keys } };
    graph.segments = segments;
  },
  // A kind with the same number of state columns of the same form.
  (graph, pick) => {
    const index = pick(graph.segments.length);
    const { layout } = graph.segments[index]!;
    const alike = [...KIND_BY_NUMBER.values()].filter(
      (kind) =>
        kind.state.length === layout.kind.state.length &&
        kind.state.every((state, i) => state.isList === layout.kind.state[i]!.isList),
    );
    const segments = [...graph.segments];
    const kind = alike[pick(alike.length)] as Kind;
    segments[index] = {
      ...segments[index]!,
      layout: { ...layout, kind, reducer: kind.name === 'custom' ? 'x' : undefined },
    };
    graph.segments = segments;
  },
  (graph, pick) => changeCell(graph, pick, (cells) => cells.push(TAG.ref, pick(graph.count))),
  (graph, pick) => changeCell(graph, pick, (cells) => cells.push(pick(4), 0)),
  (graph, pick) =>
    changeCell(graph, pick, (cells) =>
      cells.push(TAG.int, [0, -1, 1, 2 ** 31 - 1, -(2 ** 31), pick(100)][pick(6)]!),
    ),
  (graph, pick) =>
    changeCell(graph, pick, (cells) =>
      cells.push(TAG.double, [Number.NaN, 1e300, 0.5, -0, Infinity][pick(5)]!),
    ),
  (graph, pick) => changeCell(graph, pick, (cells) => cells.push(TAG.string, pick(graph.strings.length))),
  (graph, pick) => changeCell(graph, pick, (cells) => cells.push(TAG.bigint, pick(graph.strings.length))),
  (graph, pick) => changeCell(graph, pick, (cells) => cells.push(TAG.hole, 0)),
  (graph, pick) => {
    if (graph.blobs.length > 0)
      changeCell(graph, pick, (cells) => cells.push(TAG.blob, pick(graph.blobs.length)));
  },
  (graph, pick) => {
    const strings = [...graph.strings];
    strings[pick(strings.length)] = NAMES[pick(NAMES.length)]!;
    graph.strings = strings;
  },
];

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'then',
  'length',
  'stack',
  'name',
  '0',
  '4294967294',
  'toString',
  '',
];

// Replaces one cell of one column by what `write` pushes.
function changeCell(
  graph: Mutable<Graph>,
  pick: (n: number) => number,
  write: (column: Column) => void,
): void {
  const index = pick(graph.segments.length);
  const segment = graph.segments[index]!;
  const all = [...segment.state, ...segment.properties];
  if (all.length === 0) return;
  const at = pick(all.length);
  const old = all[at]!;
  const cells = 'lengths' in old ? old.items : old;
  if (cells.length === 0) return;
  const row = pick(cells.length);
  const made = new Column();
  for (let i = 0; i < cells.length; i++) {
    if (i === row) write(made);
    else {
      const tag = cells.uniformTag >= 0 ? cells.uniformTag : cells.tags[i]!;
      made.push(tag, cells.numbers[cells.isConstant ? 0 : i] ?? 0);
    }
  }
  all[at] = 'lengths' in old ? { lengths: old.lengths, items: made } : made;
  const segments = [...graph.segments];
  segments[index] = {
    ...segment,
    state: all.slice(0, segment.state.length),
    properties: all.slice(segment.state.length) as Segment['properties'],
  };
  graph.segments = segments;
}

// 160798048 once made a `prototype` row of a built-in, and its methods were cleared away.
test.each([seed, 160798048])(
  'graphs changed in kinds, layouts and cells end in a value or our error (seed %i)',
  {
    timeout: 120_000,
  },
  (seed) => {
    const snapshots = groups.map((bytes) => decodeSnapshot(bytes));
    let values = 0;
    fc.assert(
      fc.property(
        fc.nat(groups.length - 1),
        fc.array(fc.nat(MUTATIONS.length - 1), { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat(2 ** 30)),
        (group, mutations, stream) => {
          const { meta, graph } = snapshots[group] as Snapshot;
          const changed: Mutable<Graph> = { ...graph };
          const pick = (n: number): number => (stream.next().value as number) % Math.max(n, 1);
          for (const mutation of mutations) MUTATIONS[mutation]!(changed, pick);
          let bytes: Uint8Array;
          try {
            bytes = Buffer.concat(encodeSnapshot({ meta, graph: changed }));
          } catch {
            return; // the writer itself refuses what makes no graph
          }
          if (survive(bytes, `group ${group}, mutations ${mutations.join()}`) === 'value') values++;
        },
      ),
      { seed, numRuns: runs },
    );
    expect(values).toBeGreaterThan(runs / 20);
    expectUntouched();
  },
);

// — graphs that ask for too much

function snapshotOf(graph: Partial<Graph> & Pick<Graph, 'segments' | 'count'>): Uint8Array {
  const full: Graph = {
    strings: [],
    blobs: [],
    codes: [],
    rootNames: [''],
    roots: column(TAG.ref, [0]),
    ...graph,
  };
  const meta = { type: 'value', brine: '0', node: '20', values: graph.count, modules: [] } as const;
  return Buffer.concat(encodeSnapshot({ meta, graph: full }));
}

function segmentOf(
  kind: Kind,
  rows: number,
  firstId: number,
  state: Segment['state'],
  proto: number | null = null,
): Segment {
  const layout: Layout = {
    kind,
    proto: kind.hasShape ? proto : undefined,
    flags: 1,
    keys: [],
    attributes: [],
    brands: [],
    reducer: undefined,
    version: 0,
  };
  return { layout, rows, firstId, state, properties: [] };
}

/** A column of so many equal cells. */
function same(tag: number, number: number, length: number): Column {
  return column(tag, new Array<number>(length).fill(number));
}

function listOf(lengths: Column, items: Column): ListColumn {
  return { lengths, items } as unknown as ListColumn;
}

describe('files that ask for much', () => {
  const cases: readonly (readonly [string, () => Uint8Array])[] = [
    [
      'two billion empty objects',
      () => forged((w) => [2 ** 31 - 1, 0, 1, ...layoutOf(KINDS.object), w(2 ** 31 - 1)]),
    ],
    [
      'an array of a billion equal items',
      () =>
        forged((w) => [
          1,
          0,
          1,
          ...layoutOf(KINDS.array),
          w(1),
          0,
          4,
          4,
          ...le32(2 ** 30),
          0,
          0,
          1,
          w(0),
          0,
          8,
          1,
          0,
        ]),
    ],
    [
      'a million arrays of a thousand holes',
      () =>
        forged((w) => [
          3,
          0,
          1,
          ...layoutOf(KINDS.array),
          w(3),
          0,
          4,
          4,
          ...le32(2 ** 28),
          0,
          9,
          1,
          w(0),
          0,
          8,
          1,
          0,
        ]),
    ],
  ];
  test.each(cases)('%s in a few bytes are refused at once', (_, make) => {
    const before = process.memoryUsage().rss;
    const result = survive(make(), 'it');
    expect(result).toBeInstanceOf(BrineError);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
  });

  test('long sparse arrays take no room for what they do not hold', () => {
    const rows = 200;
    const segments = [
      segmentOf(KINDS.array, 1, 0, [
        listOf(
          column(TAG.int, [rows]),
          column(
            TAG.ref,
            Array.from({ length: rows }, (_, i) => i + 1),
          ),
        ),
      ]),
      segmentOf(KINDS.sparseArray, rows, 1, [
        column(TAG.int, new Array<number>(rows).fill(30_000_000)),
        listOf(column(TAG.int, new Array<number>(rows).fill(0)), new Column()),
        listOf(column(TAG.int, new Array<number>(rows).fill(0)), new Column()),
      ]),
    ];
    const before = process.memoryUsage().rss;
    expect(survive(snapshotOf({ segments, count: rows + 1 }), 'it')).toBe('value');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  test('a blob is no more than one buffer', () => {
    const rows = 1000;
    const segments = [
      segmentOf(KINDS.array, 1, 0, [
        listOf(
          column(TAG.int, [rows]),
          column(
            TAG.ref,
            Array.from({ length: rows }, (_, i) => i + 1),
          ),
        ),
      ]),
      segmentOf(KINDS.arrayBuffer, rows, 1, [
        same(TAG.blob, 0, rows),
        same(TAG.undefined, 0, rows),
        same(TAG.false, 0, rows),
      ]),
    ];
    const result = survive(snapshotOf({ segments, count: rows + 1, blobs: [new Uint8Array(2 ** 20)] }), 'it');
    expect(result).toMatchObject({ code: 'SNAPSHOT_STRUCTURE' });
  });

  test('a huge bigint that hangs at many places is read once', () => {
    const rows = 100_000;
    const segments = [
      segmentOf(KINDS.array, 1, 0, [listOf(column(TAG.int, [rows]), same(TAG.bigint, 0, rows))]),
    ];
    expect(survive(snapshotOf({ segments, count: 1, strings: ['f'.repeat(1_000_000), ''] }), 'it')).toBe(
      'value',
    );
  });

  test('values that need themselves to exist are refused', () => {
    const cyclic = segmentOf(KINDS.object, 1, 0, [], 0);
    expect(survive(snapshotOf({ segments: [cyclic], count: 1 }), 'a prototype')).toMatchObject({
      code: 'SNAPSHOT_STRUCTURE',
    });
    const bound = segmentOf(KINDS.bound, 1, 0, [
      column(TAG.ref, [0]),
      column(TAG.undefined, [0]),
      listOf(column(TAG.int, [0]), new Column()),
    ]);
    expect(survive(snapshotOf({ segments: [bound], count: 1 }), 'a bound function')).toMatchObject({
      code: 'SNAPSHOT_STRUCTURE',
    });
  });

  test('values that need each other to a great depth are refused by limit', () => {
    const depth = 5000;
    const segments = [
      segmentOf(KINDS.bound, depth, 0, [
        column(
          TAG.ref,
          Array.from({ length: depth }, (_, i) => (i + 1) % depth),
        ),
        same(TAG.undefined, 0, depth),
        listOf(same(TAG.int, 0, depth), new Column()),
      ]),
    ];
    expect(survive(snapshotOf({ segments, count: depth }), 'it')).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  test('names of the language come back as own data and pollute nothing', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'then', 'hasOwnProperty'];
    const inner = JSON.parse('{"polluted": true}') as object;
    const value = Object.fromEntries(names.map((name) => [name, inner]));
    const own = JSON.parse(`{${names.map((name) => `"${name}": {"polluted": true}`).join()}}`) as object;
    for (const copy of [loads<object>(dumps(value)), loads<object>(dumps(own))]) {
      expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
      expect(Object.keys(copy)).toEqual(names);
    }
    expectUntouched();
  });
});

// — a graph section written by hand

/** The bytes of the layout of a kind with prototype null and nothing else. */
function layoutOf(kind: Kind): number[] {
  return [kind.number, kind.hasShape ? 1 : 0, 1, 0, 0];
}

function le32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
}

class Wide {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

// Numbers above 127 are written as varints: `w(n)`, or any plain number that is larger than a byte.
function forged(make: (w: (value: number) => Wide) => readonly (number | Wide)[]): Uint8Array {
  const bytes: number[] = [];
  for (const item of make((value) => new Wide(value))) {
    let rest = item instanceof Wide ? item.value : item;
    if (!(item instanceof Wide) && rest < 256) {
      bytes.push(rest);
      continue;
    }
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
  }
  const base = sectionsOf(dumps(1));
  return reseal(base.set('graph', Buffer.from(bytes)));
}
