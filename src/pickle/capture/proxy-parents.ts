// Keeps V8 from asking proxies: when it lists what a function holds, it looks one step up the prototype chain, and a proxy
// there would have its traps run. Such a function is without that prototype for the moment.
//
// Knows nothing of what is looked at meanwhile.

import { types } from 'node:util';

const { getPrototypeOf, setPrototypeOf, isExtensible } = Reflect;

/** Functions that inherit from a proxy and are frozen in that state: nothing can be asked of them. */
export function isBoundToProxy(fn: object): boolean {
  return types.isProxy(getPrototypeOf(fn)) && !isExtensible(fn);
}

/** Runs `work` while none of the objects inherits from a proxy; puts every prototype back. */
export function withoutProxyParents<T>(objects: readonly object[], work: () => T): T {
  const aside: [object, object][] = [];
  try {
    for (const object of objects) {
      const parent = getPrototypeOf(object);
      if (parent !== null && types.isProxy(parent) && setPrototypeOf(object, null))
        aside.push([object, parent]);
    }
    return work();
  } finally {
    for (const [object, parent] of aside) setPrototypeOf(object, parent);
  }
}
