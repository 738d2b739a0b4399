// Makes the session of this process. Loaded after the prompt is on screen, so that nobody waits for it.

import type { Evaluator } from '../src/evaluator/index.js';
import { Session } from '../src/session/index.js';
import type { SessionLike } from './session-like.js';

/** The session of an evaluator. It began with the process: what was saved since then is somebody else's. */
export function openSession(evaluator: Evaluator): SessionLike {
  return new Session(evaluator, performance.timeOrigin);
}
