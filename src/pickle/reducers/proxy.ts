// Proxies. Nothing about one can be asked without running its traps.

import type { Walk } from '../context.js';

/** Makes a proxy a tombstone. */
export function reduceProxy(walk: Walk, place: number): void {
  walk.bury(
    place,
    'Proxy',
    'looking into it would run its traps',
    'save its target and make the proxy again after loading',
  );
}
