// The table of docs/PERFORMANCE.md: brine's ratios to v8 and to Python's C pickle, with what each of them loses. Text in, text out.

const PARTS = [
  ['dump', 'warmMs'],
  ['dump', 'coldMs'],
  ['load', 'warmMs'],
  ['load', 'coldMs'],
];

/** The part of the page for the tables of a run: `about` is `{ command, machine, n, rounds, date }`. */
export function pagePartOf(tables, { command, machine, n, rounds, date }) {
  const notes = [];
  const rows = tables.map(({ workload, rows }) => rowOf(workload, rows, notes));
  return [
    `\`${command}\`, ${date}, ${machine}; n = ${n}, ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}. The peer's time is 1; below 1 brine is faster.`,
    [
      '| workload | dump warm, × v8 | dump cold | load warm | load cold | size | dump, × C pickle | load, × C pickle |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
    ].join('\n'),
    notes.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function rowOf(workload, rows, notes) {
  const of = (name) => rows.find((row) => row.peer === name && row.error === undefined);
  const brine = of('brine');
  // v8 cannot do deep graphs on an ordinary stack; only there it gets a larger one.
  const plain = of('v8');
  const v8 = plain ?? of('v8-stack');
  const pickle = of('py-pickle');
  for (const row of rows) {
    if (row.peer === 'v8-stack' && plain !== undefined) continue;
    if (row.error !== undefined) notes.push(`- ${workload}: ${row.peer} ${row.error.split('\n')[0]}`);
    else if (row.losses.length > 0) notes.push(`- ${workload}: ${row.peer} loses ${row.losses.join(', ')}`);
    else if (row.peer === 'v8-stack') notes.push(`- ${workload}: beside v8 with a stack of gigabytes`);
  }
  if (brine === undefined) return `| ${[workload, ...Array(7).fill('—')].join(' | ')} |`;
  const times = (yard, parts) => parts.map(([way, part]) => ratio(brine[way][part], yard?.[way][part]));
  const cells = [
    ...times(v8, PARTS),
    ratio(brine.bytes, v8?.bytes || undefined),
    ...times(pickle, [PARTS[0], PARTS[2]]),
  ];
  return `| ${[workload, ...cells].join(' | ')} |`;
}

function ratio(value, yard) {
  return yard === undefined ? '—' : (value / yard).toFixed(2);
}
