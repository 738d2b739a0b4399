// One line a workload: brine's ratios to the peers that have targets, each with a mark. Text in, text out.
import { layOut } from './table.mjs';
import { PYTHON_TARGETS, SIZE_TARGET, V8_TARGETS } from './targets.mjs';

const PARTS = {
  dumpWarm: (row) => row.dump.warmMs,
  dumpCold: (row) => row.dump.coldMs,
  loadWarm: (row) => row.load.warmMs,
  loadCold: (row) => row.load.coldMs,
};

/** The lines for the tables of a run. A ratio that misses its target has a `!` behind it. */
export function summaryOf(tables) {
  const heads = [
    '',
    'dump warm',
    'cold',
    'load warm',
    'cold',
    'size',
    'C pickle dump',
    'load',
    'dill dump',
    'load',
  ];
  const lines = tables.map(({ workload, rows }) => {
    const of = (name) => rows.find((row) => row.peer === name && row.error === undefined);
    const brine = of('brine');
    if (brine === undefined) return [workload, 'brine is not there'];
    // v8 cannot do deep graphs on an ordinary stack.
    const v8 = of('v8') ?? of('v8-stack');
    const against = (yard, targets) =>
      Object.keys(targets).map((part) =>
        yard === undefined ? '—' : marked(PARTS[part](brine) / PARTS[part](yard), targets[part]),
      );
    const targets = V8_TARGETS[workload] ?? V8_TARGETS.records;
    const size = v8 === undefined || v8.bytes === 0 ? '—' : marked(brine.bytes / v8.bytes, SIZE_TARGET);
    const python = Object.entries(PYTHON_TARGETS).flatMap(([name, wanted]) => against(of(name), wanted));
    const mark = brine.losses.length > 0 ? ` (loses ${brine.losses.join(', ')})` : '';
    return [workload + mark, ...against(v8, targets), size, ...python];
  });
  return [
    ...layOut([heads, ...lines]),
    "  × the peer's time or bytes; ! misses its target (targets.mjs)",
  ].join('\n');
}

function marked(ratio, target) {
  return `${ratio.toFixed(2)}${ratio > target ? '!' : ' '}`;
}
