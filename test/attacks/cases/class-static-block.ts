// A class whose evaluation runs code: static blocks, static fields, computed keys, a heritage that is a call. In trusted
// mode what would run is taken out of the text; in data mode the class is a record.

import { dumps } from '../../../src/library/index.js';
import type { Attack } from '../attack.js';

export const classStaticBlock: Attack = {
  name: 'a class that runs code when it is evaluated',
  make: () => {
    const heritage = (): typeof Object => Object;
    const Loud = class extends heritage() {
      static runs = 0;
      static {
        Reflect.set(globalThis, 'pollutedByClass', (Reflect.get(globalThis, 'pollutedByClass') ?? 0) + 1);
      }
    };
    const bytes = dumps([Loud, new Loud()]);
    Reflect.deleteProperty(globalThis, 'pollutedByClass');
    return [bytes];
  },
  ends: ['value'],
  trusted: ['value'],
};
