// Small Buffers that share memory of Node's: their bytes come back and the rest of the pool is not told.
export const isSameBytes = false;
export const make = () => ({ one: Buffer.from('first'), two: Buffer.from('second'), view: Buffer.from('third').subarray(1) });
export const check = ({ one, two, view }) => [one.toString(), two.toString(), view.toString(), Buffer.isBuffer(one)];
export const expected = ['first', 'second', 'hird', true];
export const isCompared = false;
