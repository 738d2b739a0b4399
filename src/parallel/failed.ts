// What was thrown in a worker, as an error here.

import { BrineError, ParallelError } from '../errors.js';
import type { Failure } from './types.js';
import { unpickled } from './wire.js';

/** The error of a chunk that failed; `first` is the position of its first item. */
export async function taskError(
  { at, error, message, stack }: Failure,
  first: number,
  valueOf: (name: string) => unknown,
): Promise<ParallelError> {
  const index = at === undefined ? undefined : first + at;
  let cause: unknown;
  try {
    ({ value: cause } = await unpickled({ bytes: error }, valueOf));
  } catch {
    cause = new Error(message);
  }
  const details = { cause, ...(stack !== undefined && { remoteStack: stack }) };
  if (index === undefined) {
    const hint = cause instanceof BrineError ? cause.hint : undefined;
    return new ParallelError('PARALLEL_WORKER', `a worker failed: ${message}`, {
      ...details,
      ...(hint !== undefined && { hint }),
    });
  }
  return new ParallelError('PARALLEL_TASK', `item ${index} failed: ${message}`, {
    ...details,
    index,
    path: `[${index}]`,
    hint: 'the error is its cause, the stack in the worker its remoteStack',
  });
}
