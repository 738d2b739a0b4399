// A thread beside the evaluating one: it reads what the other process says, so that an interrupt is heard while a cell loops for ever,
// and ends what runs. When the other process is gone it sees to it that this one ends, too.
//
// Ends a cell in three steps, each when the one before did not help: the evaluating thread is told (it stops waiting for what
// awaits), what it runs is ended by V8, and programs that it waits for get SIGINT. A save or a load of brine's own is not ended: a
// flag asks it to stop where that is safe. One in the background, which awaits while a cell runs, is no reason to wait.

import { Socket } from 'node:net';
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { haltMain } from './halt.js';
import { LineSplitter } from './lines.js';
import { LINE_BYTES_MAX, REQUESTS_FD, type ToKernel } from './messages.js';
import { FLAG, type FromStopper } from './stopper-messages.js';

/** How long the evaluating thread may take to answer before it is taken for busy. */
const ANSWER_MS = 100;
/** A question that brine itself takes so long to answer is ended, too. */
const OWN_MS = 1000;
/** After the other process is gone: when what runs is ended, and when the process is. */
const ORPHAN_STOP_MS = 1000;
const ORPHAN_KILL_MS = 10_000;
/** For the save at the end. */
const LEAVING_MS = 120_000;

const port = parentPort as NonNullable<typeof parentPort>;
const flags = workerData as Int32Array;
let interrupts = 0;

const lines = new LineSplitter(LINE_BYTES_MAX, hear, () => {});
const requests = new Socket({ fd: REQUESTS_FD, readable: true, writable: false });
requests.on('data', (chunk: Buffer) => lines.push(chunk));
requests.on('error', orphaned);
requests.on('end', orphaned);

function tell(message: FromStopper): void {
  port.postMessage(message);
}

function hear(line: string): void {
  const message = JSON.parse(line) as ToKernel;
  if ('interrupt' in message) interrupt();
  else tell({ message, interrupts });
}

function interrupt(): void {
  const number = ++interrupts;
  Atomics.store(flags, FLAG.interrupts, number);
  tell({ interrupt: number });
  stopSoon(number, performance.now());
}

function stopSoon(number: number, sinceMs: number): void {
  setTimeout(() => stop(number, sinceMs), ANSWER_MS);
}

function stop(number: number, sinceMs: number): void {
  const isWanted = (): boolean => Atomics.load(flags, FLAG.heard) < number;
  if (!isWanted()) return;
  if (!beginHalting()) return stopSoon(number, sinceMs);
  haltMain({
    isWanted,
    mayEndOwn: () => Atomics.load(flags, FLAG.awaited) === 0 && performance.now() - sinceMs > OWN_MS,
    onOutside: () => signalPrograms(number),
    onDone: (isEnded) => {
      Atomics.store(flags, FLAG.isHalting, 0);
      if (isEnded) tell({ forced: number });
      else stopSoon(number, sinceMs);
    },
  });
}

// False while brine's own work runs, or somebody is halting already. Whichever thread is second sees what the other one stored.
function beginHalting(): boolean {
  if (Atomics.compareExchange(flags, FLAG.isHalting, 0, 1) !== 0) return false;
  if (Atomics.load(flags, FLAG.ownWork) === 0) return true;
  Atomics.store(flags, FLAG.isHalting, 0);
  return false;
}

// The evaluating process leads a group of its own, in which are the programs that it started.
function signalPrograms(number: number): void {
  if (process.platform === 'win32') return;
  Atomics.store(flags, FLAG.signalled, number);
  try {
    process.kill(-process.pid, 'SIGINT');
  } catch {
    // It leads no group.
  }
}

function orphaned(): void {
  tell({ isOrphaned: true });
  setTimeout(() => {
    if (Atomics.load(flags, FLAG.isLeaving) === 0) interrupt();
  }, ORPHAN_STOP_MS);
  setTimeout(() => {
    if (Atomics.load(flags, FLAG.isLeaving) === 0) process.kill(process.pid, 'SIGKILL');
  }, ORPHAN_KILL_MS);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LEAVING_MS);
}
