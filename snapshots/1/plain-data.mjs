// Objects, arrays and primitives; dictionaries; objects without a prototype; columns of every form of cells without numbers.
export function make() {
  const dictionary = {};
  for (let i = 0; i < 140; i++) dictionary[`key ${i}`] = i % 3 === 0 ? null : i;
  return {
    primitives: [undefined, null, true, false, 1, 'text', 5n],
    rows: Array.from({ length: 20 }, (_, i) => ({ id: i, even: i % 2 === 0, none: null, maybe: i % 3 ? 'x' : undefined })),
    order: { b: 1, a: 2, 10: 3, 2: 4, '-1': 5, '': 6 },
    bare: Object.assign(Object.create(null), { x: 1, constructor: 2 }),
    own: JSON.parse('{"__proto__": {"x": 1}, "constructor": 1, "then": 2}'),
    dictionary,
    inherits: Object.assign(Object.create({ base: [1] }), { own: 2 }),
    empty: [{}, [], Object.create(null)],
    nested: [[[[{ deep: [1, [2]] }]]]],
  };
}
