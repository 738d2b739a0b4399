// A tree as JSON has it: nested objects with 0 … 4 children, never deeper than 12, n nodes in all.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

const DEPTH_MAX = 12;
const CHILDREN_MAX = 4;
const KINDS = ['folder', 'image', 'link', 'text'];

export const workload = {
  name: 'tree',
  make(n) {
    const random = randomFrom(4);
    const roots = [];
    for (let count = 0; count < n; ) {
      const root = nodeOf(random, count++);
      roots.push(root);
      // Level by level, so that the order does not hang on recursion.
      let level = [root];
      for (let depth = 1; depth < DEPTH_MAX && level.length > 0; depth++) {
        const next = [];
        for (const parent of level) {
          for (let left = Math.floor(random() * (CHILDREN_MAX + 1)); left > 0 && count < n; left--) {
            const child = nodeOf(random, count++);
            parent.children.push(child);
            next.push(child);
          }
        }
        level = next;
      }
    }
    return { name: 'root', roots };
  },
  check: lossesBetween,
};

function nodeOf(random, id) {
  return {
    id,
    kind: KINDS[Math.floor(random() * KINDS.length)],
    title: `node ${Math.floor(random() * 1e9).toString(36)}`,
    weight: random(),
    isOpen: random() < 0.5,
    children: [],
  };
}
