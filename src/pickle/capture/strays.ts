// Objects with private members of a class that is not in their chain: their prototype was changed, or the constructor of
// a base class returned them. V8 has no list of such objects, so each is asked: for its private names, and when
// these do not tell, or there are many objects, by a function made in a frame of the class.
//
// Only code of the class can see the members. So only classes whose code is saved count; they are noted when they are met.
// Where no frame of a class can be had, V8's list of an object's members is read, for so many objects at most.
// Knows nothing of how members are read.

import { types } from 'node:util';
import { natives } from '../../realm/natives.js';

/** What one class may have put on an object. */
export interface Declaring {
  readonly owner: Function;
  readonly names: readonly string[];
  readonly brand: string | undefined;
  readonly isBrandListed: boolean;
  /** Every private name of its instances. */
  readonly all: readonly string[];
}

/** What it is told by. */
export interface StraySources {
  /** What a class puts on its instances. */
  declaring(owner: Function): Declaring;
  /** The classes in the chain of a prototype. */
  chain(proto: object): readonly Function[];
  /** A function that says whether an object has a private name of a class, or null when no frame can be had. */
  asker(owner: Function, name: string): ((object: object) => boolean) | null;
  /** The private names that V8 lists of an object. */
  listed(object: object): readonly string[];
  /** Those that an object has of the classes in its chain, or a class of its own. */
  explained(object: object): readonly string[];
}

/** An object with members that were not saved with it. */
export interface Stray {
  /** Where it is among the values that were looked through. */
  readonly index: number;
  readonly owner: Function;
  /** False when it could not be told whether it has any. */
  readonly isSure: boolean;
}

/** Values by their index. */
export interface ValueList {
  readonly count: number;
  value(index: number): unknown;
}

interface Noted {
  readonly owner: Function;
  readonly name: string;
  /** True when the name is of a method or an accessor. */
  readonly isBrand: boolean;
  /** Made when the names of an object do not tell: it takes a frame. */
  has: ((object: object) => boolean) | null | undefined;
}

/** Objects whose members are listed one by one, a tenth of a millisecond each, for want of a frame. */
const LISTED_MAX = 5000;

/** Objects that are asked for their names, half a microsecond each; by then a frame is cheaper. */
const ASKED_MAX = 10_000;

const prototypeOf = Reflect.getPrototypeOf;

// V8 names it by its class.
function isBrandName(name: string | undefined): boolean {
  return name?.startsWith('#') !== true;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** The classes noted in one run, and their strays. */
export class Strays {
  readonly #sources: StraySources;
  readonly #noted = new Map<Function, Noted>();
  readonly #chains = new Map<object, ReadonlySet<Function>>();
  readonly #kept = new WeakSet<object>();
  #listed = 0;
  #asked = 0;

  constructor(sources: StraySources) {
    this.#sources = sources;
  }

  /** Notes a class; false when it puts nothing on its instances, or was noted before. */
  note(owner: Function): boolean {
    const { names, brand } = this.#sources.declaring(owner);
    const name = brand ?? names[0];
    if (name === undefined || this.#noted.has(owner)) return false;
    this.#noted.set(owner, { owner, name, isBrand: brand !== undefined, has: undefined });
    return true;
  }

  /** The noted classes that are not in an object's chain and put members on it. */
  of(object: object): Function[] {
    const found: Noted[] = [];
    for (const noted of this.#surestFirst(
      [...this.#noted.values()].filter((each) => this.#isOpen(each, object)),
    )) {
      if (this.#has(noted, object, found) === true && !this.#isInChain(noted.owner, object))
        found.push(noted);
    }
    return found.map(({ owner }) => owner);
  }

  /** Notes that an object's members were read. */
  keep(object: object): void {
    this.#kept.add(object);
  }

  /** Strays among the values whose members were not read. */
  among(values: ValueList): Stray[] {
    const found: Stray[] = [];
    const foundOn = new Map<object, Noted[]>();
    const asked = [...this.#noted.values()].filter((noted) => this.#isOpenAmong(noted, values));
    for (const noted of this.#surestFirst(asked)) {
      let isToldFirst = true;
      for (let index = 0; index < values.count; index++) {
        const value = values.value(index);
        if (!isObject(value)) continue;
        const others = foundOn.get(value) ?? [];
        const answer = this.#has(noted, value, others);
        if (answer === false || this.#kept.has(value) || this.#isInChain(noted.owner, value)) continue;
        if (answer === null && !isToldFirst) continue;
        if (answer === null) isToldFirst = false;
        else foundOn.set(value, [...others, noted]);
        found.push({ index, owner: noted.owner, isSure: answer !== null });
      }
    }
    return found;
  }

  // A list of names says less when classes that answer for themselves were not asked before.
  #surestFirst(noted: Noted[]): Noted[] {
    for (const each of noted)
      if (each.has === undefined) each.has = this.#sources.asker(each.owner, each.name);
    return noted.sort((a, b) => Number(a.has === null) - Number(b.has === null));
  }

  // False where no frame is needed to see that an object is no stray of the class.
  #isOpen(noted: Noted, object: object): boolean {
    if (noted.has !== undefined || this.#asked++ >= ASKED_MAX || types.isProxy(object)) return true;
    const names = natives?.privateNames(object);
    if (names === undefined) return true;
    const mayBeIt = noted.isBrand ? isBrandName : (name: string | undefined) => name === noted.name;
    return names.some(mayBeIt) && !this.#isInChain(noted.owner, object);
  }

  #isOpenAmong(noted: Noted, values: ValueList): boolean {
    for (let index = 0; index < values.count; index++) {
      const value = values.value(index);
      if (isObject(value) && !this.#kept.has(value) && this.#isOpen(noted, value)) return true;
    }
    return false;
  }

  // Null when it cannot be told. `found` are the classes outside its chain that the object is known to have members of.
  #has(noted: Noted, object: object, found: readonly Noted[]): boolean | null {
    if (noted.has != null) return noted.has(object);
    // V8 must not look into a proxy, and ends an iterator that has come to the end of its collection by looking at it.
    if (types.isProxy(object) || types.isMapIterator(object) || types.isSetIterator(object)) return false;
    if (this.#listed++ >= LISTED_MAX) return null;
    // A list has names without classes, so a name tells only when there are more of it than other classes declare.
    const isIt = (name: string): boolean => name === noted.name;
    const count = this.#sources.listed(object).filter(isIt).length;
    if (count === 0) return false;
    const named = found.filter(({ owner }) => this.#sources.declaring(owner).all.some(isIt)).length;
    return count > named + this.#sources.explained(object).filter(isIt).length;
  }

  // Of a function nothing is read but what its text brings.
  #isInChain(owner: Function, object: object): boolean {
    if (types.isProxy(object) || typeof object === 'function') return false;
    const proto = prototypeOf(object);
    if (proto === null) return false;
    let chain = this.#chains.get(proto);
    if (chain === undefined) {
      chain = new Set(this.#sources.chain(proto));
      this.#chains.set(proto, chain);
    }
    return chain.has(owner);
  }
}
