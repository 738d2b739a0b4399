// `brine/parallel`: functions of this program, called in workers. Named re-exports only.

export { type ClusterWorker, type ServeOptions, serveCluster, type WorkerEvent } from './cluster/serve.js';
export type { Items } from './feed.js';
export { Pool, pool, type ReduceOptions } from './pool.js';
export type { CallOptions, PoolOptions, Progress, SubmitOptions, SubmittedJob } from './types.js';
