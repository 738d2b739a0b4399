// A `meta` section that is no description: a million brackets inside each other, which recursion cannot read, names that are
// prototypes, texts where lists must be, names of globals and of the terminal, text that is no UTF-8, far too much of it.
// telejson and superjson kept instructions in such a side channel; here it decides nothing, and has its form or is refused.

import { dumps } from '../../../src/library/index.js';
import { withSection } from '../../helpers/reseal.js';
import type { Attack } from '../attack.js';

export const hostileMeta: Attack = {
  name: 'a description that is none',
  make: () => {
    const bytes = dumps([1, { a: 2 }]);
    const whole = { type: 'value', brine: '0', node: '20', values: 2, modules: [] };
    const texts = [
      '['.repeat(1_000_000),
      `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
      `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
      '{"__proto__":{"type":"value","polluted":1}}',
      JSON.stringify({ ...whole, modules: 'x' }),
      JSON.stringify({ ...whole, modules: [{ specifier: 5 }] }),
      JSON.stringify({ ...whole, values: -1 }),
      JSON.stringify({
        ...whole,
        session: { bindings: [{ name: '__proto__', kind: 'x', cell: 0, type: '' }] },
      }),
      JSON.stringify({ ...whole, type: '\u001b]0;x\u0007' }),
      JSON.stringify({ ...whole, toJSON: 1, then: 1, constructor: 1 }),
      'null',
      '',
      '\ufeff{}',
    ];
    return [
      ...texts.map((text) => withSection(bytes, 'meta', Buffer.from(text))),
      withSection(bytes, 'meta', Buffer.from([0xff, 0xfe, 0x7b, 0x7d])),
      withSection(bytes, 'meta', Buffer.alloc(3_000_000, 0x20)),
    ];
  },
  ends: ['value', 'SNAPSHOT_STRUCTURE', 'LIMIT_EXCEEDED'],
  trusted: ['value', 'SNAPSHOT_STRUCTURE', 'LIMIT_EXCEEDED'],
};
