// Goal: what is lost with another value is in the report of the save, with its path and the reason, and a load says the same.
// Method: a class that cannot be saved, and whatever cannot be made without it, in one save; both reports are compared.

import { runInThisContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { dumps, loads } from '../../src/index.js';

interface Told {
  readonly path: string;
  readonly what: string;
  readonly reason: string;
}

const REASON = 'the value of a computed key of its body (element 1) cannot be found any more';
const saved: Told[] = [];
const loaded: Told[] = [];
let back: any;

// Nothing else holds the symbol, so that nobody can tell the key of the field.
beforeAll(() => {
  const made = runInThisContext(`(() => {
    const C = class { [Symbol()] = 1; #p = 2; m() { return this.#p } get() { return (o) => o.#p } *g() { yield this.#p } };
    class D extends C { n() { return 7 } }
    const begun = new C().g();
    begun.next();
    const target = Reflect.construct(function () { return { get: () => new.target } }, [], C).get;
    return {
      target,
      method: C.prototype.m, inside: new C().get(), object: new C(), boundClass: C.bind(1), boundMethod: C.prototype.m.bind(1),
      called: new C().g(), begun, free: D.prototype.n, many: Array.from({ length: 1000 }, () => new C()),
    };
  })()`);
  const bytes = dumps(made, { onLoss: (loss) => saved.push(loss) });
  back = loads(bytes, { onLoss: (loss) => loaded.push(loss) });
});

test.each([
  ['method', 'method', 'the class it was written in is missing'],
  ['inside', 'function', 'the class it was written in is missing'],
  ['target', 'function', 'the function that is its `new.target` is missing'],
  ['object', 'instance', 'its class is missing'],
  ['boundClass', 'bound function', 'what it is bound to is missing'],
  ['boundMethod', 'bound function', 'what it is bound to is missing'],
  ['called', 'generator object', 'its function is missing'],
  ['begun', 'generator object', 'the class it was written in is missing'],
])('what needs a class that is lost: %s', (name, what, why) => {
  const told = saved.filter(({ path }) => path === `.${name}`);
  expect(told.map((loss) => [loss.what, loss.reason])).toEqual([[what, `${why}: ${REASON}`]]);
  expect(() => (typeof back[name] === 'function' ? back[name]() : back[name].x)).toThrow(REASON);
});

test('nothing is said at loading that was not said at saving', () => {
  const told = new Set(saved.map(({ path }) => path));
  const named = loaded.filter(({ path }) => /^\.\w+$/u.test(path));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ path }) => !told.has(path))).toEqual([]);
  expect(loaded.filter((loss) => !loss.reason.includes(REASON))).toEqual([]);
});

test('of very many instances some are named, and the last says that there may be more', () => {
  const instances = saved.filter(({ path }) => path.startsWith('.many['));
  expect(instances.length).toBeGreaterThan(150);
  expect(instances.length).toBeLessThan(205);
  expect(instances.at(-1)?.reason).toMatch(/, as may be others after it$/u);
});

test('what does not need the class is saved', () => {
  expect(saved.filter(({ path }) => path === '.free')).toEqual([]);
  expect(back.free()).toBe(7);
});
