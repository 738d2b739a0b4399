// Proxies: made with their target and their handler, which may be shells still. No trap runs. A revoked one is revoked
// again.

import type { Cells } from '../../graph/column.js';
import { isWaiting } from './shell.js';
import { PENDING, type Reviver } from './types.js';

const ProxyOriginal = Proxy;

/** Revives proxies. */
export const proxyReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const [targets, handlers, callable] = segment.state as [Cells, Cells, Cells];
    const target = builder.ensured(targets, row) as object | null;
    const handler = builder.ensured(handlers, row) as object | null;
    if (target === null || handler === null) {
      const isCallable = builder.value(callable, row) === true;
      const { proxy, revoke } = ProxyOriginal.revocable<object>(isCallable ? () => {} : {}, {});
      revoke();
      return proxy;
    }
    if (isWaiting(builder, targets, row) || isWaiting(builder, handlers, row)) return PENDING;
    return new ProxyOriginal(target, handler);
  },
};
