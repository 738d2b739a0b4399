// A session's snapshot of some size for tests of salvaging, and what of the file each of its names needs.

import { codeLayout } from '../../src/format/code-section.js';
import { SECTION } from '../../src/format/container.js';
import {
  bytesOf,
  type MessageSigner,
  type MetaBinding,
  openSnapshot,
  SnapshotWriter,
} from '../../src/format/index.js';
import { ReducerRegistry } from '../../src/graph/registry.js';
import { Restorer } from '../../src/library/snapshot.js';
import { walk } from '../../src/pickle/walk.js';

/** Values by name: alone, sharing parts, closures over one variable, classes, buffers. */
export function sampleValues(): Record<string, unknown> {
  class Point {
    x: number;
    #y: number;
    constructor(x: number, y: number) {
      this.x = x;
      this.#y = y;
    }
    sum(): number {
      return this.x + this.#y;
    }
  }
  let count = 7;
  const shared = {
    title: 'held by several',
    rows: Array.from({ length: 40 }, (_, i) => ({ id: i, text: `row ${i}` })),
  };
  const numbers = Float64Array.from({ length: 200 }, (_, i) => i / 3);
  const cyclic: Record<string, unknown> = { name: 'cyclic', list: [1, 'two', 3n, null] };
  cyclic['self'] = cyclic;
  const double = (x: number): number => x * 2;
  return {
    answer: 42,
    big: -(2n ** 90n),
    bytes: Uint8Array.from(Buffer.from('some bytes of a buffer '.repeat(20))),
    counter: { add: () => ++count, get: () => count },
    cyclic,
    double,
    first: { shared, own: Array.from({ length: 60 }, (_, i) => `own ${i} of the first`) },
    greeting: 'héllo, wörld',
    maps: new Map<unknown, unknown>([
      ['a', new Set([1, 2])],
      ['when', new Date(86_400_000)],
      ['how', /x+/giu],
    ]),
    numbers,
    Point,
    points: [new Point(1, 2), new Point(11, 22)],
    second: { shared, more: [shared.rows[3], shared.rows[4]] },
    shared,
    table: Object.fromEntries(
      Array.from({ length: 80 }, (_, i) => [`key ${i}`, { value: i, text: 'x'.repeat(i % 9) }]),
    ),
    view: new DataView(numbers.buffer, 80, 160),
    wide: ['日本語', '\ud800', 'plain'],
  };
}

/** The names of the sample. */
export const NAMES: readonly string[] = Object.keys(sampleValues());

/** The snapshot of values by name. */
export function sampleBytes(values: Readonly<Record<string, unknown>>, signer?: MessageSigner): Buffer {
  const sink = new SnapshotWriter();
  const roots = Object.entries(values).map(([name, value]) => ({ name, value }));
  const result = walk(roots, { registry: new ReducerRegistry(), sink });
  const bindings = roots.map(({ name }): MetaBinding => ({ name, kind: 'let', cell: 1, type: 'some type' }));
  const cells = [{ number: 1, source: 'let a = 1', startedAtMs: 1, durationMs: 1, isError: false }];
  const session = {
    bindings,
    cells,
    losses: [],
    patched: [],
    savedAtMs: 5,
    host: 'here',
    platform: 'linux x64',
  };
  const head = {
    type: 'session',
    brine: '0',
    node: '20',
    values: result.values,
    modules: [],
    session,
  } as const;
  return Buffer.concat([...bytesOf(sink.finish(result.index, head, { signer }))]);
}

/** The bytes that a name needs and that are nowhere else, as pairs of first and last + 1. */
export type Needs = ReadonlyMap<string, readonly (readonly [number, number])[]>;

/** What each name needs, by the code that loading uses. */
export function needsOf(bytes: Uint8Array): Needs {
  const reader = openSnapshot(bytes);
  const { groups, rootNames } = reader.index;
  const { sections } = reader.container;
  const range = (place: number): [number, number] => {
    const { offset, bytes: length } = sections[place] as (typeof sections)[number];
    return [offset, offset + length];
  };
  const code = sections.findIndex(({ kind }) => kind === SECTION.code);
  const [codeAt, codeEnd] = range(code);
  const { texts } = codeLayout(bytes.subarray(codeAt, codeEnd));
  const names = rootNames.map((name, root): [string, [number, number][]] => {
    const needed = new Restorer(openSnapshot(bytes)).groupsOf([root]);
    const ranges = needed.flatMap((number) => {
      const { stripes, blobSections, codes } = groups[number] as (typeof groups)[number];
      // The base has a copy.
      const own = number === 0 ? [] : [...stripes, ...blobSections.map(({ section }) => section)];
      const parts = codes.flatMap((text) => {
        const { url, source } = texts[text] as (typeof texts)[number];
        return [url, source].map(([from, to]): [number, number] => [codeAt + from, codeAt + to]);
      });
      return [...own.map(range), ...parts];
    });
    return [name, ranges];
  });
  return new Map(names);
}

/** The names that need nothing of some bytes. */
export function expectedNames(needs: Needs, from: number, to: number): Set<string> {
  const isHit = ([start, end]: readonly [number, number]): boolean => start < to && end > from;
  return new Set([...needs].filter(([, ranges]) => !ranges.some(isHit)).map(([name]) => name));
}

/** A copy with one byte changed. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ (1 << (at % 8));
  return copy;
}
