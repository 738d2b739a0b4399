// Plain records of 8 fields: integers, doubles, strings distinct and repeated, booleans, null, undefined, -0.
import { randomFrom } from '../random.mjs';

const CITIES = ['Berlin', 'Kyiv', 'Lagos', 'Lima', 'Osaka', 'Oslo', 'Pune', 'Quito'];
const KEYS = ['id', 'name', 'city', 'score', 'isActive', 'manager', 'visits', 'note'];

export const workload = {
  name: 'records',
  make(n) {
    const random = randomFrom(1);
    return Array.from({ length: n }, (_, id) => ({
      id,
      name: `user ${Math.floor(random() * 1e9).toString(36)}`,
      city: CITIES[Math.floor(random() * CITIES.length)],
      score: id % 1000 === 0 ? -0 : random() * 100,
      isActive: random() < 0.5,
      manager: id % 3 === 0 ? null : Math.floor(random() * n),
      visits: Math.floor(random() * 1000),
      note: id % 5 === 0 ? undefined : 'ok',
    }));
  },
  check(original, copy) {
    const losses = new Set();
    if (!Array.isArray(copy) || copy.length !== original.length) return ['length'];
    for (const [index, record] of original.entries()) {
      const kept = KEYS.filter((key) => Object.hasOwn(copy[index], key));
      if (Object.keys(copy[index]).join() !== kept.join()) losses.add('keys or their order');
      for (const key of KEYS) {
        const [was, is] = [record[key], copy[index][key]];
        if (Object.is(was, is) && kept.includes(key)) continue;
        losses.add(was === undefined ? 'undefined' : Object.is(was, -0) ? '-0' : 'values');
      }
      if (Object.getPrototypeOf(copy[index]) !== Object.prototype) losses.add('prototype');
    }
    return [...losses];
  },
};
