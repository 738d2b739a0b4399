// Does some times with a sample what a line of the journal does, so that the first lines find brine's own code compiled. Knows
// nothing of the session's names, and writes nothing.

import type { Cell } from '../../evaluator/index.js';
import { withPristineBuiltins } from '../../realm/pristine.js';
import { Allowance } from './allowance.js';
import { Fingerprinter } from './fingerprint.js';
import { HiddenState } from './hidden-state.js';
import { journalLine } from './journal.js';
import { Observer } from './observer.js';

const SOURCE =
  'class Kept { constructor(y) { this.y = [y] } }; let kept = new Kept({ x: 1 }), all = (n) => [n, `${n}`]';
const TIMES = 20;
/** Names that every process has; they come and go. */
const NAMES = ['Math', 'JSON', 'NaN', 'undefined', 'Array', 'Infinity'];

/** Touches nothing of the session's; takes some tens of milliseconds of CPU. */
export function warmUpLooking(): void {
  withPristineBuiltins(() => {
    const hidden = new HiddenState();
    const fingerprinter = new Fingerprinter(hidden);
    let time = 0;
    const names = (): string[] => NAMES.slice(time % 2, 4 + (time % 3));
    const observer = new Observer({ names, binding: () => undefined });
    for (; time < TIMES; time++) {
      hidden.learn(`${SOURCE}; ${time % 4}`);
      const cell: Cell = { number: time, source: SOURCE, durationMs: 0, isError: false } as Cell;
      journalLine({ type: 'change', cell, ...observer.look(cell).entry }, time);
      fingerprinter.begin(sample()).run(new Allowance(Number.POSITIVE_INFINITY));
      fingerprinter.rest();
    }
  });
}

function sample(): unknown[] {
  class Row {
    #seen = 1;
    readonly isSeen = () => this.#seen;
    readonly tags = ['a', 1.5];
    readonly at = new Date(0);
    constructor(readonly id: number) {}
  }
  const rows = Array.from({ length: 20 }, (_, id) => ({
    id,
    row: new Row(id),
    none: [null, undefined, true],
  }));
  const others = [new Uint8Array(9), new Map([['k', 1n]]), new Set(['x']), /x/g, new Error('x'), () => rows];
  return [
    rows,
    ...others,
    {
      get odd() {
        return 1;
      },
    },
  ];
}
