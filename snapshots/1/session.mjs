// A session: names of every kind, groups that link to each other, code that shares scopes, patched built-ins, cells.
export const cells = [
  'const config = { rate: 0.5, tags: new Set(["a"]) }',
  'let list = [config, { config }], count = 0',
  'var old = 3; function add() { return ++old }',
  'class Point { #x; constructor(x) { this.#x = x } get x() { return this.#x } }',
  'const points = [new Point(1), new Point(2)], first = points[0]',
  'const { inc, get } = (() => { let n = 0; return { inc: () => ++n, get: () => n } })()',
  'import { join } from "node:path"',
  'Array.prototype.last = function last() { return this[this.length - 1] }',
  'implicit = Symbol("own"); globalThis["#odd"] = 1',
  'Object.defineProperty(globalThis, "virtual", { get() { return count + 1 }, configurable: true, enumerable: true })',
  'const text = "ж".repeat(3), nothing = undefined, big = 2n ** 70n, bytes = new Uint8Array([1, 2])',
  'const lost = { weak: new WeakMap(), kept: 1 }',
  'null.x',
];
/** Looked at in this order after loading. */
export const checks = [
  ['list[0] === config && list[1].config === config', true],
  ['config.rate + config.tags.size', 1.5],
  ['[add(), old]', [4, 4]],
  ['first === points[0] && first instanceof Point && points[1].x', 2],
  ['[inc(), inc(), get()]', [1, 2, 2]],
  ['join("a", "b")', 'a/b'],
  ['[1, 2].last()', 2],
  ['typeof implicit + implicit.description', 'symbolown'],
  ['globalThis["#odd"]', 1],
  ['count = 5; virtual', 6],
  ['text + big + nothing + bytes', 'жжж1180591620717411303424undefined1,2'],
  ['lost.kept', 1],
];
export const names = ['config', 'list', 'points', 'first', 'inc', 'get', 'text'];
