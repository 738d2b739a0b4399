// Every way of naming a variable from outside, in every form of code, some ways a sample. See samples.mjs for the fields.

import { DECLARATIONS, HOLDERS, USES } from './names.mjs';

const WAYS_PER_SAMPLE = 8;

// Looking for the object of a method with `super` takes too long to do it for each way.
const FORMS = HOLDERS.filter(([name]) => name !== 'method with super');

// What a form of code gives: a class is asked for its method, a generator for its only result.
const CALLS = FORMS.map(([name], i) => {
  if (/^static method/.test(name)) return `u[${i}].m()`;
  if (/^class with a static/.test(name)) return `u[${i}].m()`;
  if (/^class/.test(name)) return `new u[${i}]().m()`;
  if (name === 'generator') return `u[${i}]().next().value`;
  return name === 'async arrow' ? `await u[${i}]()` : `u[${i}]()`;
});

const GROUPS = USES.flatMap((_, i) =>
  i % WAYS_PER_SAMPLE === 0 ? [USES.slice(i, i + WAYS_PER_SAMPLE)] : [],
);

export const NAMES = GROUPS.map((uses) => ({
  name: uses.map(([name]) => name).join(', '),
  body: DECLARATIONS,
  value: `[${uses.map(([, , body]) => `[${FORMS.map(([, around]) => around(body)).join(', ')}]`).join(', ')}]`,
  check: `(async () => { const all = []; for (const u of v) all.push([${CALLS.join(', ')}].join("")); return all })()`,
  want: uses.map(() => 'F'.repeat(FORMS.length)),
}));
