// One connection to V8 that waits for the next capturing. Opening one collects garbage and lists every script of the process: 15 to
// 100 ms, more than most captures take. Who pickles again at once goes on with it; a quarter of a second later it is closed, because
// V8 runs promises and `eval` more slowly while somebody debugs.
//
// Knows nothing of what is asked.

import { clearTimeout, setTimeout } from 'node:timers';
import { V8Session } from './inspector.js';

const WAIT_MS = 250;

let spare: V8Session | undefined;
let closing: NodeJS.Timeout | undefined;

// As they were when brine was loaded.
const later = setTimeout;
const forget = clearTimeout;
const { apply } = Reflect;
const { unref } = unrefOf();

/** A connection for the caller alone, until {@link giveBack}. Throws where V8 cannot be asked. */
export function takeSession(): V8Session {
  const session = spare;
  if (session === undefined) return new V8Session();
  forget(closing);
  spare = undefined;
  return session;
}

/** Takes a connection back that nobody uses any more. */
export function giveBack(session: V8Session): void {
  if (spare !== undefined || !canRest(session)) return session.close();
  spare = session;
  closing = later(closeSpare, WAIT_MS);
  apply(unref, closing, []);
}

function canRest(session: V8Session): boolean {
  try {
    return session.rest();
  } catch {
    return false;
  }
}

function closeSpare(): void {
  const session = spare;
  spare = undefined;
  session?.close();
}

function unrefOf(): { readonly unref: () => unknown } {
  const timer = later(() => {}, 1);
  const { unref } = timer;
  forget(timer);
  return { unref };
}
