// How far something long is, in words. Pure; knows nothing of what it is.

import { count, duration } from '../format.js';

/** How far something is. */
export interface Pace {
  readonly done: number;
  /** Undefined while it is not known. */
  readonly total: number | undefined;
  readonly perSecond: number;
  /** About how long it still takes; undefined while that is not known. */
  readonly leftMs: number | undefined;
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
