// Built-in prototypes as values: a file that hands `Object.prototype` to whoever opens it makes a later write to "its" object
// a change of every object, which is what flatted (CVE-2026-33228) and devalue (CVE-2025-57820) came to. Values may inherit
// from them; as a value of their own, each is a record, also where an array, a Map or a property has it.

import { dumps } from '../../../src/library/index.js';
import type { Attack } from '../attack.js';

export const livePrototypes: Attack = {
  name: 'built-in prototypes as values',
  make: () => {
    const all = [Object, Array, Map, Set, Date, RegExp, Error, URL, Uint8Array].map(
      ({ prototype }) => prototype as object,
    );
    return [
      dumps(Object.prototype),
      dumps(all),
      dumps({ at: new Map([[Object.prototype, Array.prototype]]), of: new Set(all) }),
    ];
  },
  ends: ['value'],
};
