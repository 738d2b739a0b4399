// Goal: iterators of Maps and Sets come back part-way and live, over the very collection that is saved beside them, also when
// that does not inherit from Map.prototype or Set.prototype; where that cannot be, the report says so.
// Method: values saved in one process and loaded in another, where the collection grows and the iterator runs to its end.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
});
afterAll(() => lib.remove());

const KINDS = `
  const kinds = {
    map: { make: () => new Map([['a', 1], ['b', 2], ['c', 3]]), add: (to) => Map.prototype.set.call(to, 'late', 4) },
    set: { make: () => new Set(['a', 'b', 'c']), add: (to) => Set.prototype.add.call(to, 'late') },
  };
  const next = (iterator) => Object.getPrototypeOf(iterator).next.call(iterator);`;

const SAVE = `${KINDS}
  import { writeFileSync } from 'node:fs';
  const begun = (kind, proto) => {
    const collection = kinds[kind].make();
    const iterator = collection.keys();
    next(iterator);
    if (proto !== undefined) Object.setPrototypeOf(collection, proto);
    return { collection, iterator };
  };
  const told = {};
  const save = (name, value) => {
    const changes = [];
    writeFileSync(process.argv[2] + name, lib.dumps(value, { onChange: (one) => changes.push(one) }));
    told[name] = changes;
  };
  for (const kind of ['map', 'set']) {
    save(kind + ' own', begun(kind));
    save(kind + ' null', begun(kind, null));
    save(kind + ' other', begun(kind, {}));
    const { collection, iterator } = begun(kind, null);
    save(kind + ' iterator first', { iterator, collection });
    const late = begun(kind, null);
    save(kind + ' met late', { iterator: late.iterator, promise: Promise.resolve(late.collection) });
    save(kind + ' gone', { iterator: begun(kind).iterator });
  }
  console.log(JSON.stringify(told));`;

const LOAD = `${KINDS}
  import { readFileSync } from 'node:fs';
  const told = {};
  for (const kind of ['map', 'set'])
    for (const name of ['own', 'null', 'other', 'iterator first', 'met late', 'gone']) {
      const { collection, iterator, promise } = lib.loads(readFileSync(process.argv[2] + kind + ' ' + name));
      const source = collection ?? (await promise);
      if (source !== undefined) kinds[kind].add(source);
      const left = [];
      for (let step = next(iterator); !step.done; step = next(iterator)) left.push(step.value);
      told[kind + ' ' + name] = left.join(' ');
    }
  console.log(JSON.stringify(told));`;

test('an iterator goes over the collection that is saved beside it, whatever that inherits from', async () => {
  const args = [join(lib.folder, 'iterator ')];
  const changes = JSON.parse(await lib.run(SAVE, { args }));
  const left = JSON.parse(await lib.run(LOAD, { args }));
  for (const kind of ['map', 'set']) {
    for (const name of ['own', 'null', 'other', 'iterator first']) {
      expect(changes[`${kind} ${name}`], `${kind} ${name}`).toEqual([]);
      expect(left[`${kind} ${name}`], `${kind} ${name}`).toBe('b c late');
    }
    // Nobody else holds that collection: what the iterator has left is all there is of it.
    expect(changes[`${kind} gone`]).toEqual([]);
    expect(left[`${kind} gone`]).toBe('b c');
    expect(changes[`${kind} met late`]).toMatchObject([
      { path: '.iterator', what: kind === 'map' ? 'Map iterator' : 'Set iterator' },
    ]);
    expect(changes[`${kind} met late`][0].reason).toContain('its collection was met after it');
    expect(left[`${kind} met late`]).toBe('b c');
  }
});
