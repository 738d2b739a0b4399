// A snapshot that is read when it is touched: one value, or the names of a session on an object.
//
// What was touched is a plain property from then on. The file is closed when nothing is left to be read, when it is asked
// to, or when nobody holds on to what is unread. Knows nothing of globals.

import type { MetaBinding } from '../format/index.js';
import type { Imports } from './imports.js';
import { ACCESSOR_ROOT, rootName } from './root-names.js';
import type { Restorer } from './snapshot.js';

/** What `load` with `lazy` resolves to. */
export interface LazyLoad<T = unknown> extends AsyncDisposable {
  /**
   * Of one value: the value, built when this is first touched. Of a session: an object without a prototype that has its
   * names, each built when it is first touched.
   */
  readonly value: T;
  /** Ends the file. What was not touched until then throws STORE_READ. Doing it twice is no error. */
  close(): void;
}

/** What lazy values are made of. */
export interface LazySource {
  readonly restorer: Restorer;
  /** Builds what a root needs and is not built yet, and gives its value. */
  build(root: number): unknown;
  close(): void;
  /** True when nothing of the file may run: an accessor is a record of its functions then. */
  readonly isData: boolean;
}

/** The one value of a snapshot. */
export function lazyValue<T>(source: LazySource): LazyLoad<T> {
  let found: { readonly value: T } | undefined;
  return lazyLoad(source, () => {
    if (found === undefined) {
      found = { value: source.build(0) as T };
      source.close();
    }
    return found.value;
  });
}

/** The names of a session's snapshot. */
export function lazyNames<T>(
  source: LazySource,
  bindings: readonly MetaBinding[],
  imports: Imports,
): LazyLoad<T> {
  const names = Object.create(null) as Record<string, unknown>;
  const { rootNames } = source.restorer.reader.index;
  const roots = new Map(rootNames.map((name, root) => [name, root]));
  let waiting = 0;
  const settled = (): void => {
    if (--waiting === 0 || source.restorer.isComplete) source.close();
  };
  for (const { name } of bindings) {
    const accessor = roots.get(`${ACCESSOR_ROOT}${name}`);
    const root = roots.get(rootName(name));
    if (imports.values.has(name)) {
      define(names, name, { value: imports.values.get(name), writable: true });
    } else if (accessor !== undefined && source.isData) {
      waiting++;
      defineUnread(names, name, () => source.build(accessor), settled);
    } else if (accessor !== undefined) {
      waiting++;
      defineAccessor(names, name, () => source.build(accessor) as PropertyDescriptor, settled);
    } else if (root !== undefined) {
      waiting++;
      defineUnread(names, name, () => source.build(root), settled);
    }
  }
  if (waiting === 0) source.close();
  return lazyLoad(source, () => names as T);
}

function lazyLoad<T>({ close }: LazySource, value: () => T): LazyLoad<T> {
  return {
    get value() {
      return value();
    },
    close,
    async [Symbol.asyncDispose]() {
      close();
    },
  };
}

function define(names: object, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(names, name, { ...descriptor, enumerable: true, configurable: true });
}

// A touch puts the value in the property's place, and so does an assignment, without reading.
function defineUnread(names: object, name: string, build: () => unknown, settled: () => void): void {
  const settle = (value: unknown): void => {
    define(names, name, { value, writable: true });
    settled();
  };
  define(names, name, {
    get() {
      const value = build();
      settle(value);
      return value;
    },
    set: settle,
  });
}

// The name was an accessor of the global object: a touch brings its functions back and calls one.
function defineAccessor(
  names: object,
  name: string,
  build: () => PropertyDescriptor,
  settled: () => void,
): void {
  const restore = (): void => {
    const { get, set } = build();
    define(names, name, { get, set } as PropertyDescriptor);
    settled();
  };
  define(names, name, {
    get() {
      restore();
      return Reflect.get(names, name);
    },
    set(value: unknown) {
      restore();
      Reflect.set(names, name, value);
    },
  });
}
