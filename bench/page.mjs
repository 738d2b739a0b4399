// The table of docs/PERFORMANCE.md: brine's ratios to v8, to Python's C pickle and to dill, with the targets that they miss and
// what each peer loses. Text in, text out.

import { PYTHON_TARGETS, SIZE_TARGET, V8_TARGETS } from './targets.mjs';

const PARTS = {
  dumpWarm: (row) => row.dump.warmMs,
  dumpCold: (row) => row.dump.coldMs,
  loadWarm: (row) => row.load.warmMs,
  loadCold: (row) => row.load.coldMs,
};
/** What a peer says that cannot run on a machine. */
const NOT_HERE = 'is not available';
const HEADS = [
  'dump warm, × v8',
  'dump cold',
  'load warm',
  'load cold',
  'size',
  'dump, × C pickle',
  'load',
  'dump, × dill',
  'load',
];

/** The part of the page for the tables of a run: `about` is `{ command, machine, n, rounds, date }`. */
export function pagePartOf(tables, { command, machine, n, rounds, date }) {
  const notes = [];
  const rows = tables.map(({ workload, rows }) => rowOf(workload, rows, notes));
  return [
    `\`${command}\`, ${date}, ${machine}; n = ${n}, ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}. The peer's time is 1; below 1 brine is faster. Where a target is missed, it stands in brackets.`,
    [`| workload | ${HEADS.join(' | ')} |`, `| --- |${' ---: |'.repeat(HEADS.length)}`, ...rows].join('\n'),
    [...new Set(notes)].join('\n'),
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
  for (const row of rows) {
    if (row.peer === 'v8-stack' && plain !== undefined) continue;
    if (row.error?.startsWith(NOT_HERE)) notes.push(`- ${row.peer} ${row.error}`);
    else if (row.error !== undefined) notes.push(`- ${workload}: ${row.peer} ${row.error.split('\n')[0]}`);
    else if (row.losses.length > 0) notes.push(`- ${workload}: ${row.peer} loses ${row.losses.join(', ')}`);
    else if (row.peer === 'v8-stack') notes.push(`- ${workload}: beside v8 with a stack of gigabytes`);
  }
  if (brine === undefined) return `| ${[workload, ...Array(HEADS.length).fill('—')].join(' | ')} |`;
  const against = (yard, targets) =>
    Object.entries(targets).map(([part, target]) =>
      yard === undefined ? '—' : ratio(PARTS[part](brine) / PARTS[part](yard), target),
    );
  const size = v8 === undefined || v8.bytes === 0 ? '—' : ratio(brine.bytes / v8.bytes, SIZE_TARGET);
  const python = Object.entries(PYTHON_TARGETS).flatMap(([name, targets]) => against(of(name), targets));
  return `| ${[workload, ...against(v8, V8_TARGETS[workload] ?? V8_TARGETS.records), size, ...python].join(' | ')} |`;
}

function ratio(value, target) {
  return value > target ? `${value.toFixed(2)} (${target})` : value.toFixed(2);
}
