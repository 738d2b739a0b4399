// Goal: registered reducers decide how their classes are saved, whatever the graph around them looks like.
// Method: classes with every form of reducer, in cycles, shared, failing on either side.

import { describe, expect, test } from 'vitest';
import { PicklingError, TombstoneError } from '../../src/errors.js';
import { dumps, loads, registerReducer } from '../../src/library/index.js';
import { type Loss, Pickler } from '../../src/library/pickler.js';
import { Unpickler } from '../../src/library/unpickler.js';
import type { TombstoneRecord } from '../../src/realm/tombstone.js';

/** A class that can only be made by its constructor. */
class Temperature {
  static made = 0;
  readonly #celsius: number;
  constructor(celsius: number) {
    this.#celsius = celsius;
    Temperature.made++;
  }
  get celsius(): number {
    return this.#celsius;
  }
}

class Node {
  readonly links: unknown[] = [];
  label: string;
  constructor(label: string) {
    this.label = label;
  }
}

function pair(): { pickler: Pickler; unpickler: Unpickler; losses: Loss[]; missing: TombstoneRecord[] } {
  const losses: Loss[] = [];
  const missing: TombstoneRecord[] = [];
  return {
    pickler: new Pickler({ onLoss: (loss) => losses.push(loss) }),
    unpickler: new Unpickler({ onLoss: (loss) => missing.push(loss) }),
    losses,
    missing,
  };
}

function errorOf(run: () => unknown): any {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const GOOD = { reduce: (): number => 1, revive: (): object => ({}) };

const temperature = {
  reduce: (value: Temperature) => ({ c: value.celsius }),
  revive: (state: { c: number }) => new Temperature(state.c),
};

describe('one step', () => {
  test('a registered reducer is asked for the state and revives from it', () => {
    registerReducer(Temperature, temperature);
    const value = { a: new Temperature(20), list: [new Temperature(5)] };
    const copy = loads<typeof value>(dumps(value));
    expect(copy.a).toBeInstanceOf(Temperature);
    expect([copy.a.celsius, copy.list[0]?.celsius]).toEqual([20, 5]);
  });

  test('sharing is kept: one value is reduced once and revived once', () => {
    const shared = new Temperature(1);
    Temperature.made = 0;
    const copy = loads<Temperature[]>(dumps([shared, shared, { shared }]));
    expect(copy[0]).toBe(copy[1]);
    expect((copy[2] as unknown as { shared: unknown }).shared).toBe(copy[0]);
    expect(Temperature.made).toBe(1);
  });

  test('the value may be a key, an item, or captured by a closure', () => {
    const t = new Temperature(7);
    const value = { map: new Map([[t, t]]), set: new Set([t]), get: () => t, t };
    const copy = loads<typeof value>(dumps(value));
    expect(copy.map.get(copy.t)).toBe(copy.t);
    expect(copy.set.has(copy.t)).toBe(true);
    expect(copy.get()).toBe(copy.t);
    expect(copy.t.celsius).toBe(7);
  });

  test('the state is complete when revive sees it, however deep', () => {
    const { pickler, unpickler } = pair();
    const reducer = {
      name: 'Node',
      reduce: (node: Node) => ({ label: node.label, links: new Map([['all', [...node.links]]]) }),
      revive: (state: { label: string; links: Map<string, Node[]> }) => {
        const all = state.links.get('all') as Node[];
        const node = new Node(`${state.label}(${all.map((link) => link.label).join()})`);
        node.links.push(...all);
        return node;
      },
    };
    pickler.registerReducer(Node, reducer);
    unpickler.registerReducer(Node, reducer);
    const [a, b, c] = ['a', 'b', 'c'].map((label) => new Node(label)) as [Node, Node, Node];
    a.links.push(b, c);
    b.links.push(c);
    const copy = unpickler.loads<{ a: Node }>(pickler.dumps({ a }));
    expect(copy.a.label).toBe('a(b(c()),c())');
    expect((copy.a.links[0] as Node).links[0]).toBe(copy.a.links[1]);
  });

  test('a state that leads back to its own value is filled in afterwards', () => {
    const { pickler, unpickler } = pair();
    const reducer = {
      reduce: (node: Node) => ({ label: node.label, links: node.links }),
      revive: (state: { label: string; links: unknown[] }) =>
        Object.assign(new Node(state.label), { links: state.links }),
    };
    pickler.registerReducer(Node, reducer);
    unpickler.registerReducer(Node, reducer);
    const node = new Node('self');
    const other = new Node('other');
    node.links.push(node, { back: node }, new Set([node]), new Map([[node, node]]), other);
    other.links.push(node);
    const copy = unpickler.loads<Node>(pickler.dumps(node));
    const [self, back, set, map, friend] = copy.links as [
      Node,
      { back: Node },
      Set<Node>,
      Map<Node, Node>,
      Node,
    ];
    expect(self).toBe(copy);
    expect(back.back).toBe(copy);
    expect([...set]).toEqual([copy]);
    expect([...map]).toEqual([[copy, copy]]);
    expect(friend.label).toBe('other');
    expect(friend.links[0]).toBe(copy);
  });
});

describe('two steps', () => {
  const reducer = {
    create: () => new Node('?'),
    reduce: (node: Node) => ({ label: node.label, links: [...node.links] }),
    fill: (node: Node, state: { label: string; links: unknown[] }) => {
      node.label = state.label;
      node.links.push(...state.links);
    },
  };

  test('create and fill revive cycles of any form', () => {
    const { pickler, unpickler } = pair();
    pickler.registerReducer(Node, reducer);
    unpickler.registerReducer(Node, reducer);
    const [a, b] = [new Node('a'), new Node('b')];
    a.links.push(b, a, [a, b]);
    b.links.push(a);
    const copy = unpickler.loads<[Node, Node]>(pickler.dumps([a, b]));
    expect(copy[0].links[0]).toBe(copy[1]);
    expect(copy[0].links[1]).toBe(copy[0]);
    expect((copy[0].links[2] as unknown[])[1]).toBe(copy[1]);
    expect(copy[1].links).toEqual([copy[0]]);
    expect(copy.map(({ label }) => label)).toEqual(['a', 'b']);
  });

  test('a chain of 50,000 custom values needs no stack', () => {
    const { pickler, unpickler } = pair();
    pickler.registerReducer(Node, reducer);
    unpickler.registerReducer(Node, reducer);
    let first: Node | undefined;
    for (let i = 0; i < 50_000; i++) {
      const node = new Node(`n${i}`);
      if (first !== undefined) node.links.push(first);
      first = node;
    }
    let copy: Node | undefined = unpickler.loads<Node>(pickler.dumps(first));
    let count = 0;
    for (; copy !== undefined; copy = copy.links[0] as Node | undefined) count++;
    expect(count).toBe(50_000);
  });
});

describe('which reducer', () => {
  test('subclasses use the reducer of the nearest class above them', () => {
    class Base {}
    class Middle extends Base {}
    class Leaf extends Middle {}
    const { pickler, unpickler } = pair();
    for (const side of [pickler, unpickler]) {
      side.registerReducer(Base, { name: 'base', reduce: () => 'base', revive: (state) => ({ state }) });
      side.registerReducer(Middle, {
        name: 'middle',
        reduce: () => 'middle',
        revive: (state) => ({ state }),
      });
    }
    expect(unpickler.loads(pickler.dumps([new Base(), new Middle(), new Leaf()]))).toEqual([
      { state: 'base' },
      { state: 'middle' },
      { state: 'middle' },
    ]);
  });

  test("a pickler's own reducer goes before the global one and stays its own", () => {
    const { pickler, unpickler } = pair();
    const own = { reduce: () => 'own', revive: (state: unknown) => state as Temperature };
    pickler.registerReducer(Temperature, own);
    unpickler.registerReducer(Temperature, own);
    expect(unpickler.loads(pickler.dumps(new Temperature(3)))).toBe('own');
    expect(loads<Temperature>(dumps(new Temperature(3))).celsius).toBe(3);
  });

  test('reducers work for built-in classes and for arrays', () => {
    const { pickler, unpickler } = pair();
    for (const side of [pickler, unpickler]) {
      side.registerReducer(Promise, { reduce: () => null, revive: () => Promise.resolve('again') });
      side.registerReducer(WeakMap, { reduce: () => null, revive: () => new WeakMap() });
      side.registerReducer(Date, {
        reduce: (date) => date.toISOString(),
        revive: (text: string) => new Date(text),
      });
    }
    const copy = unpickler.loads<[Promise<unknown>, WeakMap<object, unknown>, Date]>(
      pickler.dumps([Promise.resolve(1), new WeakMap(), new Date(5)]),
    );
    expect(copy[0]).toBeInstanceOf(Promise);
    expect(copy[1]).toBeInstanceOf(WeakMap);
    expect(copy[2].getTime()).toBe(5);
  });

  test('the version of the state is passed on to the reviver', () => {
    const seen: unknown[] = [];
    const { pickler, unpickler } = pair();
    pickler.registerReducer(Node, { version: 3, reduce: () => 'old', revive: () => new Node('') });
    unpickler.registerReducer(Node, {
      version: 4,
      reduce: () => 'new',
      revive: (state, version) => {
        seen.push(state, version);
        return new Node('migrated');
      },
    });
    expect(unpickler.loads<Node>(pickler.dumps(new Node('x'))).label).toBe('migrated');
    expect(seen).toEqual(['old', 3]);
  });
});

describe('failures', () => {
  test('a reducer that throws costs only its value', () => {
    const { pickler, losses } = pair();
    pickler.registerReducer(Node, {
      reduce: () => {
        throw new Error('no state today');
      },
      revive: () => new Node(''),
    });
    const copy = loads<{ ok: number; bad: Node }>(pickler.dumps({ ok: 1, bad: new Node('x') }));
    expect(copy.ok).toBe(1);
    expect(losses).toMatchObject([
      { path: '.bad', what: 'Node', reason: 'its reducer threw: no state today' },
    ]);
    expect(() => copy.bad.label).toThrow(TombstoneError);
  });

  test('without onLoss a reducer that throws makes the call fail', () => {
    const pickler = new Pickler();
    pickler.registerReducer(Node, {
      reduce: () => {
        throw null;
      },
      revive: () => new Node(''),
    });
    expect(errorOf(() => pickler.dumps([new Node('x')]))).toMatchObject({
      code: 'PICKLE_UNSAVABLE',
      path: '[0]',
    });
  });

  test('a reducer that returns the value itself is refused', () => {
    const { pickler, losses } = pair();
    pickler.registerReducer(Node, { reduce: (node) => node, revive: () => new Node('') });
    pickler.dumps({ it: new Node('x') });
    expect(losses).toMatchObject([{ path: '.it', reason: 'its reducer returned the value itself' }]);
  });

  test('a reviver that throws costs only its value', () => {
    const { pickler, unpickler, missing } = pair();
    const reducer = {
      reduce: () => 1,
      revive: (): Node => {
        throw new TypeError('cannot revive');
      },
    };
    pickler.registerReducer(Node, reducer);
    unpickler.registerReducer(Node, reducer);
    const copy = unpickler.loads<{ ok: number; list: Node[] }>(
      pickler.dumps({ ok: 1, list: [new Node('x')] }),
    );
    expect(copy.ok).toBe(1);
    expect(missing).toMatchObject([{ what: 'Node', reason: 'its reviver threw: cannot revive' }]);
    expect(() => copy.list[0]?.label).toThrow(/its reviver threw: cannot revive/);
  });

  test('create and fill that throw cost only their values', () => {
    const bad = (step: 'create' | 'fill') => ({
      name: step,
      reduce: () => 1,
      create: () => {
        if (step === 'create') throw new Error('no shell');
        return new Node('');
      },
      fill: () => {
        throw new Error('no fill');
      },
    });
    for (const step of ['create', 'fill'] as const) {
      const { pickler, unpickler, missing } = pair();
      pickler.registerReducer(Node, bad(step));
      unpickler.registerReducer(Node, bad(step));
      const copy = unpickler.loads<unknown[]>(pickler.dumps([1, new Node('x')]));
      expect(copy[0]).toBe(1);
      expect(missing.length, step).toBe(1);
      expect(() => (copy[1] as Node).label, step).toThrow(TombstoneError);
    }
  });

  test('a reviver that is not registered where the value is loaded leaves a tombstone that names it', () => {
    const { pickler, missing } = pair();
    pickler.registerReducer(Node, { name: 'my/Node', reduce: () => 1, revive: () => new Node('') });
    const unpickler = new Unpickler({ onLoss: (loss) => missing.push(loss) });
    const copy = unpickler.loads<unknown[]>(pickler.dumps([1, new Node('x')]));
    expect(copy[0]).toBe(1);
    expect(missing).toMatchObject([{ what: 'my/Node', hint: expect.stringContaining('"my/Node"') }]);
  });

  test.each([
    ['no class', {} as never, GOOD as never],
    ['an arrow function', (() => {}) as never, GOOD as never],
    ['a class without a name and no name', class {} as never, { ...GOOD, name: '' } as never],
    ['no reduce', Node as never, { revive: () => new Node('') } as never],
    ['neither revive nor create and fill', Node as never, { reduce: (): number => 1 } as never],
    ['create without fill', Node as never, { reduce: (): number => 1, create: () => new Node('') } as never],
  ] as [string, never, never][])('registering with %s is refused', (_, constructor, reducer) => {
    const error = errorOf(() => new Pickler().registerReducer(constructor, reducer));
    expect(error).toBeInstanceOf(PicklingError);
    expect(error.code).toBe('PICKLE_OPTION');
    expect(error.hint).toMatch(/.{10}/);
  });
});
