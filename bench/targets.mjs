// What brine aims at: ratios of time to a peer's in one run; below 1 is faster. Data only.

const OBJECTS = { dumpWarm: 1, dumpCold: 2, loadWarm: 0.2, loadCold: 0.7 };
const STRINGS = { dumpWarm: 1.5, dumpCold: 2, loadWarm: 0.8, loadCold: 1 };
const NUMBERS = { dumpWarm: 1.2, dumpCold: 3, loadWarm: 0.5, loadCold: 1 };
const MAPS = { dumpWarm: 1.5, dumpCold: 3, loadWarm: 1, loadCold: 1 };

/** Against v8, by workload. */
export const V8_TARGETS = {
  records: OBJECTS,
  instances: OBJECTS,
  tree: OBJECTS,
  graph: OBJECTS,
  deep: OBJECTS,
  events: OBJECTS,
  session: OBJECTS,
  strings: STRINGS,
  'strings-repeated': STRINGS,
  'strings-wide': STRINGS,
  typed: NUMBERS,
  doubles: NUMBERS,
  ints: NUMBERS,
  matrix: NUMBERS,
  maps: MAPS,
};

/** Against Python's C pickle and dill, every workload. */
export const PYTHON_TARGETS = {
  'py-pickle': { dumpWarm: 1, loadWarm: 0.7 },
  'py-dill': { dumpWarm: 0.1, loadWarm: 0.7 },
};

/** Bytes against v8's. */
export const SIZE_TARGET = 0.7;
