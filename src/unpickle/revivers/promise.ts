// Promises: settled as they were, or never to settle. A rejected one counts as handled, or loading it would end the
// process.
//
// Settling must not run code: a value with a `then` that is a function or a getter is refused.

import { types } from 'node:util';
import type { Cells } from '../../graph/column.js';
import { isWaiting, shell } from './shell.js';
import { PENDING, type Reviver } from './types.js';

const PromiseOriginal = Promise;
const then = Promise.prototype.then;
const apply = Reflect.apply;
const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** Revives promises. */
export const promiseReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const [states, results] = segment.state as [Cells, Cells];
    const state = builder.text(states, row);
    const result = builder.ensured(results, row);
    if (isWaiting(builder, results, row)) return PENDING;
    if (state === 'fulfilled' && mayRun(result)) {
      const id = segment.firstId + row;
      builder.bury(id, 'Promise', 'its value has a `then`, which would be called', 'make it again');
      return builder.values[id];
    }
    return shell(builder, segment, row, () => settled(state, result), true);
  },
};

function settled(state: string, result: unknown): Promise<unknown> {
  const promise = new PromiseOriginal<unknown>((resolve, reject) => {
    if (state === 'fulfilled') resolve(result);
    else if (state === 'rejected') reject(result);
  });
  if (state === 'rejected') apply(then, promise, [undefined, () => {}]);
  return promise;
}

function mayRun(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  for (let at: object | null = value; at !== null; at = prototypeOf(at) as object | null) {
    if (types.isProxy(at)) return true;
    const found = descriptorOf(at, 'then');
    if (found !== undefined) return !('value' in found) || typeof found.value === 'function';
  }
  return false;
}
