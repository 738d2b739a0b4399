// Values that can only be made with another one: where that is lost they are too, and the report of the save names them.
//
// A method needs its class, a bound function its target, an object with private members the classes of these. Whether the other can be
// saved is known when functions are described, and most values are written before. So it is noted who needs whom, and asked at
// the end. Their rows stay as they are: who loads them finds the same. Knows nothing of layouts and rows.

import type { PickleLoss } from './types.js';

/** How many values that need one other are noted, less one. */
const TOLD_MAX = 200;

/** Why one value needs another: what it is, and words for the report. */
export interface Need {
  readonly what: string;
  readonly why: string;
}

/** What needs what else, by the words that a load has for it. */
export const NEED = {
  member: { what: 'method', why: 'the class it was written in is missing' },
  inside: { what: 'function', why: 'the class it was written in is missing' },
  target: { what: 'function', why: 'the function that is its `new.target` is missing' },
  instance: { what: 'instance', why: 'its class is missing' },
  bound: { what: 'bound function', why: 'what it is bound to is missing' },
  standing: { what: 'generator object', why: 'the class it was written in is missing' },
  generator: { what: 'generator object', why: 'its function is missing' },
} as const satisfies Record<string, Need>;

interface Dependant {
  readonly place: number;
  readonly need: Need;
}

interface Cause {
  readonly reason: string;
  readonly hint: string;
}

/** Who needs whom in one walk, by places. */
export class Dependants {
  readonly #of = new Map<number, Dependant[]>();
  readonly #lost = new Map<number, Cause>();

  get areAnyLost(): boolean {
    return this.#lost.size > 0;
  }

  /** Notes that the value at a place cannot be made without the one at another; false when that has enough of them. */
  note(place: number, on: number, need: Need): boolean {
    const known = this.#of.get(on);
    if (known === undefined) this.#of.set(on, [{ place, need }]);
    else if (known.length > TOLD_MAX) return false;
    else known.push({ place, need });
    return true;
  }

  /** Notes that the value at a place is lost, and was reported. */
  lose(place: number, cause: Cause): void {
    this.#lost.set(place, cause);
  }

  /** The losses that follow from others. */
  losses(pathOf: (place: number) => { readonly root: string; readonly path: string }): PickleLoss[] {
    const losses: PickleLoss[] = [];
    const queue = [...this.#lost.keys()];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { reason, hint } = this.#lost.get(next) as Cause;
      const dependants = this.#of.get(next) ?? [];
      dependants.forEach(({ place, need }, i) => {
        if (this.#lost.has(place)) return;
        this.#lost.set(place, { reason, hint });
        queue.push(place);
        const more = i === TOLD_MAX ? ', as may be others after it' : '';
        losses.push({ ...pathOf(place), what: need.what, reason: `${need.why}: ${reason}${more}`, hint });
      });
    }
    return losses;
  }
}
