// A thread beside the evaluating one: it reads what the other process says, so that an interrupt is heard while a cell loops for ever,
// and ends what runs. When the other process is gone it sees to it that this one ends, too.
//
// Ends a cell in three steps, each when the one before did not help: the evaluating thread is told (it stops waiting for what
// awaits), what it runs is ended by V8, and programs that it waits for get SIGINT. While brine itself saves or loads nothing is
// ended: a flag asks it to stop where that is safe.

import { Session } from 'node:inspector';
import { Socket } from 'node:net';
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { LineSplitter } from './lines.js';
import { LINE_BYTES_MAX, REQUESTS_FD, type ToKernel } from './messages.js';
import { FLAG, type FromStopper, type ToStopper } from './stopper-messages.js';

/** How long the evaluating thread may take to answer before it is taken for busy. */
const ANSWER_MS = 100;
/** How long V8 may take to end what runs before it is taken for waiting outside of JavaScript. */
const OUTSIDE_MS = 400;
/** After the other process is gone: when what runs is ended, and when the process is. */
const ORPHAN_STOP_MS = 1000;
const ORPHAN_KILL_MS = 10_000;
/** For the save at the end. */
const LEAVING_MS = 120_000;

const port = parentPort as NonNullable<typeof parentPort>;
const flags = workerData as Int32Array;
let waiting = 0;
let answered = 0;

port.on('message', (message: ToStopper) => {
  answered = message.heard;
});

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
  else tell({ message, interrupts: waiting });
}

function interrupt(): void {
  const number = ++waiting;
  Atomics.store(flags, FLAG.interrupts, number);
  tell({ interrupt: number });
  setTimeout(() => stop(number), ANSWER_MS);
}

function stop(number: number): void {
  if (answered >= number) return;
  if (Atomics.load(flags, FLAG.ownWork) > 0) {
    setTimeout(() => stop(number), ANSWER_MS);
    return;
  }
  let isEnded = false;
  const session = new Session();
  session.connectToMainThread();
  session.post('Runtime.terminateExecution', () => {
    isEnded = true;
    session.disconnect();
    tell({ isForced: true });
  });
  setTimeout(() => {
    if (!isEnded && answered < number) signalPrograms();
  }, OUTSIDE_MS);
}

// The evaluating process leads a group of its own, in which are the programs that it started.
function signalPrograms(): void {
  if (process.platform === 'win32') return;
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
