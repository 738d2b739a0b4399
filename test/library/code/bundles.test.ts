// Goal: real code of thousands of lines, whose every function leans on others of its file, comes back whole.
// Method: bundles of well-known packages as files of the user's, so that they go by value; each is put to use in the
// process that loaded it, in one that got it from a snapshot, and in one that got it from a snapshot of that.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** File below node_modules, and what is done with its exports `m`. */
const BUNDLES = [
  [
    'luxon/build/node/luxon.js',
    `const d = m.DateTime.fromISO('2024-02-03T04:05:06Z', { zone: 'Europe/Berlin' });
     const i = m.Interval.fromDateTimes(d, d.plus({ months: 5, days: 3 }));
     return [d.toISO(), d.setLocale('fr').toFormat('cccc d LLLL yyyy'), d.reconfigure({ numberingSystem: 'beng' }).toFormat('yyyy'),
       d.toRFC2822(), d.weekNumber, i.toDuration(['months', 'days']).toObject(), m.Duration.fromISO('P1DT2H').toHuman(),
       m.DateTime.fromFormat('May 25 1982', 'LLLL dd yyyy').isValid, m.Info.months('short').length, m.DateTime.fromSQL('x').invalidReason]`,
  ],
  [
    'immutable/dist/immutable.js',
    `const r = m.Record({ a: 1, b: 2 }); const o = m.fromJS({ x: [1, { y: 2 }], z: {} });
     return [o.setIn(['x', 1, 'y'], 3).toJS(), new r({ b: 5 }).toJS(), m.Range(0, 10).filter((n) => n % 2).toArray(),
       m.List([3, 1, 2]).sort().toJS(), m.is(m.Map({ a: 1 }), m.Map({ a: 1 })), m.OrderedMap([[1, 2]]).merge({ b: 3 }).toJS(),
       o.mergeDeep({ z: { q: 1 } }).toJS(), m.Set([1, 2]).union([3]).size, m.Seq([1, 2, 3]).groupBy((n) => n % 2).toJS()]`,
  ],
  [
    'decimal.js/decimal.js',
    `const D = m.clone({ precision: 30 });
     return [String(new m(0.1).plus(0.2)), String(D.sqrt(2)), String(m.exp(1)), new m('0xff').toHex(), String(new D(2).pow(0.5).toFraction()),
       m.isDecimal(new m(1)), String(m.max(1, 2, '3')), String(new m(1).div(3)), String(D.sin(1))]`,
  ],
  [
    'acorn/dist/acorn.js',
    `const tree = m.parse('class A extends B { #x = async () => { for await (const y of z) yield_; } }', { ecmaVersion: 'latest' });
     return [JSON.stringify(tree).length, tree.body[0].type, [...m.tokenizer('a + 1', { ecmaVersion: 2020 })].map((t) => t.type.label),
       m.isIdentifierStart(97), (() => { try { m.parse('let let') } catch (e) { return [e.name, e.message] } })()]`,
  ],
  [
    'react/cjs/react.production.js',
    `const E = m.createElement('p', { a: 1 }, 'x'); class C extends m.Component {}
     return [E.type, E.props, m.isValidElement(E), m.Children.toArray([E, 'y']).length, typeof C.prototype.setState, m.version,
       m.cloneElement(E, { b: 2 }).props, m.createContext(5)._currentValue, m.memo(() => null).compare]`,
  ],
  [
    'flatted/cjs/index.js',
    `const o = { a: [] }; o.a.push(o); const t = m.stringify(o); return [t, m.parse(t).a[0].a.length]`,
  ],
] as const;

let library: LibraryBundle;
beforeAll(async () => {
  library = await bundleLibrary();
});
afterAll(() => library.remove());

/** What a process that gets the exports by `how` finds, and what it lost; it saves them as \`to\`. */
async function use(how: string, use: string, to: string): Promise<unknown> {
  const printed = await library.run(`
    import { createRequire } from 'node:module';
    import { writeFileSync } from 'node:fs';
    const require = createRequire(import.meta.url);
    const losses = [];
    const onLoss = ({ path, reason }) => losses.push(path + ': ' + reason);
    const m = ${how};
    writeFileSync(${JSON.stringify(to)}, lib.dumps(m, { onLoss }));
    console.log(JSON.stringify([(() => { ${use} })(), losses], (_, value) => value === undefined ? 'undefined' : value));`);
  return JSON.parse(printed);
}

it.each(BUNDLES)('%s comes back and works, also the second time', async (file, exercise) => {
  const name = (file.split('/')[0] as string).replace(/\W/g, '-');
  const copy = join(library.folder, `user-${name}.cjs`);
  copyFileSync(join(modules, file), copy);
  const [first, second, third] = ['1', '2', '3'].map((step) =>
    join(library.folder, `${name}-${step}.pkl`),
  ) as [string, string, string];
  const load = (from: string): string => `(await lib.load(${JSON.stringify(from)}, { onLoss })).value`;
  const there = await use(`require(${JSON.stringify(copy)})`, exercise, first);
  expect((there as unknown[])[1]).toEqual([]);
  expect(await use(load(first), exercise, second)).toEqual(there);
  expect(await use(load(second), exercise, third)).toEqual(there);
});
