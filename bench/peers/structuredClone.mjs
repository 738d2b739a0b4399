// structuredClone has no bytes: what goes in is a value and what comes out is its copy. Both columns therefore hold the same
// whole round trip, first of the value and then of its clone; compare either with dump and load together.
export const peer = {
  name: 'structuredClone',
  isWithoutBytes: true,
  async available() {
    return undefined;
  },
  dump: (value) => structuredClone(value),
  load: (clone) => structuredClone(clone),
  note: () => 'has no bytes; either column is a whole round trip in memory',
};
