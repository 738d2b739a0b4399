// What a session changed on the language's built-ins, as a value that can be pickled, and put back again.

import { SessionError } from '../errors.js';
import { isInstalledToString } from '../realm/function-to-string.js';
import { globalSymbolPatches, hasIntrinsic, intrinsicByName, intrinsicPatches } from '../realm/intrinsics.js';
import { setAsideNow, withPristineBuiltins } from '../realm/pristine.js';
import { tombstoneRecord } from '../realm/tombstone.js';

/** A patch as plain data. */
export interface PatchRecord {
  readonly target: string;
  readonly key: string | symbol;
  /** The descriptor's own fields; undefined for a property that was deleted. */
  readonly descriptor: Readonly<PropertyDescriptor> | undefined;
}

/** The patches there are now. */
export function currentPatches(): PatchRecord[] {
  const builtins = intrinsicPatches((value) => typeof value === 'function' && isInstalledToString(value));
  return [...builtins, ...globalSymbolPatches()].map(({ target, key, descriptor }) => ({
    target,
    key,
    descriptor,
  }));
}

/** A patch's name for people: `Array.prototype.last`. */
export function patchName({ target, key }: PatchRecord): string {
  return typeof key === 'symbol' ? `${target}[${String(key)}]` : `${target}.${key}`;
}

/** True when the patch's value could not be saved or restored: the built-in then stays as it is. */
export function isPatchMissing({ descriptor }: PatchRecord): boolean {
  return [descriptor?.value, descriptor?.get, descriptor?.set].some(
    (part: unknown) =>
      ((typeof part === 'object' && part !== null) || typeof part === 'function') &&
      tombstoneRecord(part) !== undefined,
  );
}

/** A path below the root of patches, named after the built-in it belongs to. */
export function patchPath(path: string, patches: readonly PatchRecord[]): string | undefined {
  const match = /^#patches\[(\d+)\](?:\.descriptor\.(?:value|get|set))?/.exec(path);
  const patch = match === null ? undefined : patches[Number(match[1])];
  return patch === undefined || match === null ? undefined : patchName(patch) + path.slice(match[0].length);
}

/**
 * Puts patches on, all or none. Ignores targets that this Node does not have. Each may change what the next step would
 * use, so everything is looked up first and put on without any method's help.
 */
export function applyPatches(patches: readonly PatchRecord[]): void {
  const steps = withPristineBuiltins(() => stepsOf(patches));
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
  return patches
    .filter(({ target }) => hasIntrinsic(target))
    .map((patch) => {
      const { target, key, descriptor } = patch;
      const object = intrinsicByName(target) as object;
      const before = setAsideNow().find((aside) => aside.object === object && aside.key === key);
      return {
        name: patchName(patch),
        object,
        key,
        before: bare(before === undefined ? descriptorOf(object, key) : before.descriptor),
        after: bare(descriptor),
      };
    });
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
