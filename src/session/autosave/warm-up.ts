// Looks at a sample some times, so that the first lines of a journal find brine's own code compiled and have time to look into
// objects. Knows nothing of the session's names.

import { mentionsOf } from '../../evaluator/mentions.js';
import { dumps } from '../../library/index.js';
import { withPristineBuiltins } from '../../realm/pristine.js';
import { Allowance } from './allowance.js';
import { Fingerprinter } from './fingerprint.js';
import { HiddenState } from './hidden-state.js';

const SOURCE =
  'class Kept { constructor(y) { this.y = [y] } }; let kept = new Kept({ x: 1 }), all = (n) => [n, `${n}`]';
const TIMES = 20;

/** Touches nothing of the session's; takes some tens of milliseconds of CPU. */
export function warmUpLooking(): void {
  withPristineBuiltins(() => {
    const hidden = new HiddenState();
    const fingerprinter = new Fingerprinter(hidden);
    for (let time = 0; time < TIMES; time++) {
      hidden.learn(SOURCE);
      mentionsOf(SOURCE);
      dumps({ time });
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
