// The errors of stores in words, and the one way in which what a library throws becomes one of ours.

import { BrineError, StoreError } from '../errors.js';

/** What a place is called: the store, and the key in it. */
export function shownKey(store: string, key: string): string {
  return `${store}: ${key}`;
}

/** The error for a key under which nothing is. */
export function nothingThere(store: string, key: string, generation?: number): StoreError {
  const what = generation === undefined ? `nothing under ${key}` : `no generation ${generation} of ${key}`;
  return new StoreError('STORE_READ', `${store} has ${what}`, { path: key, hint: 'check the name' });
}

/** The error for a put over another version than the caller knows. */
export function changedMeanwhile(store: string, key: string): StoreError {
  return new StoreError('STORE_CONFLICT', `${key} in ${store} has another content, saved by somebody else`, {
    path: key,
    hint: 'look at what is there now, or put it there without asking for a version',
  });
}

/** What was thrown, as it is when it is ours; otherwise with what was being done. */
export function asStoreError(
  code: 'STORE_READ' | 'STORE_WRITE',
  { store, key, error, hint }: { store: string; key: string; error: unknown; hint?: string },
): BrineError {
  if (error instanceof BrineError) return error;
  const doing = code === 'STORE_READ' ? 'read' : 'write';
  return new StoreError(code, `cannot ${doing} ${shownKey(store, key)}: ${reasonOf(error)}`, {
    path: key,
    hint: hint ?? 'check that the store can be reached, and try again',
    cause: error,
  });
}

/** Runs what a store does with a key; what is thrown there becomes an error of ours. */
export type Guard = <T>(
  code: 'STORE_READ' | 'STORE_WRITE',
  key: string,
  work: () => Promise<T>,
) => Promise<T>;

/** The guard of a store; `failure` makes the error, where a store can tell more than what was thrown. */
export function guardOf(
  store: string,
  failure: (code: 'STORE_READ' | 'STORE_WRITE', key: string, error: unknown) => unknown = (
    code,
    key,
    error,
  ) => asStoreError(code, { store, key, error }),
): Guard {
  return async (code, key, work) => {
    try {
      return await work();
    } catch (error) {
      throw failure(code, key, error);
    }
  };
}

// The innermost reason says most: a failed fetch only says that it failed.
function reasonOf(error: unknown): string {
  let reason = error;
  for (let depth = 0; depth < 4; depth++) {
    const cause =
      reason instanceof AggregateError ? reason.errors[0] : (reason as { cause?: unknown } | null)?.cause;
    if (!(cause instanceof Error)) break;
    reason = cause;
  }
  // How ioredis says that nobody is there.
  if (reason instanceof Error && reason.name === 'MaxRetriesPerRequestError') return 'nobody answers there';
  const text = reason instanceof Error ? reason.message || reason.name : String(reason);
  return text.split('\n', 1)[0] as string;
}
