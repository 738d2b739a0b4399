// What the evaluating thread and the thread beside it say to each other, and what stands in the memory that they share.

import type { ToKernel } from './messages.js';

/** Places in the shared memory. */
export const FLAG = {
  /** So many saves and loads of brine's own run. */
  ownWork: 0,
  /** So many interrupts came. */
  interrupts: 1,
  /** 1: the process is about to end. */
  isLeaving: 2,
} as const;

/** To the evaluating thread. */
export type FromStopper =
  /** With how many interrupts had come before it. */
  | { readonly message: ToKernel; readonly interrupts: number }
  | { readonly interrupt: number }
  /** What ran was ended. */
  | { readonly isForced: true }
  | { readonly isOrphaned: true };

/** From it: the interrupt that it heard last. */
export interface ToStopper {
  readonly heard: number;
}
