// Every error that leaves the public API, and every code they carry.
//
// A message says what failed, where and why; `hint` says what to do next. Both are safe to print: what acts on a terminal in
// a name or path that they quote is made visible. `path` is as it is, for programs. Knows nothing of graphs or files.

import { visibleLines } from './visible.js';

/** Every error code of brine, with one sentence on when it is raised. */
export const ERROR_CODES = {
  PICKLE_UNSAVABLE: 'a value cannot be pickled and the caller asked for strictness',
  PICKLE_SECRET: 'something in the value looks like a secret, and the caller refuses to save one',
  PICKLE_SIZE: 'the snapshot is larger than the caller allows',
  PICKLE_OPTION: 'an option given to the pickler has the wrong form',
  UNPICKLE_CODE: 'the text of a function or class in the file is not one function or class',
  UNPICKLE_MISSING: 'a value needs a reducer that is not registered, and the caller asked for an error',
  UNPICKLE_OPTION: 'an option given to the unpickler has the wrong form',
  SNAPSHOT_MAGIC: 'the bytes do not start as a brine snapshot does',
  SNAPSHOT_TRUNCATED: 'the bytes end before the snapshot does',
  SNAPSHOT_CHECKSUM: 'a section does not have the checksum the file states',
  SNAPSHOT_STRUCTURE: 'a section has the right checksum but contradicts itself',
  PROTOCOL_TOO_NEW: 'the snapshot needs a newer brine',
  RESTRICTED_CODE: 'the snapshot is not trusted, and what was asked would run what is in it',
  SIGNATURE_UNKNOWN: 'the snapshot is not signed, or by nobody whom the caller or this user trusts',
  SIGNATURE_WRONG: 'the snapshot is not what was signed',
  KEY_STORE: 'the keys of this user cannot be read or written, or are open to others',
  KEY_FORM: 'a text is no public key of brine',
  ENCRYPTED:
    'the snapshot is encrypted, and the passphrase is missing or is not the one it was encrypted with',
  LIMIT_EXCEEDED: 'the snapshot asks for more than the limits allow',
  STORE_READ: 'a file could not be read',
  STORE_WRITE: 'a file could not be written; the previous one is untouched',
  STORE_DURABILITY: 'the file was written and replaced, but the disk did not confirm it',
  STORE_BUSY: 'another process is saving to the same place and does not finish',
  STORE_FOREIGN: 'what stands where a save is to go is no snapshot, and was not replaced',
  STORE_CONFLICT:
    'somebody else has saved there since this session loaded or saved it, or names there were not loaded',
  STORE_KEY: 'a text cannot be the key of something in a store',
  STORE_ADDRESS:
    'a text is no address of a store, or one where a path belongs, or something that the store needs is not given',
  STORE_PEER: 'a store needs a package that is not installed',
  STORE_OPTION: 'an option given to a store has the wrong form',
  STORE_ABORTED: 'a transfer was ended by its caller',
  TOMBSTONE: 'a value was touched that could not be saved',
  SESSION_NAME: 'the session has no binding of that name',
  SESSION_SIZE: 'the session does not fit into the size that was given',
  SESSION_OPTION: 'an option given to a session has the wrong form',
  SESSION_PIN: 'a pin has no name of the session, or is no expression',
  SESSION_SECRET: 'something in the session looks like a secret, and the caller refuses to save one',
  SESSION_LOSSY: 'something is missing in the snapshot, and the caller asked for strictness',
  SESSION_STATE: 'the session cannot go to the state that was asked for',
  SESSION_GENERATION: 'there is no session of that name, or no save of that number',
  SESSION_EXPORT: 'the session cannot be written in the form that was asked for',
  SESSION_CONFLICT: 'a name that the snapshot brings is there already, or is locked in the session',
  PARALLEL_OPTION: 'an option given to a pool, to one of its calls or to memoize has the wrong form',
  PARALLEL_TASK: 'a function threw in a worker, or what it returned cannot be pickled',
  PARALLEL_TIMEOUT: 'a task, or a whole call, took longer than allowed',
  PARALLEL_ABORTED: 'the signal of a call was aborted',
  PARALLEL_WORKER: 'a worker could not be started, or ended in the middle of a task',
  PARALLEL_CLOSED: 'the pool is closed',
  CLUSTER_CONNECTION: 'no Redis answers where the cluster is said to be',
  CLUSTER_REFUSED: 'a task, its code or its result is not signed by anybody whom this user trusts',
  CLUSTER_LOST: 'a task was given up: every worker that was on it died',
  CLUSTER_JOB: 'there is no job of that id, or it is not done',
  PARALLEL_PEER: 'a package that is needed for this, and is optional, is not installed',
} as const;

/** A code from {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What an error can say beside its message. */
export interface ErrorDetails {
  /** Where in the value, for example `.handlers.get("save")`; the empty string is the value itself. */
  readonly path?: string;
  /** Where in the file, in bytes from its start. */
  readonly offset?: number;
  /** What to do next, one sentence. */
  readonly hint?: string;
  /** What was thrown underneath. */
  readonly cause?: unknown;
}

/** The base of every error that brine throws. */
export class BrineError extends Error {
  /** Which of {@link ERROR_CODES} it is; does not change between releases. */
  readonly code: ErrorCode;
  /** Where in the value or which name; raw, escape it before it is printed. */
  readonly path: string | undefined;
  /** Where in the file, in bytes from its start. */
  readonly offset: number | undefined;
  /** What to do next, one sentence that is safe to print. */
  readonly hint: string | undefined;

  /**
   * For stores and the like of your own, which fail as those of brine do.
   *
   * @param code     One of {@link ERROR_CODES}.
   * @param message  What failed, where and why; what would act on a terminal is escaped.
   * @param details  See {@link ErrorDetails}.
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(visibleLines(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path;
    this.offset = details.offset;
    this.hint = details.hint === undefined ? undefined : visibleLines(details.hint);
  }

  static {
    this.prototype.name = 'BrineError';
  }
}

function named<T extends typeof BrineError>(error: T, name: string): T {
  Object.defineProperty(error.prototype, 'name', { value: name, configurable: true, writable: true });
  return error;
}

/** A value could not be pickled. */
export class PicklingError extends BrineError {}
named(PicklingError, 'PicklingError');

/** A graph could not be turned back into values. */
export class UnpicklingError extends BrineError {}
named(UnpicklingError, 'UnpicklingError');

/** The bytes are damaged, cut short, or no snapshot at all. */
export class CorruptSnapshotError extends BrineError {}
named(CorruptSnapshotError, 'CorruptSnapshotError');

/** The snapshot was written by a newer brine. */
export class ProtocolError extends BrineError {}
named(ProtocolError, 'ProtocolError');

/** The snapshot asks for more than the limits allow. */
export class LimitError extends BrineError {}
named(LimitError, 'LimitError');

/** The snapshot is not trusted enough for what was asked. */
export class RestrictedError extends BrineError {}
named(RestrictedError, 'RestrictedError');

/** Something about whose a snapshot is: signatures, keys, passphrases. */
export class SignatureError extends BrineError {}
named(SignatureError, 'SignatureError');

/** A place could not be read or written. */
export class StoreError extends BrineError {}
named(StoreError, 'StoreError');

/** A tombstone was touched: the value it stands for could not be saved. */
export class TombstoneError extends BrineError {}
named(TombstoneError, 'TombstoneError');

/** The session refused: an unknown name, a conflict. */
export class SessionError extends BrineError {}
named(SessionError, 'SessionError');

/** Where in a call of a pool something went wrong. */
export interface ParallelDetails extends ErrorDetails {
  /** The position of the item among the items of the call, from 0. */
  readonly index?: number;
  /** The stack as it was in the worker. */
  readonly remoteStack?: string;
}

/** A call of a pool failed: `cause` is what was thrown in the worker, `index` says at which item. */
export class ParallelError extends BrineError {
  /** The position of the item among the items of the call, from 0. */
  readonly index: number | undefined;
  /** The stack as it was in the worker. */
  readonly remoteStack: string | undefined;

  /**
   * @param code     One of {@link ERROR_CODES}.
   * @param message  What failed.
   * @param details  See {@link ParallelDetails}.
   */
  constructor(code: ErrorCode, message: string, details: ParallelDetails = {}) {
    super(code, message, details);
    this.index = details.index;
    this.remoteStack = details.remoteStack;
  }
}
named(ParallelError, 'ParallelError');
