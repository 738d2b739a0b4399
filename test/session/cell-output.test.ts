// Goal: what is kept of what a cell showed is bounded, has no colours, and runs nothing of the value's; all outputs together
// stay within their budget, the newest first.
// Method: values of every sort, large ones, ones whose getters, traps and iterators throw; lists of cells.

import { expect, test } from 'vitest';
import { charactersOf, keepWithinBudget, outputWith } from '../../src/evaluator/outputs.js';
import type { Cell } from '../../src/evaluator/types.js';
import { OUTPUT_CHARACTERS_MAX, outputOf, plotOf, tableOf } from '../../src/session/cell-output.js';

test('a cell that showed nothing has no output', () => {
  expect(outputOf({ printed: '' })).toBe(undefined);
  expect(outputOf({})).toBe(undefined);
});

test('colours are taken out, and long texts are cut between characters', () => {
  expect(outputOf({ printed: '\u001b[32mgreen\u001b[39m\n', text: '\u001b[33m7\u001b[39m' })).toEqual({
    printed: 'green\n',
    text: '7',
  });
  const long = outputOf({
    text: `${'a'.repeat(OUTPUT_CHARACTERS_MAX - 1)}😀b`,
    printed: 'x',
    printedLeft: 5,
  });
  expect(long).toEqual({ printed: 'x', text: 'a'.repeat(OUTPUT_CHARACTERS_MAX - 1), left: 8 });
});

test('a list of records is a table of its first rows and columns', () => {
  const many = Array.from({ length: 25 }, (_, id) => ({ id, name: `n${id}` }));
  expect(tableOf(many)).toEqual({
    columns: ['id', 'name'],
    rows: many.slice(0, 20).map(({ id, name }) => [String(id), name]),
    rowsLeft: 5,
    columnsLeft: 0,
  });
  const wide = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`k${at}`, at]));
  expect(tableOf([wide])?.columnsLeft).toBe(2);
  expect(tableOf([{ a: 1 }, { b: 'x'.repeat(100), c: [1] }])?.rows).toEqual([
    ['1', '', ''],
    ['', `${'x'.repeat(59)}…`, '[ 1 ]'],
  ]);
  expect(
    tableOf([
      [1, 2],
      [3, 4],
    ]),
  ).toMatchObject({
    columns: ['0', '1'],
    rows: [
      ['1', '2'],
      ['3', '4'],
    ],
  });
});

test.each([
  ['no list', { a: 1 }],
  ['an empty list', []],
  ['numbers', [1, 2]],
  ['records and a number', [{ a: 1 }, 2]],
  ['dates', [new Date()]],
  ['maps', [new Map([[1, 2]])]],
  ['bytes', [new Uint8Array(3)]],
  ['empty records', [{}, {}]],
  ['holes', [, { a: 1 }]],
  ['records with too many keys', [Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [at, 1]))]],
  ['a proxy', new Proxy([{ a: 1 }], {})],
])('of %s there is no table', (_, value) => {
  expect(tableOf(value)).toBe(undefined);
});

test('a list of numbers is its course, with the peaks of long ones', () => {
  expect(plotOf([1, 2, Number.NaN, 4, 5.123456789])).toEqual({ values: [1, 2, null, 4, 5.12346], count: 5 });
  const peaked = new Float64Array(20_000);
  peaked[12_345] = 99;
  peaked[777] = -99;
  const plot = plotOf(peaked);
  expect(plot?.count).toBe(20_000);
  expect(plot?.values.length).toBeLessThanOrEqual(240);
  expect(plot?.values).toEqual(expect.arrayContaining([99, -99]));
  const rising = plotOf(Array.from({ length: 1000 }, (_, at) => at))?.values as number[];
  expect(rising).toEqual([...rising].sort((a, b) => a - b));
});

test.each([
  ['few numbers', [1, 2, 3, 4]],
  ['texts', ['1', '2', '3', '4', '5']],
  ['bigints', new BigInt64Array(9)],
  ['a hole', [1, 2, , 4, 5]],
  ['an array-like', { length: 9, 0: 1 }],
])('of %s there is no course', (_, value) => {
  expect(plotOf(value)).toBe(undefined);
});

test('nothing of the value runs', () => {
  const bomb = (): never => {
    throw new Error('it ran');
  };
  const list: unknown[] = [Object.defineProperty({ a: 1 }, 'b', { get: bomb, enumerable: true })];
  Object.defineProperty(list, Symbol.iterator, { value: bomb });
  expect(tableOf(list)?.rows).toEqual([['1', 'accessor']]);
  const trapped = new Proxy({}, { get: bomb, ownKeys: bomb, getOwnPropertyDescriptor: bomb });
  expect(tableOf([trapped])).toBe(undefined);
  expect(outputOf({ value: trapped })).toBe(undefined);
  const typed = new Float64Array(6);
  Object.defineProperty(typed, 'length', { get: bomb });
  expect(plotOf(typed)?.count).toBe(6);
  const numbers = [1, 2, 3, 4, 5];
  Object.defineProperty(numbers, 2, { get: bomb });
  expect(plotOf(numbers)).toBe(undefined);
});

test('of a list of millions of numbers some are looked at', () => {
  const numbers: unknown[] = new Array(1_000_000).fill(1);
  numbers[7] = 'no number, where nobody looks';
  expect(plotOf(numbers)?.count).toBe(1_000_000);
});

const cell = (number: number, text: string): Cell => ({
  ...{ number, source: 'x', startedAtMs: 0, durationMs: 0, isError: false },
  output: { text },
});

test('outputs of the oldest cells give way, and say how long they were', () => {
  const cells = [cell(1, 'aaaa'), cell(2, 'bbb'), cell(3, 'cc'), { ...cell(4, ''), output: { left: 3 } }];
  keepWithinBudget(cells, 5);
  expect(cells.map(({ output }) => output)).toEqual([
    { left: 4 },
    { text: 'bbb' },
    { text: 'cc' },
    { left: 3 },
  ]);
  keepWithinBudget(cells, 1);
  expect(cells.map(({ output }) => output)).toEqual([{ left: 4 }, { left: 3 }, { left: 2 }, { left: 3 }]);
});

test('tables and courses count, and texts of tables can be changed like others', () => {
  const table = { columns: ['ab'], rows: [['cd']], rowsLeft: 0, columnsLeft: 0 };
  const whole = { ...cell(1, 'x'), output: { text: 'x', table, plot: { values: [1, 2], count: 2 } } };
  expect(charactersOf(whole)).toBe(1 + 4 + 16);
  expect(outputWith({ text: 'x', table }, (text) => text.toUpperCase())).toEqual({
    text: 'X',
    table: { ...table, columns: ['AB'], rows: [['CD']] },
  });
});
