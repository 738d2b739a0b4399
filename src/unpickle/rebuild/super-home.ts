// A home object for code that uses `super` but cannot be written in the literal of its true home.
//
// `super.x` looks in the prototype of the home object. The object the code was written in gets a prototype that asks the
// true home's prototype each time, so that `super` follows it when that changes later. Knows nothing of rows.

const { getPrototypeOf, setPrototypeOf } = Object;
const { get, has, set } = Reflect;

/** A true home that becomes known later. */
export interface LateHome {
  home: unknown;
}

/** Makes `super` in code written in `literal` start from the late home. */
export function forwardSuper(literal: object, late: LateHome): void {
  const parent = (): object => {
    const { home } = late;
    const isObject = (typeof home === 'object' && home !== null) || typeof home === 'function';
    return (isObject ? (getPrototypeOf(home) as object | null) : null) ?? NOTHING;
  };
  const forwarding = new Proxy(NOTHING, {
    get: (_, key, receiver) => get(parent(), key, receiver),
    has: (_, key) => has(parent(), key),
    set: (_, key, value, receiver) => set(parent(), key, value, receiver),
  });
  setPrototypeOf(literal, forwarding);
}

// Extensible, or the engine would not let the proxy report properties it does not have.
const NOTHING: object = Object.create(null);
