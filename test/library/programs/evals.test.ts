// Goal: code of a direct eval that shares variables with code around the eval never comes back with a copy of its own.
// Method: both are saved together; one of them is reported. Where nothing is shared, or nothing can be assigned, both go.

import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import { dumps } from '../../../src/index.js';

const cases = [
  ['a variable of both', 'let d = 1; F.push(() => d); eval("F.push(() => ++d)")', 1],
  ['the same the other way round', 'let d = 1; eval("F.push(() => d)"); F.push(() => ++d)', 1],
  ['a constant of both', 'const d = 1; F.push(() => d); eval("F.push(() => d)")', 0],
  ['variables of their own', 'let d = 1; F.push(() => d); eval("let d = 2; F.push(() => ++d)")', 0],
  ['code of one eval', 'let d = 1; eval("F.push(() => d, () => ++d)")', 0],
] as const;

it.each(cases)('an eval and the code around it, with %s', (_about, text, lost) => {
  const made: (() => unknown)[] = [];
  runInThisContext(`((F) => { ${text} })`)(made);
  const reasons: string[] = [];
  dumps(made, { onLoss: (loss) => reasons.push(loss.reason) });
  expect(reasons.map((reason) => reason.includes('a direct eval made one of them'))).toEqual(
    Array.from({ length: lost }, () => true),
  );
  expect(made.map((fn) => fn()).every((value) => typeof value === 'number')).toBe(true);
});

const generators = [
  [
    'of an eval, and a function around it',
    'let d = 1; F.push(() => d); eval("F.push((function* () { yield; d++; yield d })())")',
  ],
  [
    'around an eval, and a function of it',
    'let d = 1; F.push((function* () { yield; d++; yield d })()); eval("F.push(() => d)")',
  ],
] as const;

it.each(generators)('a suspended generator %s, with a variable of both', (_about, text) => {
  const made: any[] = [];
  runInThisContext(`((F) => { ${text} })`)(made);
  for (const one of made) if (typeof one !== 'function') one.next();
  const reasons: string[] = [];
  dumps(made, { onLoss: (loss) => reasons.push(loss.reason) });
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.filter((reason) => !reason.includes('a direct eval made one of them'))).toEqual([]);
});
