// What a session changed on built-ins of the language and on classes of the platform, as a value that can be pickled, and put back again.

import { SessionError } from '../errors.js';
import { type Capture, captureAvailable, openCapture } from '../pickle/capture/index.js';
import { isInstalledToString } from '../realm/function-to-string.js';
import { globalSymbolPatches, hasIntrinsic, intrinsicByName, intrinsicPatches } from '../realm/intrinsics.js';
import { natives } from '../realm/natives.js';
import { type ClassPatch, classPatches, lookAtClasses } from '../realm/platform-classes.js';
import { setAsideNow, withPristineBuiltins } from '../realm/pristine.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import type { Loss } from './types.js';

/** A patch as plain data. */
export interface PatchRecord {
  /** The name of an intrinsic; with `of`, for people only. */
  readonly target: string;
  readonly key: string | symbol;
  /** The descriptor's own fields; undefined for a property that was deleted. */
  readonly descriptor: Readonly<PropertyDescriptor> | undefined;
  /** A class of Node's modules, or another one that is no intrinsic: the target is it, or its prototype object. */
  readonly of?: Function | undefined;
}

/** The patches there are now. */
export function currentPatches(): PatchRecord[] {
  const builtins = intrinsicPatches((value) => typeof value === 'function' && isInstalledToString(value));
  const classes = natives === undefined ? classPatchesByDebugger() : classPatches();
  const found: PatchRecord[] = [...builtins, ...globalSymbolPatches()].map(({ target, key, descriptor }) => ({
    target,
    key,
    descriptor,
  }));
  for (const { target, key, descriptor, of } of classes)
    found.push({ target, key, descriptor, ...(of !== undefined && { of }) });
  return found;
}

// Where V8's natives do not tell which text a function stands in, its debugger does.
function classPatchesByDebugger(): ClassPatch[] {
  let capture: Capture | undefined;
  const isForeign = (fn: Function): boolean | undefined => {
    if (!captureAvailable().ok) return undefined;
    capture ??= openCapture();
    return capture.isForeign(fn);
  };
  try {
    return classPatches(isForeign);
  } finally {
    capture?.close();
  }
}

/** A patch's name for people: `Array.prototype.last`. */
export function patchName({ target, key }: PatchRecord): string {
  return typeof key === 'symbol' ? `${target}[${String(key)}]` : `${target}.${key}`;
}

/** True when the patch's value could not be saved or restored: the built-in then stays as it is. */
export function isPatchMissing({ descriptor, of }: PatchRecord): boolean {
  return [descriptor?.value, descriptor?.get, descriptor?.set, of].some(
    (part: unknown) =>
      ((typeof part === 'object' && part !== null) || typeof part === 'function') &&
      tombstoneRecord(part) !== undefined,
  );
}

/** A path below the root of patches, named after the built-in it belongs to. */
export function patchPath(path: string, patches: readonly PatchRecord[]): string | undefined {
  const match = /^#patches\[(\d+)\](?:\.descriptor\.(?:value|get|set)|\.of)?/.exec(path);
  const patch = match === null ? undefined : patches[Number(match[1])];
  return patch === undefined || match === null ? undefined : patchName(patch) + path.slice(match[0].length);
}

/**
 * Puts patches on, all or none. Ignores targets that this Node does not have. Each may change what the next step would
 * use, so everything is looked up first and put on without any method's help.
 */
export function applyPatches(patches: readonly PatchRecord[]): void {
  const steps = withPristineBuiltins(() => {
    // So that the next save finds them.
    if (patches.length > 0) lookAtClasses();
    return stepsOf(patches);
  });
  for (let i = 0; i < steps.length; i++) {
    const { object, key, after } = steps[i] as PatchStep;
    if (put(object, key, after)) continue;
    for (let k = i - 1; k >= 0; k--) {
      const done = steps[k] as PatchStep;
      put(done.object, done.key, done.before);
    }
    const { name } = steps[i] as PatchStep;
    throw new SessionError('SESSION_CONFLICT', `${name} cannot be patched here`, {
      path: name,
      hint: 'it is locked in this session; load single names, or load in a new session',
    });
  }
}

const define = Reflect.defineProperty;
const remove = Reflect.deleteProperty;
const descriptorOf = Reflect.getOwnPropertyDescriptor;

interface PatchStep {
  readonly name: string;
  readonly object: object;
  readonly key: string | symbol;
  readonly before: PropertyDescriptor | undefined;
  readonly after: PropertyDescriptor | undefined;
}

function stepsOf(patches: readonly PatchRecord[]): PatchStep[] {
  const steps: PatchStep[] = [];
  for (const patch of patches) {
    const { key, descriptor } = patch;
    const object = objectOf(patch);
    if (object === undefined) continue;
    const before = setAsideNow().find((aside) => aside.object === object && aside.key === key);
    steps.push({
      name: patchName(patch),
      object,
      key,
      before: bare(before === undefined ? descriptorOf(object, key) : before.descriptor),
      after: bare(descriptor),
    });
  }
  return steps;
}

/** True for a patch of what this Node does not have. */
export function isHomeless(patch: PatchRecord): boolean {
  return objectOf(patch) === undefined;
}

/** What is told of patches that are put on nothing. */
export function homelessLosses(patches: readonly PatchRecord[]): Loss[] {
  return patches.map((patch) => ({
    name: patchName(patch),
    path: patchName(patch),
    what: 'property of a built-in',
    reason: `this Node has no ${patch.target}`,
    hint: 'open the snapshot with the Node that wrote it',
  }));
}

// Undefined where this Node has nothing of that name.
function objectOf({ target, of }: PatchRecord): object | undefined {
  if (of === undefined) return hasIntrinsic(target) ? (intrinsicByName(target) as object) : undefined;
  if (typeof of !== 'function') return undefined;
  const prototype: unknown = target.endsWith('.prototype') ? descriptorOf(of, 'prototype')?.value : of;
  return (typeof prototype === 'object' && prototype !== null) || typeof prototype === 'function'
    ? prototype
    : undefined;
}

function bare(descriptor: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
  return descriptor === undefined ? undefined : ({ __proto__: null, ...descriptor } as PropertyDescriptor);
}

function put(object: object, key: string | symbol, descriptor: PropertyDescriptor | undefined): boolean {
  return descriptor === undefined ? remove(object, key) : define(object, key, descriptor);
}

/** True for what {@link currentPatches} makes; a snapshot may hold anything. */
export function isPatchList(value: unknown): value is PatchRecord[] {
  if (!Array.isArray(value)) return false;
  return value.every((item: unknown) => {
    const record = item as Partial<PatchRecord> | null;
    const isKey = typeof record?.key === 'string' || typeof record?.key === 'symbol';
    return typeof record === 'object' && typeof record?.target === 'string' && isKey;
  });
}
