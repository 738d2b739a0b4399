// What callers say to a pool, and what the parts of a pool say to each other. Types only.

/** How far a call is. */
export interface Progress {
  /** Items whose results are here. */
  readonly done: number;
  /** Items of the call; undefined when they come from an iterator that has not ended. */
  readonly total: number | undefined;
}

/** Options of one call of a pool; what is left out is as the pool says. */
export interface CallOptions {
  /** Ends the call, and the workers that are working for it. Default: none. */
  readonly signal?: AbortSignal;
  /** Milliseconds that one item may take from when a worker begins it; items then go one by one. Default: any time. */
  readonly taskTimeoutMs?: number;
  /** Milliseconds that the whole call may take. Default: any time. */
  readonly timeoutMs?: number;
  /** Items that go to a worker together. Default: as many as take some milliseconds, found out on the way. */
  readonly chunk?: number;
  /**
   * Hands over the memory of large buffers instead of copying it: those of the items are detached here, those of the results in
   * the worker. For threads; between processes there are only copies. Default: false.
   */
  readonly transfer?: boolean;
  /** Told after each chunk how far the call is. Default: nobody. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Options of {@link pool}. */
export interface PoolOptions extends CallOptions {
  /** What a worker is. Default: `threads`. */
  readonly kind?: 'threads' | 'processes';
  /** How many workers there are. Default: as many as there are cores. */
  readonly workers?: number;
  /**
   * A session's snapshot that every worker loads before its first task. Its names are then there, and functions that name them
   * use those of the worker. It has to be signed by this user or by somebody whom they trust. Default: none.
   */
  readonly snapshot?: string | URL;
  /**
   * Workers on any number of machines: those that `brine worker --queue` started for this Redis. `redis://host:6379`, with
   * `#name` for a queue of that name. `workers` then says how many tasks are on their way for (default: 8), and `snapshot`
   * which one the workers were started with. Default: this machine.
   */
  readonly cluster?: string;
  /** How often a task of a cluster is tried again when its function throws. Default: 2. */
  readonly retries?: number;
  /** Milliseconds before it is tried again, twice as many each time. Default: 500. */
  readonly backoffMs?: number;
  /** Milliseconds for which code, tasks and results are kept in Redis. Default: 7 days. */
  readonly keepMs?: number;
}

/** Values on the way: as they are when all are primitives, and otherwise pickled. */
export type Wire =
  | { readonly plain: readonly unknown[] }
  | { readonly bytes: Uint8Array; readonly buffers: readonly (ArrayBuffer | SharedArrayBuffer)[] };

/** How a function is called with the items of a chunk. */
export type Mode = 'map' | 'star' | 'reduce';

/** The code of a call: what it is known by, and where it is not known yet, itself. */
export interface CodeWire {
  readonly key: string;
  readonly bytes?: Uint8Array;
  readonly buffers?: readonly (ArrayBuffer | SharedArrayBuffer)[];
}

/** Some items of a call, on the way to a worker. */
export interface Task {
  /** The call that it belongs to: code is revived once for each call. */
  readonly call: string;
  readonly mode: Mode;
  readonly code: CodeWire;
  readonly items: Wire;
  /** Moves the buffers of results. */
  readonly moves: boolean;
  /** How long one item may take: a task with such a limit says when it begins. */
  readonly timeoutMs: number | undefined;
}

/** What a worker answers. */
export type Answer =
  | { readonly results: Wire; readonly tookMs: number }
  | { readonly needsCode: true }
  | { readonly timedOut: true }
  | { readonly failed: Failure };

/** Something that was thrown while a worker worked. */
export interface Failure {
  /** Which item of the chunk; undefined when it was none of them. */
  readonly at: number | undefined;
  /** What was thrown, pickled. */
  readonly error: Uint8Array;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Whatever runs tasks. */
export interface Executor {
  /** How many tasks it works on at a time. */
  readonly size: number;
  /** True when memory can be handed over and shared. */
  readonly isShared: boolean;
  /** Globals that its workers have. */
  readonly globals: ReadonlySet<string>;
  /** Runs a task. Aborting the signal ends the worker that is on it. */
  run(task: Task, how: RunHow): Promise<Answer>;
  /** Ends all workers. */
  close(): Promise<void>;
}

/** How a task is run. */
export interface RunHow {
  readonly signal: AbortSignal;
  /** Buffers that go over instead of being copied. */
  readonly moved: readonly ArrayBuffer[];
  /** Called when a worker begins a task with `timeoutMs`. */
  readonly onBegin: () => void;
  /** The positions of its items, for messages and ids. */
  readonly first: number;
  readonly count: number;
}

/** Options of `submit`. */
export interface SubmitOptions {
  /** What it is called in lists. Default: the name of the function. */
  readonly name?: string;
  /** Items that go to a worker together. Default: so many that each worker gets four times. */
  readonly chunk?: number;
}

/** A call that was submitted. */
export interface SubmittedJob {
  readonly id: string;
  /** As whoever submitted it called it; not safe to print. */
  readonly name: string;
  readonly createdAtMs: number;
  readonly items: number;
  /** Items whose results are there. */
  readonly done: number;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
}
