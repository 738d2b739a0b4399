// A root that is taken for a promise: React Flight (CVE-2025-55182) called the `then` of what it had decoded. `load` hands
// out `{ value }`, and in data mode nothing has a `then` that can be called.

import { dumps } from '../../../src/library/index.js';
import type { Attack } from '../attack.js';

export const thenableRoot: Attack = {
  name: 'a root that is taken for a promise',
  make: () => {
    const hostile = Object.defineProperty({ status: 'resolved_model', value: {} }, 'then', {
      value: () => Reflect.set(globalThis, 'polluted', 1),
      enumerable: true,
    });
    return [dumps(hostile), dumps(Object.create(hostile)), dumps(Promise.prototype.then)];
  },
  ends: ['value'],
};
