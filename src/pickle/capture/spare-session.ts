// One connection to V8 that waits for the next capturing. Opening the debugger reads every script of the process: 15 to
// 100 ms, more than most captures take. But while somebody debugs, V8 awaits and compiles several times slower. So a connection
// waits for as long as it took to open: nobody loses more by that than is won when somebody comes.
//
// Knows nothing of what is asked.

import { V8Session } from './inspector.js';
import { Wait } from './wait.js';

const WAIT_MS_MAX = 250;

let spare: V8Session | undefined;
const closing = new Wait(closeSpare);

/** A connection for the caller alone, until {@link giveBack}. Throws where V8 cannot be asked. */
export function takeSession(): V8Session {
  const session = spare;
  if (session === undefined) return new V8Session();
  closing.stop();
  spare = undefined;
  return session;
}

/** Takes a connection back that nobody uses any more. */
export function giveBack(session: V8Session): void {
  if (spare !== undefined || session.openingMs === 0 || !canRest(session)) return session.close();
  spare = session;
  closing.begin(Math.min(session.openingMs, WAIT_MS_MAX));
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
