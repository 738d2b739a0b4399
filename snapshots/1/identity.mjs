// Sharing and cycles through every kind of container.
export function make() {
  const shared = { name: 'shared' };
  const array = [shared];
  const map = new Map([[shared, array]]);
  const set = new Set([map, shared]);
  const proto = { owner: null };
  const object = Object.assign(Object.create(proto), { shared, array, map, set });
  object.self = object;
  proto.owner = object;
  array.push(array, object);
  map.set(map, set);
  set.add(set);
  const chain = { next: null };
  let last = chain;
  for (let i = 0; i < 2000; i++) last = last.next = { next: null };
  last.next = chain;
  return { object, again: [shared, shared, map], chain };
}
export function check({ object, chain, again }) {
  let length = 1;
  for (let at = chain.next; at !== chain; at = at.next) length++;
  return [object.self === object, again[0] === object.array[0], object.map.get(object.map) === object.set, length];
}
export const expected = [true, true, true, 2001];
