// Goal: a hostile meta section ends in an error of brine's or has the form that whoever prints it relies on.
// Method: every field of a session's meta section taken out and given each other type; deep and strange JSON.

import { describe, expect, test } from 'vitest';
import type { BrineError } from '../../src/errors.js';
import { decodeMeta, encodeMeta, type Meta } from '../../src/format/meta.js';

const OUTPUT = {
  printed: 'log',
  text: '1',
  left: 2,
  table: { columns: ['a', 'b'], rows: [['1', '2']], rowsLeft: 1, columnsLeft: 0 },
  plot: { values: [1, null, 2], count: 3 },
};

const META: Meta = {
  type: 'session',
  brine: '1',
  node: '20',
  values: 3,
  modules: [{ specifier: 'acorn', version: '8', isImported: true }],
  session: {
    bindings: [
      {
        name: 'a',
        kind: 'import',
        cell: 1,
        origin: { specifier: 'acorn', imported: '*', attributes: { type: 'json' } },
        type: 'Object',
        bytes: 5,
        preview: '{}',
        resolved: 'file:///a',
      },
    ],
    cells: [{ number: 1, source: 'a', startedAtMs: 1, durationMs: 1, isError: false, output: OUTPUT }],
    losses: [{ name: 'a', path: 'a.b', what: 'Socket', reason: 'r', hint: 'h' }],
    patched: ['Array.prototype.last'],
    note: 'n',
    author: 'a',
    savedAtMs: 1,
    host: 'h',
    platform: 'p',
  },
};

/** Fields that may be missing. */
const OPTIONAL =
  /\.(version|isImported|origin|attributes|note|author|type|bytes|preview|resolved|output|printed|text|left|table|plot)$/;

const codeOf = (meta: unknown): string => {
  try {
    decodeMeta(new TextEncoder().encode(typeof meta === 'string' ? meta : JSON.stringify(meta)));
    return 'read';
  } catch (error) {
    return (error as BrineError).code;
  }
};

/** The paths of everything in a value. */
function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

function changed(path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(META) as unknown as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) as string;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

describe('the meta section', () => {
  test('is read when it is in order, with fields that nobody knows', () => {
    expect(decodeMeta(encodeMeta(META))).toEqual(META);
    expect(codeOf({ ...META, news: 1 })).toBe('read');
    expect(codeOf({ ...META, type: 'value', session: undefined })).toBe('read');
  });

  const paths = pathsIn(META).filter((path) => path.length > 0 && !path.join('.').includes('plot.values'));
  for (const path of paths) {
    const name = path.join('.');
    test(`${name} of another type is refused`, () => {
      const before = path.reduce<any>((at, key) => at[key], META);
      for (const value of [null, 7, 'x', true, [], {}, [null], { then: 1 }]) {
        const isSame =
          typeof value === typeof before && value !== null && Array.isArray(value) === Array.isArray(before);
        if (isSame && typeof value !== 'object') continue;
        // An empty list, and an object whose fields may all be missing, are in order.
        if (isSame && (JSON.stringify(value) === '[]' || /(attributes|output)$/.test(name))) continue;
        expect(codeOf(changed(path, value)), JSON.stringify(value)).toBe('SNAPSHOT_STRUCTURE');
      }
      const isOptional = OPTIONAL.test(name) || /\.\d+$/.test(name);
      if (!isOptional || name === 'type') expect(codeOf(changed(path, undefined))).toBe('SNAPSHOT_STRUCTURE');
    });
  }

  test('a table whose rows differ in length, and a plot of other things, are refused', () => {
    const output = ['session', 'cells', '0', 'output'];
    expect(codeOf(changed([...output, 'table', 'rows'], [['1']]))).toBe('SNAPSHOT_STRUCTURE');
    for (const value of ['1', {}, true])
      expect(codeOf(changed([...output, 'plot', 'values'], [1, value]))).toBe('SNAPSHOT_STRUCTURE');
  });

  test('strange JSON is refused', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '7',
      '"x"',
      '{',
      '{"__proto__":{"type":"value"}}',
      '[['.repeat(100_000),
    ])
      expect(codeOf(text), text.slice(0, 20)).toBe('SNAPSHOT_STRUCTURE');
  });
});
