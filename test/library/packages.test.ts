// Goal: values of popular packages come back working, by value or through a reducer as a user would write one.
// Method: instances with private, lazily made and shared state go there and back in a process that imports the package as a
// user does; what they can do afterwards is compared.

import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

const EXAMPLE = pathToFileURL(`${ROOT}/docs/examples/luxon-reducer.mjs`).href;

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => lib.remove());

/** Runs a program that says with `console.log` what it found; packages are those of this checkout. */
const found = async (program: string): Promise<unknown> =>
  JSON.parse(
    await lib.run(`import { createRequire } from 'node:module';
      const require = createRequire(${JSON.stringify(`${ROOT}/`)});
      process.chdir(${JSON.stringify(ROOT)});
      ${program}`),
  );

test('decimal.js: numbers and constructors with settings of their own', async () => {
  const said = await found(`
    const Decimal = require('decimal.js');
    const Wide = Decimal.clone({ precision: 40 });
    const value = { third: new Decimal(1).div(3), wide: new Wide(2).sqrt(), Wide };
    const copy = lib.loads(lib.dumps(value));
    console.log(JSON.stringify([
      copy.third.times(3).toString() === value.third.times(3).toString(),
      copy.third.constructor === Decimal,
      copy.third instanceof Decimal,
      copy.wide.toString() === value.wide.toString(),
      new copy.Wide(3).sqrt().toString() === new Wide(3).sqrt().toString(),
      copy.wide.constructor === copy.Wide,
    ]));`);
  expect(said).toEqual([true, true, true, true, true, true]);
});

test('immutable: persistent collections, their order and what they share', async () => {
  const said = await found(`
    const immutable = require('immutable');
    const { Map, List, OrderedSet, Record, is } = immutable;
    const shared = List([1, 2, 3]);
    const Point = Record({ x: 0, y: 0 }, 'Point');
    const many = Map(Array.from({ length: 500 }, (_, i) => ['k' + i, i]));
    const value = { map: Map([[shared, 'list'], ['a', shared]]), many, set: OrderedSet(['b', 'a']), point: Point({ x: 5 }) };
    const copy = lib.loads(lib.dumps(value));
    console.log(JSON.stringify([
      is(copy.map, value.map), is(copy.many, value.many), copy.map.get(copy.map.get('a')),
      copy.set.toArray(), copy.point.x, copy.point.set('y', 2).y, Map.isMap(copy.many.set('new', 1)), copy.many.get('k77'),
    ]));`);
  expect(said).toEqual([true, true, 'list', ['b', 'a'], 5, 2, true, 77]);
});

test('luxon: times with zones through the reducer of docs/examples, durations and intervals as they are', async () => {
  const said = await found(`
    const { DateTime, Duration, Interval } = require('luxon');
    const { register } = await import(${JSON.stringify(EXAMPLE)});
    register(lib.registerReducer, DateTime);
    const start = DateTime.fromISO('2020-03-29T01:30', { zone: 'Europe/Vienna', locale: 'de' });
    const value = { start, span: Duration.fromISO('P1DT2H'), interval: Interval.after(start, { hours: 3 }) };
    value.start.toFormat('cccc');
    const copy = lib.loads(lib.dumps(value));
    console.log(JSON.stringify([
      copy.start.equals(value.start), copy.start.plus({ hours: 1 }).toISO() === start.plus({ hours: 1 }).toISO(),
      copy.start.toFormat('cccc d LLLL') === start.toFormat('cccc d LLLL'), copy.start instanceof DateTime,
      copy.span.as('hours'), copy.interval.length('hours'), copy.interval.start === copy.start,
      copy.start.zoneName,
    ]));`);
  expect(said).toEqual([true, true, true, true, 26, 3, true, 'Europe/Vienna']);
});

test('a package through a reducer: the state is a text, and the class comes from the package', async () => {
  const said = await found(`
    const Decimal = require('decimal.js');
    const reducer = { name: 'decimal.js', reduce: (value) => value.toString(), revive: (text) => new Decimal(text) };
    const pickler = new lib.Pickler().registerReducer(Decimal, reducer);
    const unpickler = new lib.Unpickler().registerReducer(Decimal, reducer);
    const one = new Decimal('1.5');
    const copy = unpickler.loads(pickler.dumps([one, new Map([[one, new Decimal('1e100')]])]));
    console.log(JSON.stringify([copy[0].plus(1).toString(), copy[1].get(copy[0]).toString()]));`);
  expect(said).toEqual(['2.5', '1e+100']);
});
