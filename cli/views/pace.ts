// How far something long is: how fast it goes, how long it still takes at that pace, and that in words. Pure; knows nothing of what
// it is and of where it is shown.

import type { ProgressListener } from '../../src/session/types.js';
import { count, duration } from '../format.js';

/** What a listener to progress is told. */
export type State = Parameters<ProgressListener>[0];

/** How far something is. */
export interface Pace {
  readonly done: number;
  /** Undefined while it is not known. */
  readonly total: number | undefined;
  readonly perSecond: number;
  /** About how long it still takes; undefined while that is not known. */
  readonly leftMs: number | undefined;
}

/** What is counted in each phase; bytes in the others. */
const UNITS: Readonly<Record<string, string>> = {
  walking: 'objects',
  building: 'objects',
  mapping: 'items',
  waiting: 'seconds',
  linking: 'values',
  following: 'values',
  weighing: 'fields',
  comparing: 'values',
};

/** What is counted in a phase. */
export function unitOf(phase: string): string {
  return UNITS[phase] ?? 'bytes';
}

/** `41,902 objects  120,000/s  about 3 s left` */
export function paceText({ done, perSecond, leftMs }: Pace, unit: string): string {
  return [
    `${count(done)} ${unit}`,
    ...(perSecond > 0 ? [`${count(perSecond)}/s`] : []),
    ...(leftMs === undefined
      ? []
      : [`about ${duration(Math.max(1000, Math.ceil(leftMs / 1000) * 1000))} left`]),
  ].join('  ');
}

/** How fast it goes, and how long it still takes at that pace; `before` is how many there were the last time. */
export function paceOf({ done, total }: State, tookMs: number, before?: number): Pace {
  const likely = total ?? before;
  const perSecond = tookMs > 0 ? (done / tookMs) * 1000 : 0;
  const known = likely !== undefined && likely > done ? likely : undefined;
  const leftMs = known === undefined || perSecond === 0 ? undefined : ((known - done) / perSecond) * 1000;
  return { done, total: known, perSecond, leftMs };
}

/** Follows something long from phase to phase. */
export class Pacing {
  #phase: State['phase'] | undefined;
  #done = 0;
  #sinceMs = 0;

  /** Takes note of a state. Returns for how long this phase has been going on. */
  note({ phase, done }: State, nowMs: number): number {
    // Going back to the beginning is a new walk.
    if (phase !== this.#phase || done < this.#done) this.#sinceMs = nowMs;
    this.#phase = phase;
    this.#done = done;
    return nowMs - this.#sinceMs;
  }
}
