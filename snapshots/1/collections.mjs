// Maps and Sets, in themselves, with own properties, with index properties, of subclasses.
import vm from 'node:vm';
export function make() {
  const { Register, Bag } = vm.runInThisContext(
    '({ Register: class Register extends Map { note = 1 }, Bag: class Bag extends Set {} })',
    { filename: 'collections.js' },
  );
  const map = new Map([[1, 'a'], ['1', 'b'], [NaN, 'n'], [{}, []]]);
  map.set(map, map);
  return [
    map, new Set([1, '1', null, undefined, map]), new Map(), new Set(),
    Object.assign(new Map([[1, 2]]), { 0: 'zero', extra: true }),
    Object.freeze(Object.assign(new Set([1]), { 5: 'five' })),
    new Register([[1, new Bag([2])]]),
  ];
}
