// Keeps V8 from asking proxies: when it lists or names what it is shown, it looks up the prototype chain, and a proxy
// there would have its traps run. Such a function is without that prototype for the moment.
//
// Knows nothing of what is looked at meanwhile.

import { types } from 'node:util';

const { getPrototypeOf, setPrototypeOf, isExtensible } = Reflect;
const descriptorOf = Reflect.getOwnPropertyDescriptor;

/** Functions that inherit from a proxy and are frozen in that state: nothing can be asked of them. */
export function isBoundToProxy(fn: object): boolean {
  return types.isProxy(getPrototypeOf(fn)) && !isExtensible(fn);
}

/**
 * Runs `work` while none of the objects inherits from a proxy; puts every prototype back. With `most`, chains end after about so
 * many links meanwhile: looking up names costs a link each, so what asks for each object of a long chain would cost its square.
 */
export function withoutProxyParents<T>(
  objects: readonly object[],
  work: () => T,
  most = Number.POSITIVE_INFINITY,
): T {
  const aside: [object, object][] = [];
  try {
    for (const object of objects) {
      cutChain(object, aside, most);
      const prototype: unknown =
        typeof object === 'function' ? descriptorOf(object, 'prototype')?.value : undefined;
      if (typeof prototype === 'object' && prototype !== null && !types.isProxy(prototype)) {
        cutChain(prototype, aside, most);
      }
    }
    return work();
  } finally {
    for (let i = aside.length - 1; i >= 0; i--) {
      const [object, parent] = aside[i] as [object, object];
      setPrototypeOf(object, parent);
    }
  }
}

// V8 names what it describes by looking up the whole chain: it has to end before a proxy.
function cutChain(start: object, aside: [object, object][], most: number): void {
  let links = 0;
  for (let at: object | null = start; at !== null; links++) {
    const parent: object | null = getPrototypeOf(at);
    if (parent !== null && (links >= most || types.isProxy(parent))) {
      if (setPrototypeOf(at, null)) {
        aside.push([at, parent]);
        return;
      }
      if (types.isProxy(parent)) return;
    }
    at = parent;
  }
}
