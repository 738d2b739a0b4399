// How far a walk over a graph is, told every so many rounds to whoever listens, who may end the walk by throwing.
//
// Looking at the clock is the listener's business: a loop does one comparison a round. Knows nothing of what is walked.

import type { ProgressListener } from '../session/types.js';

/** What a walk for a question does. */
export type Phase = 'linking' | 'following' | 'weighing' | 'comparing';

const ROUNDS = 32_768;

/** Tells how far walks are. */
export class Rounds {
  readonly listener: ProgressListener | undefined;

  constructor(listener: ProgressListener | undefined) {
    this.listener = listener;
  }

  /** Round number `done` begins; tells of one in some thousands. */
  at(phase: Phase, done: number, total: number): void {
    if (done % ROUNDS === 0) this.listener?.({ phase, done, total });
  }

  /** The same for rounds of which each takes a while. */
  step(phase: Phase, done: number, total: number): void {
    this.listener?.({ phase, done, total });
  }
}
