// Numbers of every width and form of a column, and bigints.
export function make() {
  const columns = [];
  for (const first of [0, 7, 200, -200, 40_000, -40_000, 3_000_000_000, 0.5])
    columns.push([first, first], [first, 1], [first, null, 'x']);
  return {
    columns,
    edges: [-0, NaN, Infinity, -Infinity, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 5e-324, 1.7976931348623157e308],
    run: Array.from({ length: 300 }, (_, i) => i + 1000),
    same: new Array(100).fill(42),
    doubles: Array.from({ length: 50 }, (_, i) => i / 8),
    fewDoubles: Array.from({ length: 50 }, (_, i) => (i === 20 ? 0.5 : i)),
    bigints: [0n, -1n, 2n ** 64n, -(2n ** 70n), 2n ** 64n],
  };
}
