// Goal: what eight times as many functions and objects with private members cost to make is some eight times as much.
// Method: CPU time of few and of many, the least of several.
import { describe, expect, it } from 'vitest';
import { growthOf } from '../../helpers/growing.js';
import { code, Rows, scope, shape } from './rows.js';

// Something that is done for each with all others would be 64.
const GROWTH_MAX = 24;

describe('cost grows as the number does', () => {
  it('of counters of one factory', () => {
    const growth = growthOf(
      (count, work) => {
        const rows = new Rows();
        const counter = shape('let count');
        const inc = code('() => ++count', 'arrow');
        const outer = scope(shape('const step'), [1]);
        for (let i = 0; i < count; i++) rows.fn(inc, scope(counter, [i], outer));
        work(() => rows.rebuild());
        expect(rows.get(count)()).toBe(count);
      },
      [1250, 10_000],
    );
    expect(growth).toBeLessThan(GROWTH_MAX);
  });

  it('of distinct functions', () => {
    const growth = growthOf(
      (count, work) => {
        const rows = new Rows();
        for (let i = 0; i < count; i++) {
          const text = `function f${i}(a, b) { const sum = a + b + ${i}; return [sum, x].map((n) => n * 2) }`;
          rows.fn(code(text, 'function'), scope(shape('let x'), [i]));
        }
        work(() => rows.rebuild());
        expect(rows.get(3)(1, 1)).toEqual([8, 4]);
      },
      [125, 1000],
    );
    expect(growth).toBeLessThan(GROWTH_MAX);
  });

  it.each([
    ['of a base class', 'class A { name; #a = 1; a() { return this.#a } }', undefined],
    ['of a class that extends Map', 'class A extends Map { #a = 1; a() { return this.#a } }', Map],
  ] as const)('of objects with private members %s', (_, text, heritage) => {
    const growth = growthOf(
      (count, work) => {
        const rows = new Rows();
        const row = rows.cls(
          code(text, 'class'),
          heritage === undefined ? {} : { heritage: rows.object(() => heritage) },
        );
        rows.rebuild();
        const made = rows.get(row);
        const { rebuilder } = rows;
        const allocate = (): object =>
          heritage === undefined
            ? rebuilder.allocateStamped([made], made.prototype, undefined, ['name'])
            : rebuilder.allocateStamped([made], made.prototype, () => new Map());
        work(() => {
          for (let i = 0; i < count; i++) rebuilder.writePrivate(made, allocate(), false, '#a', i);
        });
      },
      [1250, 10_000],
    );
    expect(growth).toBeLessThan(GROWTH_MAX);
  });
});
