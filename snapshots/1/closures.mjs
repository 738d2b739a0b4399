// Functions of every form and the scopes that they share.
import vm from 'node:vm';
const source = `(() => {
  let count = 0;
  const step = 2;
  function outer(a) {
    let inner = a;
    return { add: () => (inner += step, count++), get: () => [inner, count], self() { return this.add === undefined; } };
  }
  function Maker() { this.name = 'maker'; return { arrow: () => this.name, target: () => new.target === undefined }; }
  function older() { return () => arguments.length; }
  const home = { hello() { return 'hello'; } };
  const child = { __proto__: home, hello() { return super.hello() + ' child'; } };
  const withs = new Function('box', 'with (box) { return () => inside; }')({ inside: 'in' });
  function fails() { return later; }
  return {
    pair: outer(10), other: outer(20), made: new Maker(), args: older(1, 2, 3), child, withs,
    generate: function* generate() { yield* [1, 2]; yield step; },
    async: async () => count, both: async function* () { yield count; },
    bound: function sum(a, b) { return this.base + a + b; }.bind({ base: 100 }, 1),
    defaults: (a = step, { b } = { b: a }, ...rest) => [a, b, rest.length], fails,
    named: Object.assign(function fact(n) { return n < 2 ? 1 : n * fact(n - 1); }, { note: 'own' }),
    accessor: { get now() { return ++count; }, set now(value) { count = value; } },
  };
  let later = 1;
})()`;
// What restored functions capture may be laid out in other scopes than it was.
export const isSameBytes = false;
export const make = () => vm.runInThisContext(source, { filename: 'closures.js' });
export function check(value) {
  value.pair.add();
  value.other.add();
  let dead = '';
  try {
    value.fails();
  } catch (error) {
    dead = error.name;
  }
  return [
    value.pair.get(), value.other.get(), value.made.arrow(), value.args(), value.child.hello(), value.withs(),
    [...value.generate()], value.bound(10), value.defaults(), value.named(5), value.accessor.now, dead,
  ];
}
export const expected = [[12, 2], [22, 2], 'maker', 3, 'hello child', 'in', [1, 2, 2], 111, [2, 2, 0], 120, 3, 'ReferenceError'];
