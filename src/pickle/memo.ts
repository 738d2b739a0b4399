// The memo: which place each value has.
//
// A Map is exact and slow: V8 has to give every object a hash of its own. So a walk that has become large keeps objects by
// a hash of what they hold, where their hidden class says which fields are plain data and the fields tell them apart; all
// others, and what such a table has no room for, are in the Map, which is asked whenever a table does not know. That is
// sound as long as nobody changes an object: before user code runs, everything goes to the Map. V8 ends a Map at 2^24
// entries, so a full one is put aside and asked last.
//
// Knows nothing of what places are for.

import { type Natives, natives } from '../realm/natives.js';
import { areFieldsData, type ContentHash, numberHash, planFor, planName, textHash } from './content-hash.js';
import { ContentTable } from './content-table.js';
import type { Places } from './places.js';

/** V8's own limit is a little higher. */
const ENTRIES_MAX = 2 ** 24 - 2 ** 16;
/** A walk with fewer values would lose more by looking at hidden classes than it gains. */
const CONTENTS_AFTER = 2048;
/** The same while the code for it is cold; larger ones need less memory by contents. */
const COLD_CONTENTS_AFTER = 2 ** 17;
/** How many values were walked in this process when code is warm. */
const WARM_VALUES = 50_000;
/** Hidden classes that are known, and key lists that have a table. */
export const CLASSES_MAX = 64;
/** Values without a known hidden class, at least and as a part of all, before the Map does better. */
const STRANGERS_MIN = 256;
const STRANGERS_PART = 16;
/** Values of a table that did not fit before it is hashed otherwise, at least, and as a part of those that did. */
const MISFITS_MIN = 32;
const MISFITS_PART = 8;

/** Objects with the same own keys: a table and how it is hashed; neither where the Map does better. */
interface Family {
  table: ContentTable | undefined;
  hashes: readonly ContentHash[];
  hash: ContentHash;
  misfits: number;
}

/** All objects with the hidden class of one. */
interface HiddenClass {
  readonly object: object;
  /** From 1 on. */
  readonly number: number;
  /** Found when the first of them is kept by what it holds. */
  family: Family | undefined;
}

/** Where values of few hidden classes come from, as a column: the class that was met last, and another before it. */
export interface ClassSite {
  hiddenClass: unknown;
  classBefore: unknown;
}

/** Options of a {@link Memo}. */
export interface MemoOptions {
  /** Entries of a Map. */
  readonly entriesMax?: number;
  /** Where values lie that have places; without it all are in the Map. */
  readonly places?: Places;
  /** Values before the first is kept by what it holds. Default: many more in the first walks of a process. */
  readonly contentsAfter?: number;
}

let walked = 0;

/** Tells how many values a walk of this process had. */
export function noteWalked(values: number): void {
  walked += values;
}

/** How many values this process has walked, but for the walk that runs. */
export function valuesWalked(): number {
  return walked;
}

/** A Map from values to places without V8's limit, and mostly without a Map. */
export class Memo {
  /** The number of the hidden class that what was asked for last had; 0 where that is not known. */
  classNumber = 0;
  private newest = new Map<unknown, number>();
  private readonly full: Map<unknown, number>[] = [];
  private readonly entriesMax: number;
  private readonly places: Places | undefined;
  private readonly contentsAfter: number;
  private readonly families = new Map<string, Family>();
  private readonly none: Family = { table: undefined, hashes: [], hash: () => 0, misfits: 0 };
  /** The hidden classes that are known, last used first. */
  private readonly classes: HiddenClass[] = [];
  private strangers = 0;
  private readonly anywhere: ClassSite = { hiddenClass: undefined, classBefore: undefined };
  private isPlain: boolean;
  // What was asked for last: its family and hash are known when it is added.
  private asked: unknown = undefined;
  private family: Family = this.none;
  private hash = 0;

  constructor({ entriesMax = ENTRIES_MAX, places, contentsAfter }: MemoOptions = {}) {
    this.entriesMax = entriesMax;
    this.places = places;
    this.contentsAfter = contentsAfter ?? (walked < WARM_VALUES ? COLD_CONTENTS_AFTER : CONTENTS_AFTER);
    this.isPlain = places === undefined || natives === undefined;
  }

  /** The place of a value, or undefined. `site` remembers the hidden classes that were met last in one place. */
  get(value: unknown, site: ClassSite = this.anywhere): number | undefined {
    this.classNumber = 0;
    if (
      !this.isPlain &&
      typeof value === 'object' &&
      value !== null &&
      this.placeCount >= this.contentsAfter
    ) {
      const found = this.classAt(value, site);
      if (found !== undefined) this.classNumber = found.number;
      const place = this.getByContents(value, found);
      if (place >= 0) return place;
    }
    const place = this.newest.get(value);
    return place !== undefined || this.full.length === 0 ? place : this.getOld(value);
  }

  private getByContents(value: object, found: HiddenClass | undefined): number {
    const family = found === undefined ? this.strangeFamily(value) : (found.family ??= this.meet(value));
    this.asked = value;
    this.family = family;
    const { table } = family;
    if (table === undefined) return -1;
    const hash = family.hash(value, numberHash, textHash);
    this.hash = hash;
    return table.find(value, hash);
  }

  /** The place of a value that was seldom met: nothing is learnt from it. */
  find(value: object): number | undefined {
    const family = this.isPlain || this.families.size === 0 ? this.none : this.familyByName(value, false);
    const place = family.table?.find(value, family.hash(value, numberHash, textHash)) ?? -1;
    return place >= 0 ? place : (this.newest.get(value) ?? this.getOld(value));
  }

  /** Sets the place of a value that was just asked for and had none; the queue has the value itself at this place. */
  add(value: unknown, place: number): void {
    const { family } = this;
    if (this.isPlain || value !== this.asked || family.table === undefined) return this.set(value, place);
    this.asked = undefined;
    if (family.table.add(this.hash, place)) return;
    this.set(value, place);
    family.misfits++;
    if (family.misfits > MISFITS_MIN && family.misfits * MISFITS_PART > family.table.count)
      this.rehash(family);
  }

  /** Sets the number of a value, of whatever meaning; what was set by this before is forgotten. */
  set(value: unknown, place: number): void {
    if (this.newest.size >= this.entriesMax) {
      this.full.push(this.newest);
      this.newest = new Map();
    }
    this.newest.set(value, place);
  }

  /** Objects may change from now on: all of them are kept by their identity. */
  endContents(): void {
    if (this.isPlain) return;
    this.isPlain = true;
    for (const family of this.families.values()) this.empty(family);
    this.classes.length = 0;
  }

  private classAt(value: object, site: ClassSite): HiddenClass | undefined {
    const { haveSameMap } = natives as Natives;
    const last = site.hiddenClass as HiddenClass | undefined;
    if (last !== undefined && haveSameMap(value, last.object)) return last;
    const before = site.classBefore as HiddenClass | undefined;
    site.classBefore = last;
    const isBefore = before !== undefined && haveSameMap(value, before.object);
    const found = isBefore ? before : this.classOf(value);
    site.hiddenClass = found;
    return found;
  }

  private classOf(value: object): HiddenClass | undefined {
    const { classes } = this;
    const { haveSameMap } = natives as Natives;
    for (let i = 0; i < classes.length; i++) {
      const found = classes[i] as HiddenClass;
      if (!haveSameMap(value, found.object)) continue;
      if (i > 0) {
        classes[i] = classes[i - 1] as HiddenClass;
        classes[i - 1] = found;
      }
      return found;
    }
    return this.learn(value);
  }

  // What is in the Map was met before.
  private learn(value: object): HiddenClass | undefined {
    if (this.newest.has(value)) return undefined;
    const { classes } = this;
    if (classes.length < CLASSES_MAX && (natives as Natives).hasFastProperties(value)) {
      const made: HiddenClass = { object: value, number: classes.length + 1, family: undefined };
      classes.push(made);
      return made;
    }
    if (++this.strangers > STRANGERS_MIN && this.strangers * STRANGERS_PART > this.placeCount)
      this.endContents();
    return undefined;
  }

  // The keys of one that is in the Map, which may be a million, say nothing new.
  private strangeFamily(value: object): Family {
    return this.isPlain || this.newest.has(value) ? this.none : this.meet(value);
  }

  // V8 may give an object another hidden class while it is only read, so the keys decide where it is looked for.
  private meet(value: object): Family {
    return this.familyByName(value, true);
  }

  private familyByName(value: object, isLearnt: boolean): Family {
    if (!isLearnt && this.families.size === 0) return this.none;
    const name = planName(value);
    if (name === undefined) return this.none;
    let family = this.families.get(name);
    if (family === undefined) {
      if (!isLearnt || this.families.size === CLASSES_MAX) return this.none;
      family = this.familyFor(value);
      this.families.set(name, family);
    }
    return areFieldsData(value) ? family : this.none;
  }

  private familyFor(value: object): Family {
    const [hash, ...hashes] = areFieldsData(value) ? planFor(value).hashes : [];
    if (hash === undefined) return this.none;
    return { table: new ContentTable(this.places as Places), hashes, hash, misfits: 0 };
  }

  // The next way to hash, or none: then the Map.
  private rehash(family: Family): void {
    const [hash, ...hashes] = family.hashes;
    if (hash === undefined) return this.empty(family);
    const { table: old } = family;
    const places = this.places as Places;
    const table = new ContentTable(places);
    old?.forEach((place) => {
      const value = places.value(place);
      const number = hash(value, numberHash, textHash);
      table.find(value, number);
      if (!table.add(number, place)) this.set(value, place);
    });
    Object.assign(family, { table, hash, hashes, misfits: 0 });
  }

  private empty(family: Family): void {
    const { table } = family;
    family.table = undefined;
    table?.forEach((place) => this.set((this.places as Places).value(place), place));
  }

  private get placeCount(): number {
    return (this.places as Places).count;
  }

  private getOld(value: unknown): number | undefined {
    for (let i = this.full.length - 1; i >= 0; i--) {
      const place = (this.full[i] as Map<unknown, number>).get(value);
      if (place !== undefined) return place;
    }
    return undefined;
  }
}
