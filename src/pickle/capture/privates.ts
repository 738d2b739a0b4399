// The private members of objects, by the class that declared them: fields with their values, and the mere brand of classes
// that have only private methods or accessors.
//
// The texts of the classes in an object's chain say which names are fields and whose they are. Values of the first objects
// of a class come from V8's list of an object's members, base class first; of further ones from functions made once for
// each class in the frame of its constructor or of a method (a frame probe), where a frame can be had. The class of a prototype is its `constructor`, or,
// where that was deleted or replaced, the class its methods were written in.
//
// Classes that are not in an object's chain are found by asking the object (`strays.ts`). Knows nothing of scopes.

import { types } from 'node:util';
import { restoredCode, restoredMembers } from '../../realm/restored.js';
import { firstStop } from './draft.js';
import { callOf } from './frame.js';
import type { InspectedFunction, ProbeCall, V8Session } from './inspector.js';
import { functionsOf, isClass, type Owners } from './owners.js';
import { isBoundToProxy, withoutProxyParents } from './proxy-parents.js';
import { parseScript, type Scripts, textOf } from './scripts.js';
import { type Declaring, type Stray, Strays, type ValueList } from './strays.js';
import type { CapturedPrivates } from './types.js';

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const prototypeOf = Reflect.getPrototypeOf;

/** Objects of a class whose members are listed one by one before readers are made. */
const LISTED_MAX = 100;

interface Declared {
  readonly fields: readonly string[];
  /** A private accessor or method of instances: whoever has it carries the class's brand, fields or not. */
  readonly brand: string | undefined;
  /** False for a method: V8 lists fields and accessors. */
  readonly isBrandListed: boolean;
  readonly staticFields: readonly string[];
  /** Every private name of instances, and of the class itself, each once. */
  readonly all: readonly string[];
  readonly allStatic: readonly string[];
  readonly hasAny: boolean;
}

/** Reads one private field of any object. */
interface FieldReader {
  readonly name: string;
  has(object: object): boolean;
  get(object: object): unknown;
}

const NOTHING: Declared = {
  fields: [],
  brand: undefined,
  isBrandListed: false,
  staticFields: [],
  all: [],
  allStatic: [],
  hasAny: false,
};

/** Readers that were made in frames of a class: they hold for as long as the class does, and a frame takes milliseconds. */
const madeReaders = new WeakMap<Function, readonly FieldReader[]>();

/** Reads private members in one run. */
export class Privates {
  readonly #session: V8Session;
  readonly #texts = new Map<string, Declared>();
  readonly #declared = new Map<Function, Declared>();
  readonly #chains = new Map<object, boolean>();
  readonly #makers = new Map<object, Function | null>();
  readonly #owners: Owners;
  readonly #scripts: Scripts;
  readonly #listed = new Map<Function, number>();
  /** Classes of which no reader can be had in this run. */
  readonly #readers = new Map<Function, null>();
  readonly #strays: Strays;

  constructor(session: V8Session, scripts: Scripts, owners: Owners) {
    this.#session = session;
    this.#scripts = scripts;
    this.#owners = owners;
    this.#strays = new Strays({
      declaring: (owner) => this.#declaring(owner),
      chain: (proto) => this.#classesFrom(proto),
      asker: (owner, name) => this.#askerOf(owner, name),
      listed: (object) => this.#namesListed(object),
      explained: (object) => this.#namesExplained(object),
    });
  }

  /** Notes a class whose code is saved; true when it is new and puts private members on its instances. */
  note(owner: Function): boolean {
    return isClass(owner) && this.#strays.note(owner);
  }

  /** True when an object has private members of a noted class that is not in its chain. */
  isStray(object: object): boolean {
    return this.#strays.of(object).length > 0;
  }

  /** Those among the values that have such members and were never asked about. */
  straysAmong(values: ValueList): Stray[] {
    return this.#strays.among(values);
  }

  mayHave(proto: object): boolean {
    let answer = this.#chains.get(proto);
    if (answer === undefined) {
      answer = this.#classesFrom(proto).some((owner) => this.#declaredBy(owner).hasAny);
      this.#chains.set(proto, answer);
    }
    return answer;
  }

  of(object: object): CapturedPrivates[] {
    if (typeof object === 'function')
      return isClass(object as Function) ? this.#statics(object as Function) : [];
    const proto = prototypeOf(object);
    const owners = proto === null ? [] : this.#classesFrom(proto).reverse();
    const strays = this.#strays.of(object);
    if (strays.length > 0) this.#strays.keep(object);
    const all = strays.length === 0 ? owners : [...owners, ...strays].sort((a, b) => depthOf(a) - depthOf(b));
    return this.#assign(
      object,
      all.map((owner) => this.#declaring(owner)),
      false,
    );
  }

  #declaring(owner: Function): Declaring {
    const { fields, brand, isBrandListed, all } = this.#declaredBy(owner);
    return { owner, names: fields, brand, isBrandListed, all };
  }

  #namesListed(object: object): string[] {
    if (isBoundToProxy(object)) return [];
    const list = (): string[] => this.#session.privateMembers(object).map((member) => member.name);
    return withoutProxyParents([object], () => this.#session.quietly(list));
  }

  #namesExplained(object: object): readonly string[] {
    if (typeof object === 'function')
      return isClass(object as Function) ? this.#declaredBy(object as Function).allStatic : [];
    const proto = prototypeOf(object);
    return proto === null ? [] : this.#classesFrom(proto).flatMap((owner) => this.#declaredBy(owner).all);
  }

  #askerOf(owner: Function, name: string): ((object: object) => boolean) | null {
    const { names, brand } = this.#declaring(owner);
    const readers = this.#readersOf(owner, brand === undefined ? names : [...names, brand]);
    const reader = readers?.find((each) => each.name === name);
    return reader === undefined ? null : (object) => reader.has(object);
  }

  #statics(owner: Function): CapturedPrivates[] {
    const names = this.#declaredBy(owner).staticFields;
    return names.length === 0
      ? []
      : this.#assign(owner, [{ owner, names, brand: undefined, isBrandListed: false, all: names }], true);
  }

  #assign(object: object, owners: readonly Declaring[], isStatic: boolean): CapturedPrivates[] {
    const declaring = owners.filter(({ names, brand }) => names.length > 0 || brand !== undefined);
    if (declaring.length === 0) return [];
    if (isStatic) return this.#fromList(object, declaring, true);
    if (this.#isListed(declaring)) return this.#fromList(object, declaring, false);
    const found: CapturedPrivates[] = [];
    for (const { owner, names, brand } of declaring) {
      const readers = this.#readersOf(owner, brand === undefined ? names : [...names, brand]);
      if (readers === null) return this.#fromList(object, declaring, false);
      const fields = new Map<string, unknown>();
      let isBranded = false;
      for (const reader of readers) {
        if (!reader.has(object)) continue;
        if (reader.name === brand) isBranded = true;
        else fields.set(reader.name, reader.get(object));
      }
      if (isBranded || fields.size > 0) found.push({ owner, isStatic, fields });
    }
    return found;
  }

  // Making readers takes as long as listing the members of hundreds of objects. V8's list has names without classes, so a
  // name that two classes of the chain declare is left to the readers.
  #isListed(declaring: readonly Declaring[]): boolean {
    const nearest = declaring.at(-1)?.owner as Function;
    const count = (this.#listed.get(nearest) ?? 0) + 1;
    this.#listed.set(nearest, count);
    if (count > LISTED_MAX) return false;
    const names = declaring.flatMap(({ names, brand }) => (brand === undefined ? names : [...names, brand]));
    return new Set(names).size === names.length;
  }

  #readersOf(owner: Function, names: readonly string[]): readonly FieldReader[] | null {
    let readers = madeReaders.get(owner) ?? this.#readers.get(owner);
    if (readers === undefined) {
      readers = this.#makeReaders(owner, names);
      if (readers === null) this.#readers.set(owner, null);
      else madeReaders.set(owner, readers);
    }
    return readers;
  }

  // Only code written in the class body can name its private members. Functions that need no stepping come first: a pause
  // takes milliseconds, as V8 describes the whole stack.
  #makeReaders(owner: Function, names: readonly string[]): readonly FieldReader[] | null {
    const prototype = descriptorOf(owner, 'prototype')?.value as object;
    const members = [...functionsOf(prototype), ...functionsOf(owner)];
    const inside = [owner, ...members.filter((fn) => fn !== owner)];
    if (inside.some(isBoundToProxy)) return null;
    // What the class extends may be a proxy, a tombstone for one.
    return withoutProxyParents(inside, () => this.#readersFrom(inside, names));
  }

  #readersFrom(inside: readonly Function[], names: readonly string[]): readonly FieldReader[] | null {
    const inspected = this.#session.inspect(inside);
    const at = inspected.map(({ place }) => (place === null ? null : this.#scripts.unitAt(place)));
    const calls = inside.flatMap((fn, i) =>
      callInto(fn, { inspected: inspected[i], at: at[i], classAt: at[0] }),
    );
    const parts = names.map((name) => `{name:"${name}",has:(o)=>${name} in o,get:(o)=>o.${name}}`);
    for (const { fn, call } of calls.sort(
      (a, b) => Number(a.call.first === null) - Number(b.call.first === null),
    )) {
      const probed = this.#session.probeStrict(fn, call, `[${parts.join()}]`);
      if (probed !== null) return names.map((_, k) => probed.value[k]);
    }
    return null;
  }

  #fromList(object: object, owners: readonly Declaring[], isStatic: boolean): CapturedPrivates[] {
    const listed = this.#session.privateMembers(object);
    const members = listed.filter((member) => !member.isAccessor);
    const found: CapturedPrivates[] = [];
    for (const { owner, names, brand, isBrandListed } of owners) {
      const fields = new Map<string, unknown>();
      for (const name of names) {
        const index = members.findIndex((member) => member.name === name);
        if (index < 0) continue;
        fields.set(name, members[index]?.value);
        members.splice(index, 1);
      }
      const isBranded =
        brand !== undefined &&
        (isBrandListed || fields.size > 0
          ? listed.some((member) => member.name === brand)
          : this.#hasMethod(object, owner, [...names, brand]));
      if (isBranded || fields.size > 0) found.push({ owner, isStatic, fields });
    }
    return found;
  }

  // V8 lists no private methods. Where no frame of the class can be had, an object that inherits from it counts as made by it.
  #hasMethod(object: object, owner: Function, names: readonly string[]): boolean {
    return this.#readersOf(owner, names)?.at(-1)?.has(object) ?? true;
  }

  // The classes whose prototypes are in a chain, nearest first.
  #classesFrom(proto: object): Function[] {
    const classes: Function[] = [];
    for (let at: object | null = proto; at !== null && !types.isProxy(at); at = prototypeOf(at)) {
      let maker = this.#makers.get(at);
      if (maker === undefined) {
        maker = this.#makerOf(at);
        this.#makers.set(at, maker);
      }
      if (maker !== null) classes.push(maker);
    }
    return classes;
  }

  #makerOf(prototype: object): Function | null {
    const maker: unknown = descriptorOf(prototype, 'constructor')?.value;
    // A proxy may stand there, a tombstone for one.
    const isPlain = typeof maker === 'function' && !types.isProxy(maker);
    if (isPlain && descriptorOf(maker, 'prototype')?.value === prototype)
      return isClass(maker) ? maker : null;
    return typeof prototype === 'function' ? null : this.#makerByMembers(prototype);
  }

  // A class holds its methods on its prototype, under whatever name.
  #makerByMembers(prototype: object): Function | null {
    const members = functionsOf(prototype);
    const inspected = members.length === 0 ? [] : this.#session.inspect(members);
    for (const [i, fn] of members.entries()) {
      const restored = restoredMembers.get(fn)?.owner;
      if (restored !== undefined && descriptorOf(restored, 'prototype')?.value === prototype) return restored;
      const place = inspected[i]?.place;
      const at = place ? this.#scripts.unitAt(place) : null;
      const unit = at?.unit.classUnit;
      if (at === null || unit === null || unit === undefined) continue;
      const text = at.script.analysis.source.slice(unit.start, unit.end);
      const owner = this.#owners
        .all(unit, text)
        .find((each) => descriptorOf(each, 'prototype')?.value === prototype);
      if (owner !== undefined) return owner;
    }
    return null;
  }

  #declaredBy(owner: Function): Declared {
    let declared = this.#declared.get(owner);
    if (declared === undefined) {
      const text = restoredCode.get(owner)?.source ?? textOf(owner);
      declared = this.#texts.get(text) ?? declaredIn(text);
      this.#texts.set(text, declared);
      this.#declared.set(owner, declared);
    }
    return declared;
  }
}

// — helpers —

// How many classes it extends: whoever makes an object comes before those who add to it.
function depthOf(owner: Function): number {
  let depth = 0;
  for (let at: object | null = owner; at !== null && !types.isProxy(at); at = prototypeOf(at)) depth++;
  return depth;
}

// How to enter a function, if it is one of the class's body.
function callInto(
  fn: Function,
  { inspected, at, classAt }: { inspected: InspectedFunction | undefined; at: UnitPlace; classAt: UnitPlace },
): { fn: Function; call: ProbeCall }[] {
  const place = inspected?.place;
  if (at == null || classAt == null || place == null) return [];
  const { unit, script } = at;
  if (unit === classAt.unit ? !isEnteredFirst(unit.node) : unit.classUnit !== classAt.unit) return [];
  const call = callOf(unit);
  if (call === null) return [];
  return [{ fn, call: { place, call, first: firstStop(unit, script), entries: inspected?.entries ?? [] } }];
}

type UnitPlace = ReturnType<Scripts['unitAt']> | undefined;

// The constructor of a derived class that has none of its own runs the base class first.
function isEnteredFirst(node: any): boolean {
  return node.superClass === null || node.body.body.some((element: any) => element.kind === 'constructor');
}

function declaredIn(text: string): Declared {
  if (!text.startsWith('class') || !text.includes('#')) return NOTHING;
  const program: any = parseScript(`(${text})`, false);
  const expression = program?.body[0]?.expression;
  if (expression?.type !== 'ClassExpression') return NOTHING;
  const fields: string[] = [];
  const staticFields: string[] = [];
  const all = new Set<string>();
  const allStatic = new Set<string>();
  const methods: string[] = [];
  const accessors: string[] = [];
  for (const element of expression.body.body) {
    if (element.key?.type !== 'PrivateIdentifier') continue;
    (element.static ? allStatic : all).add(`#${element.key.name}`);
    if (element.type === 'PropertyDefinition')
      (element.static ? staticFields : fields).push(`#${element.key.name}`);
    else if (!element.static) (element.kind === 'method' ? methods : accessors).push(`#${element.key.name}`);
  }
  return {
    fields,
    brand: accessors[0] ?? methods[0],
    isBrandListed: accessors.length > 0,
    staticFields,
    all: [...all],
    allStatic: [...allStatic],
    hasAny: all.size > 0,
  };
}
