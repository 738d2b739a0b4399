// Node's own structured serializer, the yardstick: no functions, classes or prototypes.
import v8 from 'node:v8';

export const peer = {
  name: 'v8',
  async available() {
    return undefined;
  },
  dump: (value) => v8.serialize(value),
  load: (bytes) => v8.deserialize(bytes),
};
