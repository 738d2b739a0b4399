// Lets one text of a protocol run both blocking and not: a generator that yields what it has to wait for.
//
// The save protocol has to be proved once, not twice. Knows nothing of files.

/** A procedure that yields values or promises and is sent back what they settle to. Write `yield* settle(call())`. */
export type Steps<Result> = Generator<unknown, Result, unknown>;

/** Waits for a value that may be a promise; the result is what it settles to. */
export function* settle<Value>(value: Value | PromiseLike<Value>): Steps<Value> {
  return (yield value) as Value;
}

/** Runs steps that never have to wait; a promise among them is an error in the steps. */
export function runStepsSync<Result>(steps: Steps<Result>): Result {
  let next = steps.next();
  while (!next.done) {
    next = isPromise(next.value)
      ? steps.throw(new TypeError('a promise among blocking steps'))
      : steps.next(next.value);
  }
  return next.value;
}

/** Runs steps, waiting for every promise they yield. */
export async function runSteps<Result>(steps: Steps<Result>): Promise<Result> {
  let next = steps.next();
  while (!next.done) {
    let value: unknown;
    try {
      value = isPromise(next.value) ? await next.value : next.value;
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(value);
  }
  return next.value;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
