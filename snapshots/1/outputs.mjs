// A session whose cells showed something: values, errors, what was printed, tables, courses; with a note and its author.
export const cells = [
  'const rows = [{ a: 1, b: "x" }, { a: 2, b: "ж" }]',
  'rows',
  'console.log; 7',
  'null.x',
  'Float64Array.of(1, 2, NaN, 4, 50)',
];
/** By cell. */
export const outputs = [
  undefined,
  {
    text: "[ { a: 1, b: 'x' }, { a: 2, b: 'ж' } ]",
    table: {
      columns: ['a', 'b'],
      rows: [
        ['1', 'x'],
        ['2', 'ж'],
      ],
      rowsLeft: 3,
      columnsLeft: 1,
    },
  },
  { printed: 'printed\n', text: '7' },
  { text: "Uncaught TypeError: Cannot read properties of null (reading 'x')", left: 12 },
  { text: 'Float64Array(5) [ 1, 2, NaN, 4, 50 ]', plot: { values: [1, 2, null, 4, 50], count: 5 } },
];
export const options = { note: 'see rows', author: 'Ada' };
/** Looked at in this order after loading. */
export const checks = [['rows[1].b', 'ж']];
export const names = ['rows'];
