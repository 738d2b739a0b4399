// The way to Redis: connections, the queue, and the names of keys.
//
//   brine:<queue>:…            what BullMQ keeps of the queue
//   brine:<queue>:code:<key>   code, by the hash of it
//   brine:<queue>:task:<id>    a task         brine:<queue>:result:<id>   what came of it
//   brine:<queue>:stop:<call>  a call that nobody waits for any more
//   brine:<queue>:jobs         a hash of what was submitted to be collected later
//
// All but the last live only so long.

import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { ParallelError } from '../../errors.js';
import { loadPeers } from '../peers.js';

/** BullMQ's prefix of all keys. */
export const PREFIX = 'brine';
const CONNECT_MS = 5_000;
/** How long results are kept, unless something else is said. */
export const KEEP_MS = 7 * 24 * 3600 * 1000;

/** Where a cluster is. */
export interface ClusterPlace {
  /** For Redis, without the name of the queue. */
  readonly url: string;
  readonly queue: string;
}

/** Splits `redis://host:6379/0#lab`; without a fragment the queue is called `tasks`. Throws PARALLEL_OPTION. */
export function placeOf(text: string): ClusterPlace {
  const match = /^(rediss?:\/\/[^#\s]+)(?:#([\w.-]{1,64}))?$/.exec(text);
  if (match === null)
    throw new ParallelError('PARALLEL_OPTION', 'cluster is no URL of a Redis', {
      hint: 'for example redis://127.0.0.1:6379, or redis://127.0.0.1:6379#lab for a queue of its own',
    });
  return { url: match[1] as string, queue: match[2] ?? 'tasks' };
}

/** Loads BullMQ and ioredis. */
export function clusterPeers(): Promise<{
  bullmq: typeof import('bullmq');
  ioredis: typeof import('ioredis');
}> {
  return loadPeers(['bullmq', 'ioredis'], 'clusters', async () => {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, ioredis } as never;
  });
}

/** An open connection with its queue. */
export class Connection {
  readonly place: ClusterPlace;
  readonly redis: Redis;
  readonly queue: Queue;
  readonly bullmq: typeof import('bullmq');
  readonly #others: Redis[] = [];

  private constructor(place: ClusterPlace, redis: Redis, bullmq: typeof import('bullmq')) {
    this.place = place;
    this.redis = redis;
    this.bullmq = bullmq;
    this.queue = new bullmq.Queue(place.queue, { connection: redis, prefix: PREFIX });
    this.queue.on('error', () => {});
  }

  /** Connects. Throws CLUSTER_CONNECTION when nobody answers; later, a connection that breaks is made again. */
  static async open(place: ClusterPlace, waitMs = CONNECT_MS): Promise<Connection> {
    const { bullmq, ioredis } = await clusterPeers();
    // What is asked while Redis is away waits until it is back.
    const redis = new ioredis.Redis(place.url, { maxRetriesPerRequest: null, lazyConnect: true });
    let last: Error | undefined;
    redis.on('error', (error) => {
      last = error;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(last ?? new Error(`no answer for ${waitMs} ms`)), waitMs);
    });
    try {
      void redis.connect().catch(() => {});
      await Promise.race([redis.ping(), late]);
    } catch (error) {
      redis.disconnect();
      const { host } = new URL(place.url);
      throw new ParallelError(
        'CLUSTER_CONNECTION',
        `no Redis answers at ${host}: ${(error as Error).message}`,
        {
          hint: 'start redis-server there, or look at the address and the password',
          cause: error,
        },
      );
    } finally {
      clearTimeout(timer);
    }
    return new Connection(place, redis, bullmq);
  }

  /** The name of a key. */
  key(...parts: readonly string[]): string {
    return [PREFIX, this.place.queue, ...parts].join(':');
  }

  /** Another connection to the same place, for whoever waits on it. It ends with this one. */
  another(): Redis {
    const redis = this.redis.duplicate();
    redis.on('error', () => {});
    this.#others.push(redis);
    return redis;
  }

  async close(): Promise<void> {
    await this.queue.close().catch(() => {});
    for (const redis of [this.redis, ...this.#others]) redis.disconnect();
  }
}
