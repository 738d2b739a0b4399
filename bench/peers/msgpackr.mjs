// msgpackr with `structuredClone`, which keeps identity, cycles, Map, Set and typed arrays (its default is faster and does not).
let packr;
let isNative;

export const peer = {
  name: 'msgpackr',
  async available() {
    try {
      const { Packr, isNativeAccelerationEnabled } = await import('msgpackr');
      packr = new Packr({ structuredClone: true, moreTypes: true });
      isNative = isNativeAccelerationEnabled;
    } catch (error) {
      return error.message;
    }
  },
  dump: (value) => packr.pack(value),
  load: (bytes) => packr.unpack(bytes),
  note: () => `structuredClone: true; ${isNative ? 'with' : 'without'} its native addon`,
};
