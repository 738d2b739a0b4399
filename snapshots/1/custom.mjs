// A class with a registered reducer, in a cycle and in a second version.
class Temperature {
  constructor(celsius) {
    this.celsius = celsius;
  }
}
export const make = () => {
  const one = new Temperature(20);
  return [one, one, new Temperature(-5)];
};
export const reducers = [
  [
    Temperature,
    { name: 'Temperature', version: 2, reduce: ({ celsius }) => ({ c: celsius }), revive: ({ c }) => new Temperature(c) },
  ],
];
