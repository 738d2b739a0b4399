// Keeps something for whoever comes next, for a while: a timer that holds no process open, with timers as they were when brine was
// loaded. Knows nothing of what is kept.

import { clearTimeout, setTimeout } from 'node:timers';

const later = setTimeout;
const forget = clearTimeout;
const { apply } = Reflect;
const { unref } = unrefOf();

/** As it was when brine was loaded. */
export const now: () => number = performance.now.bind(performance);

/** Something that ends when nobody has come for it. */
export class Wait {
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param end  Called when the time is over. */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** Begins, or begins anew. */
  begin(ms: number): void {
    this.stop();
    this.#timer = later(this.#end, ms);
    apply(unref, this.#timer, []);
  }

  /** Somebody came. */
  stop(): void {
    forget(this.#timer);
  }
}

function unrefOf(): { readonly unref: () => unknown } {
  const timer = later(() => {}, 1);
  const { unref } = timer;
  forget(timer);
  return { unref };
}
