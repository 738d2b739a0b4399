// Closures of one factory: n / 20 with a counter each, and n / 40 pairs that share a counter. Calling them is the check.

function counterFrom(start, step) {
  let count = start;
  return () => {
    count += step;
    return count;
  };
}

function pairFrom(start) {
  let count = start;
  return { add: (by) => (count += by), read: () => count };
}

export const workload = {
  name: 'closures',
  make(n) {
    return {
      counters: Array.from({ length: Math.ceil(n / 20) }, (_, at) => counterFrom(at, at % 7)),
      pairs: Array.from({ length: Math.ceil(n / 40) }, (_, at) => pairFrom(at)),
    };
  },
  check(original, copy) {
    const losses = new Set();
    const { counters, pairs } = copy ?? {};
    if (counters?.length !== original.counters.length || pairs?.length !== original.pairs.length)
      return ['length'];
    for (const [at, counter] of original.counters.entries()) {
      const twin = counters[at];
      if (typeof twin !== 'function') losses.add('functions');
      else if (twin() !== counter() || twin() !== counter()) losses.add('captured variables');
    }
    for (const [at, pair] of original.pairs.entries()) {
      const twin = pairs[at];
      if (typeof twin?.add !== 'function' || typeof twin.read !== 'function') {
        losses.add('functions');
        continue;
      }
      if (twin.read() !== pair.read()) losses.add('captured variables');
      twin.add(5);
      if (twin.read() !== pair.add(5)) losses.add('shared variable');
    }
    return [...losses];
  },
};
