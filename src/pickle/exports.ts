// What a module exports, by the path that leads to it: functions, classes with their prototypes and methods, and objects
// that are a module's own rather than state.
//
// Reads own data properties only. Knows nothing of where modules come from.

import { types } from 'node:util';
import type { ModuleSpace } from '../graph/specifier.js';
import { isOfNode } from '../realm/nodes-code.js';

/** How another process finds a value again. */
export interface Reference {
  readonly space: 'intrinsic' | ModuleSpace;
  /** The intrinsic's name, the module's specifier, or the path of a file as seen from the working directory. */
  readonly name: string;
  /** Own property names from the module's namespace or exports onwards. */
  readonly path: readonly string[];
}

/** A module with what it exports. */
export interface ExportingModule {
  readonly space: ModuleSpace;
  readonly name: string;
  /** The namespace or `module.exports`. */
  readonly root: object;
  /** Where below the module's exports `root` is; default: it is these. */
  readonly at?: readonly string[];
  /** True for a getter of Node's that would load what it gives: nobody can have that. */
  readonly isAsleep?: (key: string) => boolean;
  /** The value of an accessor among the exports, or undefined where it cannot be had without running code. */
  readonly readAccessor?: (get: Function) => unknown;
}

const MODULE_DEPTH = 4;
const MODULE_VALUES_MAX = 20_000;

/** Adds what a module exports to a table. What is in the table already, or known elsewhere, keeps its reference. */
export function addExports(
  into: Map<unknown, Reference>,
  isKnown: (value: unknown) => boolean,
  { space, name, root, at = [], isAsleep, readAccessor }: ExportingModule,
): void {
  const queue: { object: object; path: readonly string[] }[] = [];
  const isNode = name.startsWith('node:');
  const add = (value: object, path: readonly string[], parent: unknown): void => {
    if (types.isProxy(value) || into.has(value) || isKnown(value)) return;
    // A program may have put something of its own on a class of Node's.
    if (isNode && typeof value === 'function' && isOfNode(value) === false) return;
    const key = path.at(-1);
    if (key?.startsWith('_') === true) return;
    const isOwn =
      typeof value === 'function' ||
      path.length === 0 ||
      key === 'prototype' ||
      (isNode ? isNodes(path) : path.length === 1 || isPartOf(into, value, parent));
    if (!isOwn) return;
    into.set(value, { space, name, path });
    if (path.length < MODULE_DEPTH && into.size < MODULE_VALUES_MAX) queue.push({ object: value, path });
  };
  add(root, at, undefined);
  for (let i = 0; i < queue.length; i++) {
    const { object, path } = queue[i] as { object: object; path: readonly string[] };
    const reading = { isNode, isRoot: path.length === 0, isAsleep, readAccessor };
    const isNodeFunction = isNode && typeof object === 'function';
    for (const key of Object.getOwnPropertyNames(object)) {
      // Two fifths of all keys of Node's modules, and never objects.
      if (isNodeFunction && (key === 'length' || key === 'name')) continue;
      const value = exported(object, key, reading);
      if (isObject(value)) add(value, [...path, key], object);
    }
  }
}

// Of Node's modules, the objects that are names for functions and constants rather than state.
const EXPORTED_OBJECTS = new Set(
  (
    'promises constants posix win32 strict types webcrypto subtle STATUS_CODES METHODS codes globalAgent rootCertificates ' +
    'builtinModules asyncWrapProviders ucs2 startupSnapshot resourceLimits'
  ).split(' '),
);

function isNodes(path: readonly string[]): boolean {
  const [first, second] = path;
  if (path.length === 1) return EXPORTED_OBJECTS.has(first as string);
  // `os.constants.signals`, `zlib.constants`, `fs.promises.constants`.
  return path.length === 2 && (first === 'constants' || second === 'constants');
}

// Deeper objects may be state of the program's, and state is saved by value. What is frozen is none, nor is an instance of
// a class of the package's that it keeps under a name, nor an object that is there to hold functions.
function isPartOf(into: ReadonlyMap<unknown, Reference>, value: object, parent: unknown): boolean {
  if (typeof parent !== 'object' || parent === null) return false;
  if (Object.isFrozen(value) && Object.getOwnPropertyNames(value).length > 0) return true;
  const proto = Object.getPrototypeOf(value) as object | null;
  if (proto !== null && proto !== Object.prototype) return into.has(proto);
  let functions = 0;
  for (const key of Object.getOwnPropertyNames(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined || !('value' in descriptor)) return false;
    if (typeof descriptor.value === 'function') functions++;
    else if (isObject(descriptor.value)) return false;
  }
  return functions > 0;
}

// Some of Node's exports are getters of Node's own (`fs.promises`); nobody else's getter is called.
function exported(
  object: object,
  key: string,
  {
    isNode,
    isRoot,
    isAsleep,
    readAccessor,
  }: {
    readonly isNode: boolean;
    readonly isRoot: boolean;
    readonly isAsleep: ExportingModule['isAsleep'];
    readonly readAccessor: ExportingModule['readAccessor'];
  },
): unknown {
  try {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor?.get === undefined) return descriptor?.value;
    if (!isRoot || isAsleep?.(key) === true) return undefined;
    if (isNode) return EXPORTED_OBJECTS.has(key) ? Reflect.apply(descriptor.get, object, []) : undefined;
    return readAccessor?.(descriptor.get);
  } catch {
    return undefined; // an export that its module has not initialised yet
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
