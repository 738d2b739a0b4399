// The program of a worker of a pool: what tinypool calls with each task, in a thread or a process of its own.
//
// Loads the pool's snapshot before its first task, and ends with the program that started it.

import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { BEGIN, type LocalTask } from '../parallel/local.js';
import { failureOf, Performer } from '../parallel/perform.js';
import type { Answer } from '../parallel/types.js';

const performer = new Performer({ leaves: isMainThread ? 'none' : 'large' });
let ready: Promise<void> | undefined;

if (isMainThread) process.on('disconnect', () => process.exit(0));

/** Runs one task. */
export default async function work({ snapshot, port, ...task }: LocalTask): Promise<Answer> {
  try {
    ready ??= snapshot === undefined ? Promise.resolve() : loadSession(snapshot);
    await ready;
  } catch (error) {
    port?.close();
    return { failed: failureOf(error, undefined, undefined) };
  }
  if (task.timeoutMs !== undefined) {
    if (port === undefined) process.send?.(BEGIN);
    else port.postMessage(BEGIN);
  }
  const { answer, moved } = await performer.perform(task);
  port?.close();
  if (isMainThread || moved.length === 0) return answer;
  const { Tinypool } = await import('tinypool');
  const carried = { [Tinypool.transferableSymbol]: moved, [Tinypool.valueSymbol]: answer };
  return Tinypool.move(carried as never) as unknown as Answer;
}

async function loadSession(path: string): Promise<void> {
  const { Session } = await import('../session/index.js');
  await new Session().load(path);
}
