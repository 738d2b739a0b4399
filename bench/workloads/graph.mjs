// A random graph with cycles: every node names up to 3 others, and the nodes hang together in one long chain.
import { randomFrom } from '../random.mjs';

/** The first node of a random graph of n nodes. */
export function graphOf(n, random) {
  const nodes = Array.from({ length: n }, (_, id) => ({ id, next: null, links: [] }));
  for (const [index, node] of nodes.entries()) {
    node.next = nodes[index + 1] ?? nodes[0];
    for (let links = Math.floor(random() * 4); links > 0; links--) {
      node.links.push(nodes[Math.floor(random() * n)]);
    }
  }
  return nodes[0];
}

export const workload = {
  name: 'graph',
  make(n) {
    return graphOf(n, randomFrom(3));
  },
  // Walks both side by side along the chain, and pairs every node with its copy.
  check(original, copy) {
    const losses = new Set();
    const copyOf = new Map();
    let is = copy;
    for (let was = original; !copyOf.has(was); was = was.next) {
      if (is === null || typeof is !== 'object') return ['nodes'];
      copyOf.set(was, is);
      if (is.id !== was.id) losses.add('values');
      is = is.next;
    }
    if (is !== copy) losses.add('cycles');
    if (new Set(copyOf.values()).size !== copyOf.size) losses.add('nodes');
    for (const [node, twin] of copyOf) {
      if (twin.links.length !== node.links.length) losses.add('links');
      else if (!node.links.every((link, at) => twin.links[at] === copyOf.get(link))) losses.add('identity');
    }
    return [...losses];
  },
};
