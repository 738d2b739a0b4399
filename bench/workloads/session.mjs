// A session's globals in one object: the other workloads at n / 10 each.
//
// Closures are left out, and the graph is many small ones of 20 nodes instead of one long chain, and there is no deep list:
// else no recursive peer could take part, and brine would have nobody to be compared with.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';
import { workload as doubles } from './doubles.mjs';
import { workload as events } from './events.mjs';
import { graphOf } from './graph.mjs';
import { workload as instances } from './instances.mjs';
import { workload as ints } from './ints.mjs';
import { workload as maps } from './maps.mjs';
import { workload as matrix } from './matrix.mjs';
import { workload as records } from './records.mjs';
import { workload as strings } from './strings.mjs';
import { workload as stringsRepeated } from './strings-repeated.mjs';
import { workload as stringsWide } from './strings-wide.mjs';
import { workload as tree } from './tree.mjs';
import { workload as typed } from './typed.mjs';

const PARTS = [
  records,
  instances,
  tree,
  strings,
  stringsRepeated,
  stringsWide,
  typed,
  doubles,
  ints,
  matrix,
  maps,
  events,
];
const GRAPH_NODES = 20;

export const workload = {
  name: 'session',
  make(n) {
    const share = Math.ceil(n / 10);
    const random = randomFrom(3);
    const globals = Object.fromEntries(PARTS.map((part) => [part.name, part.make(share)]));
    const graphs = Math.ceil(share / GRAPH_NODES);
    globals.graphs = Array.from({ length: graphs }, () => graphOf(GRAPH_NODES, random));
    return globals;
  },
  check: lossesBetween,
};
