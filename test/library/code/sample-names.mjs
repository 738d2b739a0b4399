// Every way of naming a variable from outside, in every form of code, one sample a way. See samples.mjs for the fields.

import { DECLARATIONS, HOLDERS, USES } from './names.mjs';

const IS_OWNER = /class/;

// What a form of code gives: a class is asked for its method, a generator for its only result.
const CALLS = HOLDERS.map(([name], i) => {
  if (/static/.test(name)) return `v[${i}].m()`;
  if (IS_OWNER.test(name)) return `new v[${i}]().m()`;
  if (name === 'generator') return `v[${i}]().next().value`;
  return name === 'async arrow' ? `await v[${i}]()` : `v[${i}]()`;
});

// Static methods are held by themselves, and their class with them.
const held = ([name, around], body) =>
  /^static method/.test(name) ? around(body).replace(/\)\.m$/, ')') : around(body);

export const NAMES = USES.map(([name, , body]) => ({
  name,
  body: DECLARATIONS,
  value: `[${HOLDERS.map((holder) => held(holder, body)).join(', ')}]`,
  check: `(async () => [${CALLS.join(', ')}].join(""))()`,
  want: 'F'.repeat(HOLDERS.length),
}));
