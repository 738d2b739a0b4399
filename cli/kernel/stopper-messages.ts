// What the evaluating thread and the thread beside it say to each other, and what stands in the memory that they share.

import type { ToKernel } from './messages.js';

/** Places in the shared memory. */
export const FLAG = {
  /** So deep in saves and loads of brine's own: they are on the stack, and nothing else runs. */
  ownWork: 0,
  /** So many saves and loads that somebody asked for go on, and await now and then. */
  awaited: 1,
  /** So many interrupts came. */
  interrupts: 2,
  /** The newest that the evaluating thread heard of. */
  heard: 3,
  /** The newest for which programs were signalled. */
  signalled: 4,
  /** 1: V8 is asked to stop the evaluating thread; brine's own work waits until it was. */
  isHalting: 5,
  /** 1: the process is about to end. */
  isLeaving: 6,
} as const;

/** To the evaluating thread. */
export type FromStopper =
  /** With how many interrupts had come before it. */
  | { readonly message: ToKernel; readonly interrupts: number }
  | { readonly interrupt: number }
  /** What ran was ended, for that interrupt. */
  | { readonly forced: number }
  | { readonly isOrphaned: true };
