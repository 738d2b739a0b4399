// cbor-x with `structuredClone`, which keeps identity, cycles, Map, Set and typed arrays.
let encoder;
let isNative;

export const peer = {
  name: 'cbor-x',
  async available() {
    try {
      const { Encoder, isNativeAccelerationEnabled } = await import('cbor-x');
      encoder = new Encoder({ structuredClone: true });
      isNative = isNativeAccelerationEnabled;
    } catch (error) {
      return error.message;
    }
  },
  dump: (value) => encoder.encode(value),
  load: (bytes) => encoder.decode(bytes),
  note: () => `structuredClone: true; ${isNative ? 'with' : 'without'} its native addon`,
};
