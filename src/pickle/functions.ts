// Functions of the graph: describes a batch of them and writes their rows.
//
// Knows nothing of V8; capturing tells what each function is.

import { types } from 'node:util';
import type { Column, ListColumn } from '../graph/column.js';
import { TAG } from '../graph/column.js';
import { KINDS, type Kind } from '../graph/kinds.js';
import { REQUIRE_OF_SESSION } from '../graph/specifier.js';
import { packageOfFile } from '../realm/packages.js';
import { changedOnSessionRequire, isSessionRequire } from '../realm/session-require.js';
import type {
  Captured,
  CapturedBound,
  CapturedClass,
  CapturedFunction,
  CapturedMember,
} from './capture/types.js';
import type { Verdict, Walk } from './context.js';
import { NEED } from './dependants.js';
import { reduceBoundOnce, reduceMade } from './hosts/functions.js';
import { ownShape, writeOwn } from './own.js';
import { OF_ANOTHER_CONTEXT } from './realms.js';
import { needClasses, tellMovingImports } from './scopes.js';
import type { SegmentDraft } from './shape.js';
import { describeSlotted } from './slotted.js';

const prototypeOf = Object.getPrototypeOf;
/** What every `require` has. */
const REQUIRE_KEYS: ReadonlySet<string | symbol> = new Set([
  ...['length', 'name', 'prototype', 'arguments', 'caller', 'resolve', 'main', 'extensions', 'cache'],
]);

/** Describes the functions, and whatever else waited, at these places and writes a row for each. */
export function describeFunctions(walk: Walk, places: readonly number[]): void {
  const plain: number[] = [];
  const slotted: number[] = [];
  for (const place of places) {
    const value = walk.places.value(place);
    if (isSessionRequire(value))
      referToRequire(walk, place, REQUIRE_OF_SESSION, changedOnSessionRequire(value as object));
    else (typeof value === 'function' && !types.isProxy(value) ? plain : slotted).push(place);
  }
  describeSlotted(walk, slotted);
  const captured = walk.capture.describe(plain.map((place) => walk.places.value(place) as Function));
  plain.forEach((place, index) => {
    const one = captured[index] as Captured;
    if (!isExported(walk, place, one)) writeFunction(walk, place, one);
  });
}

// Where a function is from is known by now; a package may export it by an accessor.
function isExported(walk: Walk, place: number, captured: Captured): boolean {
  if (captured.kind !== 'function' && captured.kind !== 'class') return false;
  const { url } = captured.code.entry;
  return packageOfFile(url) !== undefined && walk.referLate(place, walk.places.value(place) as object, url);
}

function writeFunction(walk: Walk, place: number, captured: Captured): void {
  switch (captured.kind) {
    case 'function':
      return writeCaptured(walk, place, captured);
    case 'class':
      return writeClass(walk, place, captured);
    case 'member':
      return writeMember(walk, place, captured);
    case 'bound':
      return writeBound(walk, place, captured);
    case 'uncapturable':
      if (reduceMade(walk, place)) return;
      if (writeRequire(walk, place)) return;
      return buryFunction(walk, place, captured);
  }
}

function buryFunction(walk: Walk, place: number, { what, reason, hint }: Verdict): void {
  const proto = prototypeOf(walk.places.value(place)) as object | null;
  const isForeign = proto !== null && walk.isOfAnotherContext(proto) && what === 'native function';
  const why = isForeign ? OF_ANOTHER_CONTEXT : { reason, hint };
  walk.bury(place, what, why.reason, why.hint);
}

// The `require` of a CommonJS module comes with every function of it that calls it.
function writeRequire(walk: Walk, place: number): boolean {
  const file = walk.capture.requirerOf(walk.places.value(place) as Function);
  if (file === undefined) return false;
  const own = Reflect.ownKeys(walk.places.value(place) as object);
  referToRequire(
    walk,
    place,
    file,
    own.filter((key) => !REQUIRE_KEYS.has(key)),
  );
  return true;
}

function referToRequire(
  walk: Walk,
  place: number,
  name: string,
  changed: readonly (string | symbol)[],
): void {
  walk.referTo(place, 'requireOf', name);
  if (changed.length === 0) return;
  const why = `its own ${changed.map(String).join(', ')}: a require is saved by name, and what was changed on it is not`;
  walk.change(place, 'function', why, 'keep it in a variable');
}

function writeCaptured(walk: Walk, place: number, captured: CapturedFunction): void {
  const segment = shaped(walk, place, KINDS.function);
  const [code, scope, home] = segment.state as [Column, Column, Column];
  code.push(TAG.int, walk.code(captured.code.entry));
  writeScope(walk, place, scope, captured);
  walk.cell(home, captured.home, place);
  if (captured.ignoredNames.length > 0) {
    const names = captured.ignoredNames.join(', ');
    const why = `it assigns to ${names}, the name of a function expression around it, which sloppy code ignores: after loading that throws`;
    walk.change(place, 'function', why, 'assign to a variable');
  }
  if (captured.isStrictGuess) {
    const why =
      'a direct eval made it, and nothing tells whether the code around that is strict: it is strict after loading';
    walk.change(
      place,
      'function',
      why,
      'begin the text that is evaluated with "use strict", or write it without eval',
    );
  }
  if (captured.isHomeGuess) {
    const why =
      'It uses `super`, and the heap is too large to look up the object it was written in: the only one that holds it was taken';
    walk.change(
      place,
      'method',
      why,
      'save it once while there is less in memory, where that object is another one',
    );
  }
  if (captured.home !== undefined && captured.home !== null) walk.tie(walk.discover(captured.home, place));
}

function writeClass(walk: Walk, place: number, captured: CapturedClass): void {
  const segment = shaped(walk, place, KINDS.class, captured.hasMembers);
  const [code, scope, heritage, keys] = segment.state as [Column, Column, Column, ListColumn];
  code.push(TAG.int, walk.code(captured.code.entry));
  writeScope(walk, place, scope, captured);
  walk.cell(heritage, heritageOf(walk.places.value(place) as Function), place);
  walk.list(keys, captured.computedKeys, place);
}

// `extends null` leaves Function.prototype on the class and null on its prototype object.
function heritageOf(constructor: Function): object | null {
  const parent = prototypeOf(constructor) as object | null;
  const prototype = Object.getOwnPropertyDescriptor(constructor, 'prototype')?.value as object | undefined;
  if (parent === Function.prototype && prototype !== undefined && prototypeOf(prototype) === null)
    return null;
  return parent;
}

function writeMember(walk: Walk, place: number, captured: CapturedMember): void {
  const segment = shaped(walk, place, KINDS.member);
  const [owner, element] = segment.state as [Column, Column];
  walk.cell(owner, captured.owner, place);
  const found = walk.discover(captured.owner, place);
  walk.tie(found);
  walk.needs(place, found, NEED.member);
  element.push(TAG.int, captured.element);
}

function writeBound(walk: Walk, place: number, captured: CapturedBound): void {
  if (reduceBoundOnce(walk, place, captured.target, captured.thisArg)) return;
  const segment = shaped(walk, place, KINDS.bound);
  const [target, thisArg, args] = segment.state as [Column, Column, ListColumn];
  walk.cell(target, captured.target, place);
  walk.needs(place, walk.discover(captured.target, place), NEED.bound);
  walk.cell(thisArg, captured.thisArg, place);
  walk.list(args, captured.args, place);
}

function writeScope(
  walk: Walk,
  place: number,
  column: Column,
  captured: CapturedFunction | CapturedClass,
): void {
  if (captured.scope === null) {
    column.push(TAG.null, 0);
    return;
  }
  tellMovingImports(walk, place, captured);
  const scope = walk.scope(captured.scope, place);
  walk.tie(scope);
  needClasses(walk, place, captured.scope, NEED.inside);
  walk.refer(column, scope);
}

// A class that has lost all members of its text has a prototype as one without any; loading it would bring them back.
function shaped(walk: Walk, place: number, kind: Kind, bringsMembers = false): SegmentDraft {
  const value = walk.places.value(place) as Function;
  const own = ownShape(walk, value, kind, bringsMembers ? { isBrought: () => false } : {});
  const segment = walk.row(own.node, place);
  writeOwn(walk, segment, own, place);
  return segment;
}
