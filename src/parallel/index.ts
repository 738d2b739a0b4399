// `brine/parallel`: functions of this program, called in workers. Named re-exports only.

export type { Items } from './feed.js';
export { Pool, pool, type ReduceOptions } from './pool.js';
export type { CallOptions, PoolOptions, Progress } from './types.js';
