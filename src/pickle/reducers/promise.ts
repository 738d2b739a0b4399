// Promises that are settled: how, and with what. One that still waits goes by the option `pendingPromises`.
//
// A promise cannot be given a value that has a `then` without that being called, so such a promise cannot be made again.

import { AsyncResource } from 'node:async_hooks';
import { types } from 'node:util';
import type { Column } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** Writes the row of a promise: its slots are state and result. */
export function reducePromise(walk: Walk, place: number, slots: readonly unknown[]): void {
  const [state, result] = slots;
  if (state === 'pending' && walk.options.pendingPromises !== 'keep') {
    const hint = 'await it and save its value, or save with the option `pendingPromises: "keep"`';
    return walk.bury(place, 'Promise', 'what it waits for goes on in this process only', hint);
  }
  if (state === 'fulfilled' && mayHaveThen(result)) {
    const why = 'its value has a `then`, which would be called when the promise is made again';
    return walk.bury(place, 'Promise', why, 'save the value without the promise');
  }
  if (state === 'pending') {
    const why = 'what it waits for goes on in this process only; it is saved as one that never settles';
    walk.change(place, 'Promise', why, 'make it again after loading');
  }
  const segment = writeRow(walk, place, KINDS.promise, [state], { isBrought: isNodesNumber });
  walk.cell(segment.state[1] as Column, state === 'pending' ? undefined : result, place);
}

let numbersOnce: ReadonlySet<unknown> | undefined;

// While somebody watches asynchronous work, as the prompt does, Node numbers promises under symbols of its own.
function isNodesNumber(key: string | symbol): boolean {
  if (typeof key !== 'symbol' || !/^(?:trigger_)?async_id_symbol$/.test(key.description ?? '')) return false;
  numbersOnce ??= new Set(Object.getOwnPropertySymbols(new AsyncResource('brine')));
  return numbersOnce.has(key);
}

/** True when resolving a promise with the value could run code, or would wait for it. */
export function mayHaveThen(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  for (let at: object | null = value; at !== null; at = prototypeOf(at) as object | null) {
    if (types.isProxy(at)) return true;
    const found = descriptorOf(at, 'then');
    if (found !== undefined) return !('value' in found) || typeof found.value === 'function';
  }
  return false;
}
