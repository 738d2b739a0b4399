// Attributes, accessors, frozen, sealed and closed objects; arrays with holes, sparse ones, odd elements.
export function make() {
  const all = {};
  for (let bits = 0; bits < 8; bits++) {
    const flags = { enumerable: (bits & 2) !== 0, configurable: (bits & 4) !== 0 };
    Object.defineProperty(all, `p${bits}`, { value: bits, writable: (bits & 1) !== 0, ...flags });
    Object.defineProperty(all, `a${bits}`, { get: undefined, ...flags });
  }
  const far = ['first'];
  far[100_000] = 'far';
  const greatest = [1];
  greatest.length = 2 ** 32 - 1;
  const accessor = Object.defineProperty([1, 2, 3], 1, { get: undefined, enumerable: true, configurable: true });
  const sparse = [];
  sparse[3000] = 1;
  return {
    all,
    fixed: [Object.freeze({ a: { b: 1 } }), Object.seal({ a: 1 }), Object.preventExtensions({ a: 1 }), Object.freeze([1, 2])],
    lists: [Object.seal([1, , 2]), Object.preventExtensions([1]), Object.freeze(sparse), [1, , 3], [, , ,]],
    far, greatest, accessor,
    length: Object.defineProperty([1, 2], 'length', { writable: false }),
    extra: Object.assign([1], { extra: 1, 4294967295: 'no index' }),
    hidden: Object.defineProperty({ a: 1 }, '0', { value: 'hidden', configurable: true }),
    proto: Object.setPrototypeOf([1], null),
  };
}
