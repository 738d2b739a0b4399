// Goal: many functions at once are told apart by a heap snapshot, exactly as by probes, and never by assumption.
// Method: factories called many times; the snapshot is spoilt where the way back to probes is wanted.

import vm from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import { Bulk } from '../../../src/pickle/capture/bulk.js';
import { HeapText } from '../../../src/pickle/capture/heap-text.js';
import { openCapture } from '../../../src/pickle/capture/index.js';
import { V8Session } from '../../../src/pickle/capture/inspector.js';

const run = (text: string): any => vm.runInThisContext(text);
const describeAll = (functions: readonly Function[]): any[] => {
  const capture = openCapture();
  try {
    return capture.describe(functions);
  } finally {
    capture.close();
  }
};
const COUNTERS = `(n => { let count = n; return [() => ++count, () => count, function () { return --count }] })`;

openCapture().close();
afterEach(() => vi.restoreAllMocks());

it('two thousand scopes that three closures share each are told apart with hardly a probe', () => {
  const probe = vi.spyOn(V8Session.prototype, 'probe');
  const mk = run(COUNTERS);
  const all = Array.from({ length: 2000 }, () => mk(0));
  const found = describeAll(all.flat());
  expect(probe.mock.calls.length).toBeLessThan(10);
  expect(new Set(found.map((each) => each.scope)).size).toBe(2000);
  for (let i = 0; i < found.length; i += 3) {
    expect([found[i + 1].scope, found[i + 2].scope]).toEqual([found[i].scope, found[i].scope]);
    expect(found[i].scope === found[i + 1].scope && found[i].scope === found[i + 2].scope).toBe(true);
  }
  expect(all.every(([, get]) => get() === 0)).toBe(true);
});

it('receivers of a thousand arrows are read from the heap', () => {
  // Whether it pays depends on how large the heap of the process is by now.
  vi.spyOn(Bulk.prototype, 'isWorth').mockReturnValue(true);
  const probe = vi.spyOn(V8Session.prototype, 'probe');
  const K = run('(class K { f = () => this })');
  const made = Array.from({ length: 1000 }, () => new K());
  const found = describeAll(made.map(({ f }) => f));
  expect(probe.mock.calls.length).toBeLessThan(10);
  expect(found.every(({ scope }, i) => scope.bindings.get('this').value === made[i])).toBe(true);
});

it('a snapshot with a layout that is not known is not used', () => {
  vi.spyOn(HeapText.prototype, 'finish').mockImplementation(() => {
    throw new Error('not known');
  });
  vi.spyOn(Bulk.prototype, 'isWorth').mockReturnValue(true);
  const mk = run(COUNTERS);
  const [a, b, c] = describeAll([mk(0)[0], mk(0)[0], ...mk(0)]);
  expect(new Set([a.scope, b.scope, c.scope]).size).toBe(3);
});

// A computed key in a pattern would run code of the user's, so such functions are never entered.
const CLOSED = `(() => { let n = 0; return [({ [boom()]: a }) => n++, ({ [boom()]: a }) => n] })`;

it('functions that cannot be entered are told apart by the heap', () => {
  const mk = run(CLOSED);
  const [a, b, c, d] = describeAll([...mk(), ...mk()]);
  expect([a.scope === b.scope, c.scope === d.scope, a.scope === c.scope]).toEqual([true, true, false]);
});

// What V8 keeps of the functions around `q` is no variable that it would list, or has the name of one only in what they are called.
const IN_BETWEEN: readonly (readonly [string, string])[] = [
  ['this of a function', '(function () { return [INNER] }).call({})'],
  ['this of a method with the name of the variable', '({ q() { return [INNER] } }).q()'],
  [
    'this of a function that is called so',
    '(() => { const o = {}; o.q = function () { return [INNER] }; return o.q() })()',
  ],
  ['this of a field', '(new (class { list = [INNER] })()).list'],
  ['this of a static field', '(class { static list = [INNER] }).list'],
  ['new.target', '(function () { return [INNER].map((fn) => (new.target, fn)) })()'],
  [
    'this and a variable',
    '(function () { let other = q; return [INNER, () => other++].slice(0, 2) }).call({})',
  ],
];

it.each(IN_BETWEEN)('functions that cannot be entered are told apart behind %s', (_what, text) => {
  const inner = '({ [boom()]: a }) => [this, new.target, q++], ({ [boom()]: a }) => [this, q]';
  const body = `(function () { return (k) => { let q = k; return ${text.replace('INNER', inner)} } })()`;
  const mk = run(body);
  const [a, b, c, d] = describeAll([...mk(1), ...mk(1)]);
  const scopeOfQ = ({ scope }: any): any => {
    let at = scope;
    while (at != null && !at.bindings.has('q')) at = at.parent;
    return at;
  };
  const scopes = [a, b, c, d].map(scopeOfQ);
  expect(scopes.map((scope) => scope?.bindings.get('q').value)).toEqual([1, 1, 1, 1]);
  expect([scopes[0] === scopes[1], scopes[2] === scopes[3], scopes[0] === scopes[2]]).toEqual([
    true,
    true,
    false,
  ]);
});

it('functions that nothing tells apart are refused with the reason', () => {
  vi.spyOn(Bulk.prototype, 'take').mockReturnValue(null);
  const mk = run(CLOSED);
  const found = describeAll([mk()[0], mk()[0]]);
  expect(found[1]).toMatchObject({ kind: 'uncapturable', what: 'function' });
  expect(found[1].reason).toContain('nothing tells');
});

it('private members are found without the constructor property', () => {
  const classes = run('[class A { #x = 1; m() {} }, class B { #x = 1; m() {} }]');
  Reflect.deleteProperty(classes[0].prototype, 'constructor');
  classes[1].prototype.constructor = Map;
  const capture = openCapture();
  for (const owner of classes) {
    expect(capture.mayHavePrivates(owner.prototype)).toBe(true);
    expect(capture.privatesOf(new owner())).toEqual([
      { owner, isStatic: false, fields: new Map([['#x', 1]]) },
    ]);
  }
  capture.close();
});

const HEAD = `{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count"],"node_types":[["code","string"]],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["internal"]],"location_fields":["object_index","script_id","line","column"]},"node_count":2,"edge_count":1},`;
const TEXT = `${HEAD}\n"nodes":[0,1,1,16,1\n,1,2,3,48,0\n],\n"edges":[0,3,5],\n"locations":[5,7,8,9],\n"strings":["<dummy>","a\\"]b","c","edge"]}`;

it('the text of a snapshot is read alike however it is cut into chunks', () => {
  for (let size = 1; size <= TEXT.length; size++) {
    const text = new HeapText();
    for (let at = 0; at < TEXT.length; at += size) text.write(Buffer.from(TEXT.slice(at, at + size)));
    const { nodeId, nodeSize, edgeTo, locations, strings } = text.finish();
    expect([[...nodeId], [...nodeSize], [...edgeTo], locations, strings.get(3), strings.get(2)]).toEqual([
      [1, 3],
      [16, 48],
      [1],
      [1, 7, 8, 9],
      'edge',
      'c',
    ]);
  }
});

it('the text of a snapshot that is cut short is refused', () => {
  for (let length = 0; length < TEXT.length - 1; length++) {
    const read = (): unknown => {
      const text = new HeapText();
      text.write(Buffer.from(TEXT.slice(0, length)));
      return text.finish();
    };
    expect(read, `cut at ${length}`).toThrow();
  }
});
