// Goal: what users add to pickling works in every cycle, across versions, and costs only its own value when it fails.
// Method: one test for each way in (a class's own methods, migrations, aliases, overrides, names in place of values, buffers
// beside the bytes, what is missing when loading), with the values compared afterwards.

import { describe, expect, test } from 'vitest';
import { TombstoneError, UnpicklingError } from '../../src/errors.js';
import { dumps, loads, MissingRecord, Pickler, type Reduction, Unpickler } from '../../src/index.js';

const REDUCE = Symbol.for('brine.reduce');
const REVIVE = Symbol.for('brine.revive');

/** The error that something throws. */
function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a class's own methods", () => {
  test('an instance is reduced by its method and revived by the static one of its class', () => {
    class Celsius {
      degrees: number;
      cache = new FinalizationRegistry(() => {});
      constructor(degrees: number) {
        this.degrees = degrees;
      }
      [REDUCE](): number {
        return this.degrees;
      }
      static [REVIVE](degrees: number): Celsius {
        return new Celsius(degrees);
      }
    }
    const warm = new Celsius(21);
    const copy = loads<{ list: Celsius[]; again: Celsius; Celsius: typeof Celsius }>(
      dumps({ list: [warm, new Celsius(5)], again: warm, Celsius }),
    );
    expect(copy.list.map(({ degrees }) => degrees)).toEqual([21, 5]);
    expect(copy.again).toBe(copy.list[0]);
    expect(copy.again).toBeInstanceOf(copy.Celsius);
  });

  test('a static method reduces the instances of its class and of subclasses, each revived by its own class', () => {
    class Base {
      n = 1;
      static [REDUCE](value: Base): { n: number } {
        return { n: value.n };
      }
      static [REVIVE](this: new () => Base, state: { n: number }): Base {
        return Object.assign(new this(), state);
      }
    }
    class Derived extends Base {
      kind = 'derived';
    }
    const copy = loads<[Base, Derived]>(dumps([Object.assign(new Base(), { n: 2 }), new Derived()]));
    expect(copy[0].n).toBe(2);
    expect(copy[1].kind).toBe('derived');
    expect(copy[1].constructor.name).toBe('Derived');
  });

  test('a registered reducer goes before the method', () => {
    class Both {
      [REDUCE](): string {
        return 'method';
      }
    }
    const pickler = new Pickler();
    pickler.registerReducer(Both, { name: 'Both', reduce: () => 'registered', revive: () => new Both() });
    const [missing] = new Unpickler({ onMissing: 'record' }).loads<[MissingRecord]>(
      pickler.dumps([new Both()]),
    );
    expect(missing.state).toBe('registered');
  });

  test('a method that throws costs only its own value, and an accessor under that name is not run', () => {
    let runs = 0;
    class Broken {
      [REDUCE](): never {
        throw new Error('no');
      }
    }
    const accessor = Object.defineProperty({ a: 1 }, REDUCE, {
      get: () => runs++,
      enumerable: true,
      configurable: true,
    });
    const losses: string[] = [];
    const bytes = dumps([new Broken(), accessor, 1], {
      onLoss: ({ what, reason }) => losses.push(`${what} ${reason}`),
    });
    expect(losses).toEqual(['Broken its reducer threw: no']);
    expect(runs).toBe(0);
    expect(loads<unknown[]>(bytes)[2]).toBe(1);
  });
});

describe('versions', () => {
  class Account {
    state: unknown;
    constructor(state: unknown) {
      this.state = state;
    }
  }

  const writtenBy = (version: number): Uint8Array => {
    const pickler = new Pickler();
    pickler.registerReducer(Account, {
      name: 'Account',
      version,
      reduce: ({ state }) => state,
      revive: (state) => new Account(state),
    });
    return pickler.dumps([new Account({ v: version })]);
  };
  const reading = (version: number, migrations: Record<number, (state: any) => unknown>): Unpickler =>
    new Unpickler().registerReducer(Account, {
      name: 'Account',
      version,
      migrations,
      reduce: ({ state }) => state,
      revive: (state, from) => new Account([state, from]),
    });
  const steps = Object.fromEntries(
    [1, 2, 3, 4, 5].map((from) => [from, (state: { v: number }) => ({ ...state, [`step${from}`]: true })]),
  );

  test('a state of version 1 goes through five migrations to version 6', () => {
    const [account] = reading(6, steps).loads<[Account]>(writtenBy(1));
    expect(account.state).toEqual([
      { v: 1, step1: true, step2: true, step3: true, step4: true, step5: true },
      6,
    ]);
  });

  test('it starts where the state is, and stops where a step is missing', () => {
    expect(reading(6, steps).loads<[Account]>(writtenBy(4))[0].state).toEqual([
      { v: 4, step4: true, step5: true },
      6,
    ]);
    const { 3: _, ...holed } = steps;
    expect(reading(6, holed).loads<[Account]>(writtenBy(2))[0].state).toEqual([{ v: 2, step2: true }, 3]);
  });

  test('a state of a version to come is a tombstone that keeps it', () => {
    const missing: string[] = [];
    const unpickler = new Unpickler({ onLoss: ({ reason }) => missing.push(reason) }).registerReducer(
      Account,
      {
        name: 'Account',
        version: 1,
        reduce: ({ state }) => state,
        revive: (state) => new Account(state),
      },
    );
    const old = unpickler.loads<[Account]>(writtenBy(2));
    expect(missing[0]).toMatch(/version 2 of its reducer; version 1 is registered here/);
    const [account] = reading(2, {}).loads<[Account]>(dumps(old));
    expect(account.state).toEqual([{ v: 2 }, 2]);
  });

  test('a migration that throws costs only its own value', () => {
    const failing = reading(2, {
      1: () => {
        throw new Error('cannot');
      },
    });
    const [account] = failing.loads<[Account]>(writtenBy(1));
    expect(errorOf(() => account.state)).toBeInstanceOf(TombstoneError);
  });

  test('a renamed class is found under its old name', () => {
    const unpickler = new Unpickler();
    unpickler.registerReducer(Account, {
      name: 'Konto',
      aliases: ['Account'],
      version: 3,
      reduce: ({ state }) => state,
      revive: (state) => new Account(state),
    });
    expect(unpickler.loads<[Account]>(writtenBy(3))[0].state).toEqual({ v: 3 });
  });
});

describe('what is missing when loading', () => {
  class Handle {
    id: unknown;
    constructor(id: unknown) {
      this.id = id;
    }
  }
  const register = <T extends Pickler | Unpickler>(side: T): T => {
    side.registerReducer(Handle, {
      name: 'Handle',
      reduce: ({ id }) => ({ id }),
      revive: ({ id }) => new Handle(id),
    });
    return side;
  };
  const bytes = (): Uint8Array => {
    const shared = { shared: true };
    return register(new Pickler()).dumps({ shared, handle: new Handle(shared) });
  };

  test('a tombstone is saved again as what it was', () => {
    const copy = loads<{ shared: object; handle: Handle }>(bytes());
    expect(errorOf(() => copy.handle.id)).toBeInstanceOf(TombstoneError);
    const again = register(new Unpickler()).loads<{ shared: object; handle: Handle }>(dumps(copy));
    expect(again.handle).toBeInstanceOf(Handle);
    expect(again.handle.id).toBe(again.shared);
  });

  test('a record has the state, and is saved again as what it was', () => {
    const copy = new Unpickler({ onMissing: 'record' }).loads<{ shared: object; handle: MissingRecord }>(
      bytes(),
    );
    expect(copy.handle).toBeInstanceOf(MissingRecord);
    expect([copy.handle.name, copy.handle.version]).toEqual(['Handle', 1]);
    expect((copy.handle.state as { id: object }).id).toBe(copy.shared);
    const again = register(new Unpickler()).loads<{ shared: object; handle: Handle }>(dumps(copy));
    expect(again.handle.id).toBe(again.shared);
  });

  test('a function may make the value, or leave it', () => {
    const names: string[] = [];
    const onMissing = (record: MissingRecord): unknown => {
      names.push(record.name);
      return names.length === 1 ? { made: record.state } : undefined;
    };
    const unpickler = new Unpickler({ onMissing });
    const made = unpickler.loads<{ handle: { made: { id: object } } }>(bytes());
    expect(made.handle.made.id).toEqual({ shared: true });
    expect(errorOf(() => unpickler.loads<{ handle: Handle }>(bytes()).handle.id)).toBeInstanceOf(
      TombstoneError,
    );
  });

  test('an error is thrown where one was asked for', () => {
    const error = errorOf(() => new Unpickler({ onMissing: 'throw' }).loads(bytes())) as UnpicklingError;
    expect(error).toBeInstanceOf(UnpicklingError);
    expect(error.code).toBe('UNPICKLE_MISSING');
    expect(error.message).toContain('"Handle"');
  });
});

describe('names in place of values', () => {
  const database = { rows: [1, 2], close() {} };

  test('a value with a persistent id is not saved and comes from persistentLoad', () => {
    const asked: object[] = [];
    const persistentId = (value: object): string | undefined => {
      asked.push(value);
      return value === database ? 'db' : undefined;
    };
    const bytes = dumps({ database, use: [database], list: [{}] }, { persistentId });
    expect(asked).not.toContain(database.rows);
    const ids: unknown[] = [];
    const copy = loads<{ database: object; use: object[] }>(bytes, {
      persistentLoad(id) {
        ids.push(id);
        return database;
      },
    });
    expect(ids).toEqual(['db']);
    expect(copy.database).toBe(database);
    expect(copy.use[0]).toBe(database);
  });

  test('functions can be named too', () => {
    const handler = (): number => 1;
    const bytes = dumps([handler], { persistentId: (value) => (value === handler ? 7 : undefined) });
    expect(loads<unknown[]>(bytes, { persistentLoad: (id) => (id === 7 ? handler : null) })[0]).toBe(handler);
  });

  test('without persistentLoad it is a tombstone that says so, and keeps its name', () => {
    const copy = loads<object[]>(
      dumps([database], { persistentId: (value) => (value === database ? 'db' : undefined) }),
    );
    expect((errorOf(() => (copy[0] as { x: 1 }).x) as TombstoneError).hint).toMatch(/persistentLoad/);
    expect(loads<object[]>(dumps(copy), { persistentLoad: () => database })[0]).toBe(database);
  });
});

describe('a reducer for the whole pickler', () => {
  test('is asked before all others, about every object however fast it would be read', () => {
    const points = Array.from({ length: 1000 }, (_, i) => ({ x: i, y: -i }));
    let asked = 0;
    const reducerOverride = (value: object): Reduction | undefined => {
      asked++;
      return value === points[777] ? { name: 'Special', state: 777 } : undefined;
    };
    const bytes = dumps({ points, date: new Date(5), list: [1] }, { reducerOverride });
    expect(asked).toBeGreaterThanOrEqual(1004);
    const copy = loads<{ points: any[] }>(bytes, { onMissing: ({ state }) => ({ special: state }) });
    expect(copy.points[776]).toEqual({ x: 776, y: -776 });
    expect(copy.points[777]).toEqual({ special: 777 });
  });

  test('one that throws costs only the value it was asked about', () => {
    const bad = { bad: true };
    const losses: string[] = [];
    const bytes = dumps([bad, { fine: true }], {
      reducerOverride: (value) => {
        if (value === bad) throw new Error('no');
        return undefined;
      },
      onLoss: ({ path, reason }) => losses.push(`${path} ${reason}`),
    });
    expect(losses).toEqual(['[0] its reducer threw: no']);
    expect(loads<unknown[]>(bytes)[1]).toEqual({ fine: true });
  });
});

describe('buffers beside the bytes', () => {
  test('they are handed over without a copy, and views share them as before', () => {
    const taken: (ArrayBuffer | SharedArrayBuffer)[] = [];
    const big = new Float64Array(100_000).fill(1.5);
    const value = { big, view: new DataView(big.buffer, 8, 16), small: new Uint8Array(4) };
    const onBuffer = (buffer: ArrayBuffer | SharedArrayBuffer): boolean => {
      if (buffer.byteLength < 1000) return false;
      taken.push(buffer);
      return true;
    };
    const bytes = dumps(value, { onBuffer });
    expect(taken).toEqual([big.buffer]);
    expect(bytes.length).toBeLessThan(2000);
    const copy = loads<typeof value>(bytes, { buffers: taken });
    expect(copy.big.buffer).toBe(big.buffer);
    expect(copy.view.buffer).toBe(big.buffer);
    expect(copy.view.byteOffset).toBe(8);
    expect(copy.small.length).toBe(4);
  });

  test('a buffer that is not given costs what lies on it, and says so', () => {
    const missing: string[] = [];
    const bytes = dumps({ a: new Uint8Array(5000), b: 1 }, { onBuffer: () => true });
    const copy = loads<{ b: number }>(bytes, { onLoss: ({ hint }) => missing.push(hint) });
    expect(copy.b).toBe(1);
    expect(missing.join()).toMatch(/`buffers`/);
  });
});
