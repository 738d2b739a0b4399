// What the comparison of the README asks of each tool: values that one process saves and another one loads, with what has to be true of
// what comes back. A row each, in the order of the table; `comparison.py` has the same for Python, by the same keys.
//
// What comes back is used, not compared: its class is another one in the other process.

class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  get length() {
    return Math.hypot(this.x, this.y);
  }
}

class Account {
  #sum = 0;
  add(n) {
    this.#sum += n;
    return this;
  }
  get sum() {
    return this.#sum;
  }
}

/** What is saved and loaded. `make` gives the value; `check` is true when it is all there. */
export const VALUES = [
  {
    key: 'plain',
    title: 'lists, texts, numbers',
    make: () => ({ list: [1, 2.5, 'x', null, true], nested: { deep: { er: 'text' } } }),
    check: ({ list, nested }) => list[1] === 2.5 && list[3] === null && nested.deep.er === 'text',
  },
  {
    key: 'cycles',
    title: 'shared references and cycles',
    make: () => {
      const shared = { n: 1 };
      const value = { a: shared, b: shared };
      value.self = value;
      return value;
    },
    check: (copy) => copy.self === copy && copy.a === copy.b,
  },
  {
    key: 'collections',
    title: 'Map, Set, Date, RegExp, bigint, `-0`, typed arrays',
    make: () => ({
      map: new Map([['k', new Set([1])]]),
      when: new Date(5),
      re: /a/gi,
      big: 2n ** 70n,
      zero: -0,
      bytes: new Uint8Array([1, 2]),
    }),
    check: ({ map, when, re, big, zero, bytes }) =>
      map.get('k').has(1) &&
      when.getTime() === 5 &&
      re.flags === 'gi' &&
      big === 2n ** 70n &&
      Object.is(zero, -0) &&
      bytes instanceof Uint8Array &&
      bytes[1] === 2,
  },
  {
    key: 'attributes',
    title: 'frozen objects, symbols, accessors, holes',
    make: () => {
      const holes = [1, , 3];
      return Object.freeze({
        [Symbol.for('key')]: 1,
        holes,
        hidden: Object.defineProperty({}, 'h', { value: 2 }),
      });
    },
    check: (copy) =>
      Object.isFrozen(copy) &&
      copy[Symbol.for('key')] === 1 &&
      !(1 in copy.holes) &&
      copy.hidden.h === 2 &&
      Object.keys(copy.hidden).length === 0,
  },
  {
    key: 'instance',
    title: 'instances, with the methods of their class',
    make: () => new Point(3, 4),
    check: (copy) => copy.length === 5 && copy.constructor.name === 'Point',
  },
  {
    key: 'private',
    title: 'private fields',
    make: () => ({ ada: new Account().add(10) }),
    check: ({ ada }) => ada.add(5).sum === 15,
  },
  {
    key: 'function',
    title: 'functions that name nothing outside',
    make: () => ({ add: (a, b) => a + b }),
    check: ({ add }) => add(2, 3) === 5,
  },
  {
    key: 'closures',
    title: 'closures that share a variable',
    make: () => {
      let n = 1;
      return { inc: () => ++n, get: () => n };
    },
    check: ({ inc, get }) => inc() === 2 && get() === 2,
  },
  {
    key: 'generator',
    title: 'a generator half way through',
    make: () => {
      const names = (function* () {
        yield 'anna';
        yield 'ben';
      })();
      names.next();
      return { names };
    },
    check: ({ names }) => names.next().value === 'ben',
  },
];

/** Has a getter that runs code of the value's. */
export function valueWithGetter(onRun) {
  return {
    plain: 1,
    get loud() {
      onRun();
      return 2;
    },
  };
}

/** Has something that belongs to this process and can be in no file. */
export function valueWithHandle() {
  return { plain: 1, job: { done: new Promise(() => {}) } };
}
