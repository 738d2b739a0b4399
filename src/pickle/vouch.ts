// Which functions are the platform's own and nobody's stand-in for them, so that calling one runs no code of the user's.

import { intrinsicName } from '../realm/intrinsics.js';
import type { Walk } from './context.js';

/** Says of a function whether the platform made it: it has no text that anybody wrote here, and is bound to nothing. */
export function vouchFor(walk: Walk): (fn: Function) => boolean {
  return (fn) =>
    intrinsicName(fn) !== undefined ||
    (walk.capture.isForeign(fn) && walk.capture.describe([fn])[0]?.kind === 'uncapturable');
}
