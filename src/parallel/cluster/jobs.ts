// Calls that nobody waits for: submitted, listed and collected later, from any process whose keys fit.
//
// The list is no secret and no evidence: names in it are whatever somebody wrote there. Results are signed like all others.

import { randomUUID } from 'node:crypto';
import { ParallelError } from '../../errors.js';
import { taskError } from '../failed.js';
import { ChunkSize, Feed, type Items } from '../feed.js';
import { type Cargo, Shipment } from '../shipment.js';
import type { SubmitOptions, SubmittedJob } from '../types.js';
import { unpack, unpickled } from '../wire.js';
import type { Connection } from './connect.js';
import { openedMessage } from './envelope.js';
import { type ClusterExecutor, failedTask, forgetTask } from './executor.js';

/** What the list holds of a call. */
interface Entry {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly code: string;
  /** The first item of each chunk, and how many items there are. */
  readonly firsts: readonly number[];
  readonly items: number;
}

const LOOK_MS = 200;

/** Puts a call into the queue. Gives its id. */
export async function submit(
  executor: ClusterExecutor,
  fn: Function,
  items: Items<unknown>,
  { name = fn.name || 'anonymous', chunk }: SubmitOptions,
): Promise<string> {
  const connection = await executor.connection();
  const id = randomUUID();
  const shipment = new Shipment([fn], executor);
  const chunks = await chunksOf(items, chunk, executor.size);
  // All of them first: the code then has the classes of all.
  const packed = chunks.map(({ first, items }) => ({ first, items: shipment.packItems(items, false).wire }));
  const { code } = shipment;
  for (const { first, items } of packed) {
    const task = { call: id, mode: 'map' as const, code, items, moves: false, timeoutMs: undefined };
    await executor.put(connection, task, `${id}-${first}`);
  }
  const entry: Entry = {
    ...{ id, name, createdAtMs: Date.now(), code: code.key },
    firsts: chunks.map(({ first }) => first),
    items: chunks.reduce((sum, { items }) => sum + items.length, 0),
  };
  await connection.redis.hset(connection.key('jobs'), id, JSON.stringify(entry));
  return id;
}

/** Everything that was submitted and not forgotten, the newest first. */
export async function listJobs(connection: Connection): Promise<SubmittedJob[]> {
  const kept = await connection.redis.hgetall(connection.key('jobs'));
  const entries = Object.values(kept).flatMap(entryOf);
  entries.sort((a, b) => b.createdAtMs - a.createdAtMs);
  return Promise.all(entries.map((entry) => described(connection, entry)));
}

/** The results of a call, in the order of its items. Waits for those that are not there. */
export async function collect(
  connection: Connection,
  id: string,
  { signal, waits }: { readonly signal: AbortSignal | undefined; readonly waits: boolean },
): Promise<unknown[]> {
  const entry = await knownEntry(connection, id);
  const code = await connection.redis.getBuffer(connection.key('code', entry.code));
  if (code === null) throw lost(id, 'its code is no longer kept');
  const { bytes } = await openedMessage('code', entry.code, code);
  const { value } = await unpickled<Cargo>({ bytes });
  const valueOf = (name: string): unknown => value.classes[Number(name)];
  const results: unknown[] = [];
  for (const first of entry.firsts) {
    const answer = await answerOf(connection, `${id}-${first}`, waits, signal);
    if ('failed' in answer) throw await taskError(answer.failed, first, valueOf);
    if (!('results' in answer)) throw lost(id, 'its code was no longer kept when it was to run');
    for (const result of (await unpack(answer.results, valueOf)).values) results.push(result);
  }
  return results;
}

/** Removes a call from the queue and the list, with its results. */
export async function forget(connection: Connection, id: string): Promise<void> {
  const entry = await knownEntry(connection, id);
  await connection.redis.set(connection.key('stop', id), '1', 'PX', 3_600_000);
  for (const first of entry.firsts) await forgetTask(connection, `${id}-${first}`);
  await connection.redis.hdel(connection.key('jobs'), id);
}

async function answerOf(
  connection: Connection,
  task: string,
  waits: boolean,
  signal: AbortSignal | undefined,
): Promise<Awaited<ReturnType<typeof openedMessage<'result'>>>['answer']> {
  for (;;) {
    if (signal?.aborted === true)
      throw new ParallelError('PARALLEL_ABORTED', 'collecting was aborted', { cause: signal.reason });
    const bytes = await connection.redis.getBuffer(connection.key('result', task));
    if (bytes !== null) return (await openedMessage('result', task, bytes)).answer;
    const state = await connection.queue.getJobState(task);
    if (state === 'failed')
      throw failedTask(task, (await connection.queue.getJob(task))?.failedReason ?? 'nobody says why');
    // It may have come between the two questions.
    const isGone =
      state === 'unknown' && (await connection.redis.exists(connection.key('result', task))) === 0;
    if (isGone) throw lost(task, 'it is no longer in the queue');
    if (!waits)
      throw new ParallelError('CLUSTER_JOB', `the job is not done: ${task} is ${state}`, {
        hint: 'wait for it: collect with { waits: true }',
      });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function described(connection: Connection, entry: Entry): Promise<SubmittedJob> {
  const { id, name, createdAtMs, items, firsts } = entry;
  const asked = connection.redis.pipeline();
  for (const first of firsts) asked.exists(connection.key('result', `${id}-${first}`));
  const there = ((await asked.exec()) ?? []).map(([, count]) => count === 1);
  const sizes = firsts.map((first, index) => (firsts[index + 1] ?? items) - first);
  const done = sizes.reduce((sum, size, index) => (there[index] === true ? sum + size : sum), 0);
  const states = await Promise.all(
    firsts
      .filter((_, index) => there[index] !== true)
      .map((first) => connection.queue.getJobState(`${id}-${first}`)),
  );
  const state =
    states.includes('failed') || states.includes('unknown')
      ? 'failed'
      : done === items
        ? 'done'
        : done > 0 || states.includes('active')
          ? 'running'
          : 'waiting';
  return { id, name, createdAtMs, items, done, state };
}

async function chunksOf(items: Items<unknown>, chunk: number | undefined, size: number) {
  const list = Array.isArray(items) ? items : (await new Feed(items).take(Number.MAX_SAFE_INTEGER)).items;
  const feed = new Feed(list);
  const count = new ChunkSize(chunk ?? Math.max(1, Math.ceil(list.length / (size * 4))), size).next(feed);
  const chunks = [];
  while (!feed.isEnded) chunks.push(await feed.take(count));
  return chunks;
}

async function knownEntry(connection: Connection, id: string): Promise<Entry> {
  const text = await connection.redis.hget(connection.key('jobs'), id);
  const [entry] = text === null ? [] : entryOf(text);
  if (entry?.id !== id)
    throw new ParallelError('CLUSTER_JOB', `there is no job ${id}`, {
      hint: 'jobs() lists those that there are',
    });
  return entry;
}

// Whoever can write there can write anything.
function entryOf(text: string): Entry[] {
  try {
    const entry = JSON.parse(text) as Entry;
    const { id, name, createdAtMs, code, firsts, items } = entry;
    const isWhole =
      [id, name, code].every((one) => typeof one === 'string') &&
      [createdAtMs, items].every((one) => Number.isFinite(one)) &&
      Array.isArray(firsts) &&
      firsts.every((first) => Number.isSafeInteger(first));
    return isWhole ? [entry] : [];
  } catch {
    return [];
  }
}

function lost(what: string, why: string): ParallelError {
  return new ParallelError('CLUSTER_LOST', `${what} cannot be collected: ${why}`, {
    hint: 'results are kept for as long as keepMs says: submit it again',
  });
}
