// A value so heavy that its group lies in several stripes, which point into each other. A text weighs in every cell.
export function make() {
  const heavy = new Array(2100).fill('x'.repeat(2 ** 14));
  const after = Array.from({ length: 100 }, (_, i) => [i]);
  return [heavy, after, after[7], { heavy }];
}
export const check = ([heavy, after, seventh, again]) => [heavy.length, seventh === after[7], again.heavy === heavy];
export const expected = [2100, true, true];
export const stripes = 2;
