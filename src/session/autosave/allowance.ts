// How much work may be done: milliseconds of CPU, as far as they can be told. Another program that has the processor meanwhile
// does not count, nor does what other threads do. Knows nothing of the work.

/** Work that takes this many times longer by the clock is over whatever the CPU did. */
const CLOCK_TIMES_MAX = 5;

/** Milliseconds that may be spent. */
export class Allowance {
  readonly #limitMs: number;
  readonly #clockMs = performance.now();
  readonly #cpu = process.cpuUsage();

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** True when so much more would be too much. */
  isOver(moreMs = 0): boolean {
    const clockMs = performance.now() - this.#clockMs + moreMs;
    if (clockMs <= this.#limitMs) return false;
    return clockMs > this.#limitMs * CLOCK_TIMES_MAX || this.spentMs() + moreMs > this.#limitMs;
  }

  /** What was spent: the clock tells too much on a busy machine, the process's CPU where other threads work. */
  spentMs(): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    return Math.min(performance.now() - this.#clockMs, (user + system) / 1000);
  }
}
