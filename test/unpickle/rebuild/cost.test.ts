// Goal: many functions of one text cost little each, many texts compile in reasonable time.
// Method: time it, with bounds several times above what an idle machine needs.
import { describe, expect, it } from 'vitest';
import { code, Rows, scope, shape } from './rows.js';

function timeMs(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

describe('cost', () => {
  it('10,000 counters of one factory', () => {
    const rows = new Rows();
    const counter = shape('let count');
    const inc = code('() => ++count', 'arrow');
    const outer = scope(shape('const step'), [1]);
    for (let i = 0; i < 10_000; i++) rows.fn(inc, scope(counter, [i], outer));
    const ms = timeMs(() => rows.rebuild());
    console.info(`10,000 counters: ${ms.toFixed(0)} ms`);
    expect(rows.get(10_000)()).toBe(10_000);
    expect(ms).toBeLessThan(1500);
  });

  it('1,000 distinct functions', () => {
    const rows = new Rows();
    for (let i = 0; i < 1000; i++) {
      rows.fn(
        code(
          `function f${i}(a, b) { const sum = a + b + ${i}; return [sum, x].map((n) => n * 2) }`,
          'function',
        ),
        scope(shape('let x'), [i]),
      );
    }
    const ms = timeMs(() => rows.rebuild());
    console.info(`1,000 functions: ${ms.toFixed(0)} ms`);
    expect(rows.get(3)(1, 1)).toEqual([8, 4]);
    expect(ms).toBeLessThan(3000);
  });

  it('10,000 objects with private members', () => {
    const rows = new Rows();
    const a = rows.cls(code('class A { name; #a = 1; a() { return this.#a } }', 'class'));
    const m = rows.cls(code('class M extends Map { #m = 1; m() { return this.#m } }', 'class'), {
      heritage: rows.object(() => Map),
    });
    rows.rebuild();
    const [A, M] = [rows.get(a), rows.get(m)];
    const r = rows.rebuilder;
    const base = timeMs(() => {
      for (let i = 0; i < 10_000; i++)
        r.writePrivate(A, r.allocateStamped([A], A.prototype, undefined, ['name']), false, '#a', i);
    });
    const derived = timeMs(() => {
      for (let i = 0; i < 10_000; i++)
        r.writePrivate(
          M,
          r.allocateStamped([M], M.prototype, () => new Map()),
          false,
          '#m',
          i,
        );
    });
    console.info(`10,000 stamped: base ${base.toFixed(0)} ms, extends Map ${derived.toFixed(0)} ms`);
    expect(base).toBeLessThan(1500);
    expect(derived).toBeLessThan(1500);
  });
});
