// Hostile snapshots of any size that ask for as much as their bytes can: what they cost must grow as they do.

import { TAG } from '../../src/graph/column.js';
import { KINDS } from '../../src/graph/kinds.js';
import {
  column,
  groupOf,
  listColumn,
  range,
  same,
  segmentOf,
  snapshotOf,
  textColumn,
} from '../format/parts.js';
import { arrayOf, objects } from './attack.js';
import { collidingDoubles } from './collisions.js';

const ints = (numbers: readonly number[]) => column(TAG.int, numbers);

/** Families of hostile files: a snapshot of `n` of something. */
export const FAMILIES: Readonly<Record<string, (n: number) => Uint8Array>> = {
  'a chain, each value inside the one before': (n) =>
    snapshotOf([groupOf(0, [objects(range(0, n), ['next'], [column(TAG.ref, [...range(1, n - 1), 0])])])]),
  'arrays that all hold all of each other, as far as cells without bytes go': (n) => {
    const each = Math.floor(4_000_000 / n);
    const lists = listColumn(ints(new Array<number>(n).fill(each)), same(TAG.ref, 0, n * each));
    return snapshotOf([groupOf(0, [segmentOf(KINDS.array, range(0, n), [lists])])]);
  },
  'every object of a shape of its own': (n) =>
    snapshotOf([
      groupOf(
        0,
        range(0, n).map((id) => objects([id], [`a${id}`, `b${id}`], [column(TAG.ref, [0]), ints([id])])),
      ),
    ]),
  'groups that point to each other': (n) =>
    snapshotOf(
      range(0, n).map((group) =>
        groupOf(group, [segmentOf(KINDS.array, [0], [listColumn(ints([2]), column(TAG.link, [0, 1]))])], {
          links: [
            { group: (group + 1) % n, id: 0 },
            { group: (group + n - 1) % n, id: 0 },
          ],
        }),
      ),
    ),
  'Maps with each other as keys': (n) => {
    const refs = range(0, n).map((i) => (i * 7919) % n);
    const lists = (): ReturnType<typeof listColumn> =>
      listColumn(ints(new Array<number>(n).fill(1)), column(TAG.ref, refs));
    return snapshotOf([groupOf(0, [segmentOf(KINDS.map, range(0, n), [lists(), lists()])])]);
  },
  'one long text at many places': (n) => {
    const texts = textColumn(TAG.string, ['x'.repeat(n * 8)]);
    for (let i = 1; i < n; i++) texts.push(TAG.string, 0);
    return snapshotOf([groupOf(0, [segmentOf(KINDS.array, [0], [listColumn(ints([n]), texts)])])]);
  },
  'buffers that may grow to anything': (n) => {
    const blobs = range(0, n).map(() => new Uint8Array(1));
    const state = [column(TAG.blob, range(0, n)), same(TAG.int, 2 ** 20, n), same(TAG.false, 0, n)];
    const buffers = segmentOf(KINDS.arrayBuffer, range(1, n), state);
    return snapshotOf([groupOf(0, [arrayOf(0, range(1, n)), buffers], { blobs })]);
  },
  'sparse arrays of the greatest length': (n) => {
    const one = ints(new Array<number>(n).fill(1));
    const state = [
      same(TAG.double, 2 ** 32 - 1, n),
      listColumn(one, same(TAG.double, 2 ** 32 - 2, n)),
      listColumn(one, same(TAG.int, 7, n)),
    ];
    return snapshotOf([
      groupOf(0, [arrayOf(0, range(1, n)), segmentOf(KINDS.sparseArray, range(1, n), state)]),
    ]);
  },
  'keys of Maps that collide': (n) => {
    const keys = listColumn(ints([n]), column(TAG.double, collidingDoubles(n)));
    return snapshotOf([
      groupOf(0, [segmentOf(KINDS.map, [0], [keys, listColumn(ints([n]), same(TAG.int, 1, n))])]),
    ]);
  },
  'texts of code': (n) => {
    const codes = range(0, n).map((i) => ({
      ...{
        source: `() => ${'('.repeat(20)}${i}${')'.repeat(20)}`,
        form: 'arrow' as const,
        isDeclaration: false,
      },
      ...{ isStrict: false, url: '', line: 1, column: 0 },
    }));
    const state = [ints(range(0, n)), same(TAG.undefined, 0, n), same(TAG.undefined, 0, n)];
    const functions = segmentOf(KINDS.function, range(1, n), state);
    return snapshotOf([groupOf(0, [arrayOf(0, range(1, n)), functions], { codes: range(0, n) })], codes);
  },
};
