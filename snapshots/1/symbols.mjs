// Symbols: registered, well-known, of their own; as values and as keys.
export function make() {
  const own = Symbol('own');
  return {
    list: [own, Symbol('own'), own, Symbol(), Symbol(''), Symbol.for('registered'), Symbol.iterator, Symbol('\ud800')],
    keys: { [own]: 1, [Symbol.for('registered')]: 2, [Symbol.toStringTag]: 'Tagged', plain: own },
    boxed: Object(own),
  };
}
