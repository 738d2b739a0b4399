// Captures code from a running process: functions, classes, scopes and private members, as V8 holds them.
//
// The way in: `openCapture` starts a run, `captureAvailable` says once whether this process lets code be read at all.
// Knows nothing of graphs; see docs/CAPTURE.md for the techniques.

import { types } from 'node:util';
import { isOfKnownScript, scriptOf } from '../../realm/known-scripts.js';
import { isReadAsList } from './array-like.js';
import { Describer } from './describe.js';
import { namesOf, type ScopeEntry, valueIn } from './entries.js';
import { type InspectedFunction, ShutDebugger } from './inspector.js';
import { iteratorsOf } from './iterators.js';
import { lacking } from './lacking.js';
import { matchesOf } from './matches.js';
import { Privates } from './privates.js';
import { isBoundToProxy, withoutProxyParents } from './proxy-parents.js';
import { giveBack, takeSession } from './spare-session.js';
import type { Stray, ValueList } from './strays.js';
import type {
  Capture,
  Captured,
  CapturedGenerator,
  CapturedIterator,
  CapturedMatches,
  CapturedPrivates,
  CaptureOptions,
  Uncapturable,
} from './types.js';

export type * from './types.js';
export { CodeNode, ScopeNode } from './types.js';

/** Whether capturing works here. */
export type CaptureAvailability = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Small frames that must fit on the stack for a first try, and those that leave no doubt about what fails. */
const FRAMES_NEEDED = 600;
const FRAMES_AMPLE = 5000;
/** Links of a chain of prototypes that V8 is shown when it is asked for a name. */
const LINKS_MAX = 32;
const STACK_USED_UP = 'reading it needs more of the stack than is left here';

let availability: CaptureAvailability | undefined;

/** Tries once whether V8 shows what capturing reads. */
export function captureAvailable(): CaptureAvailability {
  if (availability === undefined) openCapture().close();
  return availability ?? { ok: false, reason: STACK_USED_UP };
}

/** Starts a capturing run; call `close` when the pickling is done. The first one tries capturing before anything else. */
export function openCapture(options: CaptureOptions = {}): Capture {
  if (availability?.ok === false) return new NoCapture(availability.reason);
  // What fails for want of stack says nothing of V8, so it is not remembered.
  if (availability === undefined && !hasStack(FRAMES_NEEDED)) return new NoCapture(STACK_USED_UP);
  const isRoomy = (): boolean => availability !== undefined || hasStack(FRAMES_AMPLE);
  let capture: V8Capture | undefined;
  try {
    capture = new V8Capture(options);
    // The connection that was tried is the one that is used.
    const tested = availability ?? selfTest(capture);
    if (tested.ok || isRoomy()) availability ??= tested;
    if (tested.ok) return capture;
    capture.close();
    return new NoCapture(isRoomy() ? tested.reason : STACK_USED_UP);
  } catch (error) {
    // A later run may be luckier only when capturing has worked before.
    const reason = unusable(error);
    if (isRoomy()) availability ??= { ok: false, reason };
    capture?.close();
    return new NoCapture(reason);
  }
}

const BOUND_TO_PROXY: Uncapturable = {
  kind: 'uncapturable',
  what: 'function',
  reason: 'it inherits from a proxy and is frozen, so looking at it would run the traps of the proxy',
  hint: 'Give it an ordinary prototype, or leave it out.',
};

class V8Capture implements Capture {
  readonly #session = takeSession();
  readonly #describer: Describer;
  readonly #privates: Privates;

  constructor(options: CaptureOptions) {
    this.#describer = new Describer(this.#session, options);
    this.#privates = new Privates(this.#session, this.#describer.scripts, this.#describer.owners);
  }

  describe(functions: readonly Function[]): Captured[] {
    if (functions.length === 0) return [];
    if (functions.some(isBoundToProxy)) return functions.flatMap((fn) => this.#describeAround(fn));
    try {
      return withoutProxyParents(functions, () =>
        this.#session.quietly(() => this.#describer.describe(functions)),
      );
    } catch (error) {
      if (error instanceof ShutDebugger) return functions.map(() => shut(error));
      if (functions.length === 1) return [refusalFor(error)];
      // One function that V8 or the parser stumbles over does not take the others with it.
      return functions.flatMap((fn) => this.describe([fn]));
    }
  }

  mayHavePrivates(proto: object): boolean {
    return this.#session.quietly(() => this.#privates.mayHave(proto));
  }

  #describeAround(fn: Function): Captured[] {
    return isBoundToProxy(fn) ? [BOUND_TO_PROXY] : this.describe([fn]);
  }

  describeGenerators(objects: readonly object[]): (CapturedGenerator | Uncapturable)[] {
    if (objects.length === 0) return [];
    if (objects.some(isBoundToProxy)) return objects.map((object) => this.#describeGenerator(object));
    try {
      return withoutProxyParents(objects, () =>
        this.#session.quietly(() => this.#describer.describeGenerators(objects)),
      );
    } catch (error) {
      if (error instanceof ShutDebugger)
        return objects.map(() => ({ ...shut(error), what: 'generator object' }));
      if (objects.length === 1) return [refusalFor(error)];
      return objects.flatMap((object) => this.describeGenerators([object]));
    }
  }

  #describeGenerator(object: object): CapturedGenerator | Uncapturable {
    if (isBoundToProxy(object)) return { ...BOUND_TO_PROXY, what: 'generator object' };
    return this.describeGenerators([object])[0] as CapturedGenerator | Uncapturable;
  }

  iteratorsOf(
    objects: readonly object[],
    of: 'map' | 'set',
    known: () => Iterable<unknown>,
  ): (CapturedIterator | undefined)[] {
    const sources = {
      slotsOf: (each: readonly object[], names: readonly string[]) => this.slotsOf(each, names),
      alive: (prototype: object) => this.#session.quietly(() => this.#session.liveObjects(prototype)),
    };
    try {
      return iteratorsOf(objects, of, sources, known);
    } catch {
      return objects.map(() => undefined); // where V8 does not list live objects, no collection can be found
    }
  }

  matchesOf(iterators: readonly object[]): (CapturedMatches | undefined)[] {
    return this.#session.quietly(() => matchesOf(iterators, this.#session));
  }

  /** What V8 does not show here of all that is read of objects. */
  lacks(): string[] {
    return this.#session.quietly(() => lacking(this.#session));
  }

  isForeign(fn: Function): boolean {
    if (isBoundToProxy(fn) || isOfKnownScript(fn)) return false;
    const look = (): boolean => {
      const place = this.#session.inspect([fn])[0]?.place;
      const info = place == null ? undefined : this.#session.script(place.scriptId);
      return info === undefined || info.url.startsWith('node:');
    };
    return withoutProxyParents([fn], () => this.#asked(false, look));
  }

  // Where the debugger is shut, no script is known.
  #asked<T>(otherwise: T, look: () => T): T {
    try {
      return this.#session.quietly(look);
    } catch (error) {
      if (!(error instanceof ShutDebugger)) throw error;
      shut(error);
      return otherwise;
    }
  }

  closureOf(fn: Function): ReadonlyMap<string, unknown> {
    return this.closuresOf([fn])[0] as ReadonlyMap<string, unknown>;
  }

  closuresOf(functions: readonly Function[]): ReadonlyMap<string, unknown>[] {
    const seen = functions.filter((fn) => !isBoundToProxy(fn));
    const look = (): InspectedFunction[] => this.#session.inspect(seen);
    const inspected = withoutProxyParents(seen, () => this.#session.quietly(look));
    const entries = new Map(seen.map((fn, i) => [fn, inspected[i]?.entries[0]]));
    return functions.map((fn) => variablesOf(entries.get(fn)));
  }

  urlOf(fn: Function): string | undefined {
    if (isBoundToProxy(fn)) return undefined;
    const known = scriptOf(fn)?.known;
    if (known !== undefined) return known.url;
    const look = (): string | undefined => {
      const place = this.#session.inspect([fn])[0]?.place;
      return place == null ? undefined : (this.#session.script(place.scriptId)?.url ?? '');
    };
    return withoutProxyParents([fn], () => this.#asked(undefined, look));
  }

  moduleUrls(): string[] {
    const look = (): string[] => {
      const urls = new Set<string>();
      for (const { url, isModule, isMain } of this.#session.allScripts())
        if (isModule && isMain) urls.add(url);
      return [...urls];
    };
    return this.#asked([], look);
  }

  // Node's `require` functions are closures over their module.
  requirerOf(fn: Function): string | undefined {
    if (isBoundToProxy(fn) || !isRequire(fn)) return undefined;
    const look = (): string | undefined => {
      const [seen] = this.#session.inspect([fn]);
      const info = seen?.place == null ? undefined : this.#session.script(seen.place.scriptId);
      if (info?.url.startsWith('node:') !== true) return undefined;
      for (const { object } of seen?.entries ?? []) {
        const mod: unknown = Reflect.getOwnPropertyDescriptor(object, 'mod')?.value;
        if (typeof mod !== 'object' || mod === null || types.isProxy(mod)) continue;
        const filename: unknown = Reflect.getOwnPropertyDescriptor(mod, 'filename')?.value;
        if (typeof filename === 'string') return filename;
      }
      return undefined;
    };
    return withoutProxyParents([fn], () => this.#asked(undefined, look));
  }

  privatesOf(object: object): CapturedPrivates[] {
    if (isBoundToProxy(object)) return [];
    return withoutProxyParents([object], () => this.#session.quietly(() => this.#privates.of(object)));
  }

  noteClass(owner: Function): boolean {
    if (isBoundToProxy(owner)) return false;
    return withoutProxyParents([owner], () => this.#session.quietly(() => this.#privates.note(owner)));
  }

  isStray(object: object): boolean {
    return this.#privates.isStray(object);
  }

  straysAmong(values: ValueList): readonly Stray[] {
    return this.#privates.straysAmong(values);
  }

  slotsOf(objects: readonly object[], names: readonly string[]): (readonly unknown[] | undefined)[] {
    // A proxy itself shows its slots without a trap; asking for its prototype would run one.
    const ordinary = objects.filter((object) => !types.isProxy(object));
    const bound = new Set(ordinary.filter(isBoundToProxy));
    const readable = objects.filter((object) => !bound.has(object));
    const inherits = ordinary.filter((object) => !bound.has(object));
    const read = withoutProxyParents(inherits, () =>
      this.#session.quietly(() => this.#session.slots(readable, names)),
    );
    let next = 0;
    return objects.map((object) => (object === readable[next] ? read[next++] : undefined));
  }

  makersOf(objects: readonly object[]): (string | undefined)[] {
    const readable = objects.filter((object) => !types.isProxy(object) && !isBoundToProxy(object));
    const look = () => {
      const asked = readable.filter((object) => !isReadAsList(object));
      const names = this.#session.quietly(() => this.#session.makerNames(asked));
      return new Map(asked.map((object, index) => [object, names[index]]));
    };
    const named = withoutProxyParents(readable, look, LINKS_MAX);
    return objects.map((object) => named.get(object));
  }

  close(): void {
    giveBack(this.#session);
  }
}

/** Stands in where V8 does not let code be read: every function is refused with the reason. */
class NoCapture implements Capture {
  readonly #refusal: Uncapturable;

  constructor(reason: string) {
    this.#refusal = withoutInspector(reason);
  }

  describe(functions: readonly Function[]): Captured[] {
    return functions.map(() => this.#refusal);
  }

  describeGenerators(objects: readonly object[]): Uncapturable[] {
    return objects.map(() => ({ ...this.#refusal, what: 'generator object' }));
  }

  iteratorsOf(objects: readonly object[]): undefined[] {
    return objects.map(() => undefined);
  }

  matchesOf(iterators: readonly object[]): undefined[] {
    return iterators.map(() => undefined);
  }

  isForeign(): boolean {
    return false;
  }

  closureOf(): ReadonlyMap<string, unknown> {
    return new Map();
  }

  closuresOf(functions: readonly Function[]): ReadonlyMap<string, unknown>[] {
    return functions.map(() => new Map());
  }

  urlOf(): undefined {
    return undefined;
  }

  moduleUrls(): string[] {
    return [];
  }

  requirerOf(): undefined {
    return undefined;
  }

  mayHavePrivates(): boolean {
    return false;
  }

  privatesOf(): CapturedPrivates[] {
    return [];
  }

  noteClass(): boolean {
    return false;
  }

  isStray(): boolean {
    return false;
  }

  straysAmong(): Stray[] {
    return [];
  }

  slotsOf(objects: readonly object[]): undefined[] {
    return objects.map(() => undefined);
  }

  makersOf(objects: readonly object[]): undefined[] {
    return objects.map(() => undefined);
  }

  close(): void {}
}

function variablesOf(entry: ScopeEntry | undefined): Map<string, unknown> {
  const found = new Map<string, unknown>();
  if (entry !== undefined) for (const name of namesOf(entry)) found.set(name, valueIn(entry, name));
  return found;
}

function withoutInspector(reason: string): Uncapturable {
  return {
    kind: 'uncapturable',
    what: 'function',
    reason,
    hint: 'Run with a Node whose inspector may be used: not built --without-inspector, not closed by --permission.',
  };
}

// The debugger is shut for all later runs, too.
function shut(error: ShutDebugger): Uncapturable {
  const reason = unusable(error);
  availability = { ok: false, reason };
  return withoutInspector(reason);
}

function isRequire(fn: Function): boolean {
  return ['resolve', 'main', 'extensions', 'cache'].every((key) => Object.hasOwn(fn, key));
}

function refusalFor(error: unknown): Uncapturable {
  return {
    kind: 'uncapturable',
    what: 'function',
    reason: `reading it failed: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Please report this with the text of the function.',
  };
}

// Looks for everything that is read later. What enters functions tries that when it has to.
function selfTest(capture: V8Capture): CaptureAvailability {
  const lacks = capture.lacks();
  return lacks.length === 0
    ? { ok: true }
    : { ok: false, reason: `V8 does not show ${lacks.join(', ')} here` };
}

function hasStack(frames: number): boolean {
  try {
    return frames === 0 || hasStack(frames - 1);
  } catch {
    return false;
  }
}

function unusable(error: unknown): string {
  return `V8's inspector cannot be used: ${(error as Error).message}`;
}
