// Lays the results out: ratios to v8 with milliseconds beside, footnotes for what was lost. Text in, text out.

const YARDSTICK = 'v8';

/** Middle value; of an even count the mean of the two. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The table of one workload: `rows` are `{ peer, error?, bytes, dump, load, losses }`. */
export function tableOf(workloadName, rows) {
  const base = rows.find((row) => row.peer === YARDSTICK && row.error === undefined);
  const notes = [];
  const cells = [
    ['', 'dump cold', 'warm', 'min ms', 'load cold', 'warm', 'min ms', 'size', 'RSS MiB dump/load'],
    ...rows.map((row) => rowCells(row, base, notes)),
  ];
  return [`${workloadName}`, ...layOut(cells), ...notes.map((note) => `  ${note}`), ''].join('\n');
}

function rowCells(row, base, notes) {
  if (row.error !== undefined) {
    notes.push(`${row.peer} ${row.error}`);
    return [row.peer, '—'];
  }
  let name = row.peer;
  if (row.losses.length > 0) {
    const mark = '*'.repeat(notes.length + 1);
    name += mark;
    notes.push(`${mark} ${row.peer} loses ${row.losses.join(', ')}`);
  }
  return [
    name,
    ...['dump', 'load'].flatMap((direction) => {
      const { coldMs, warmMs, warmMinMs } = row[direction];
      const yard = base?.[direction];
      return [
        withRatio(coldMs, yard?.coldMs),
        withRatio(warmMs, yard?.warmMs),
        withRatio(warmMinMs, yard?.warmMinMs),
      ];
    }),
    withRatio(row.bytes / 1e6, base === undefined ? undefined : base.bytes / 1e6, 'MB'),
    `${row.dump.rssMiB.toFixed(0)} / ${row.load.rssMiB.toFixed(0)}`,
  ];
}

function withRatio(value, yard, unit = '') {
  const absolute = `${value >= 100 ? value.toFixed(0) : value.toPrecision(2)}${unit}`;
  return yard === undefined ? absolute : `${(value / yard).toFixed(2)}× (${absolute})`;
}

/** Rows of cells in columns. */
export function layOut(cells) {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}`.trimEnd(),
  );
}
