// A linked list of n nodes: what recursion dies of.
import { lossesBetween } from '../same.mjs';

export const workload = {
  name: 'deep',
  make(n) {
    let head = null;
    for (let value = n - 1; value >= 0; value--) head = { value, next: head };
    return head;
  },
  check: lossesBetween,
};
