// What cannot be saved: each loss is named in the file, the rest is there.
export const isSameBytes = true;
export const make = () => ({ kept: [1, 2], lost: { registry: new FinalizationRegistry(() => {}), promise: new Promise(() => {}) }, shared: null });
export const isCompared = false;
export const losses = ['.lost.registry', '.lost.promise'];
export const check = (value) => [value.kept, Object.keys(value), Object.keys(value.lost)];
export const expected = [[1, 2], ['kept', 'lost', 'shared'], ['registry', 'promise']];
