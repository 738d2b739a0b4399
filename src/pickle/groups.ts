// The groups of a walk: which values belong to which root, and what each group points to in others.
//
// A value's place is where it stands in the order of discovery. The values of the roots themselves have the first places,
// so root `r` has place `r`, a group of its own, and id 0 there; the values met first below it have places that follow
// each other, and their ids are places less a start. What every process has is in group 0; its places are negative. Knows
// nothing of values.

import type { CodeEntry } from '../graph/code.js';
import type { Link } from '../graph/graph.js';

/** The place of a value with this id in group 0. */
export function basePlace(id: number): number {
  return -1 - id;
}

/** One group while it is walked. */
export class Group {
  readonly number: number;
  /** The place of the root's own value. */
  readonly rootPlace: number;
  /** The place of the value with id 1. */
  start = Number.POSITIVE_INFINITY;
  /** The first place after its own. */
  end = Number.POSITIVE_INFINITY;
  /** A group of a smaller number that has to be built together with it; itself if there is none. */
  tiedTo: Group = this;
  /** Blobs so far. */
  blobs = 0;
  readonly links: Link[] = [];
  /** Numbers of its texts of code in the whole snapshot. */
  readonly codes: number[] = [];
  private readonly linkIndices = new Map<number, number>();
  private readonly codeIndices = new Map<CodeEntry, number>();

  constructor(number: number, rootPlace: number) {
    this.number = number;
    this.rootPlace = rootPlace;
  }

  /** The id of a place in this group, or -1 for one of another group. */
  idOf(place: number): number {
    if (place >= this.start && place < this.end) return place - this.start + 1;
    return place === this.rootPlace ? 0 : -1;
  }

  /** The number of the link to a place of another group. */
  link(place: number, linkOf: (place: number) => Link): number {
    let index = this.linkIndices.get(place);
    if (index === undefined) {
      index = this.links.push(linkOf(place)) - 1;
      this.linkIndices.set(place, index);
    }
    return index;
  }

  /** The group's number of a text of code. */
  code(entry: CodeEntry, numberOf: (entry: CodeEntry) => number): number {
    let index = this.codeIndices.get(entry);
    if (index === undefined) {
      index = this.codes.push(numberOf(entry)) - 1;
      this.codeIndices.set(entry, index);
    }
    return index;
  }

  /** The number that all groups built together with it have in common. */
  get unit(): number {
    let group: Group = this;
    while (group.tiedTo !== group) group = group.tiedTo;
    return group.number;
  }

  /** Has to be built together with another group from now on. */
  tie(other: Group): void {
    let a: Group = this;
    let b = other;
    while (a.tiedTo !== a) a = a.tiedTo;
    while (b.tiedTo !== b) b = b.tiedTo;
    if (a.number < b.number) b.tiedTo = a;
    else a.tiedTo = b;
  }

  /** How many ids it has. */
  get values(): number {
    return this.end === Number.POSITIVE_INFINITY ? 0 : this.end - this.start + 1;
  }
}

/** The groups of a walk's roots; group 0 is apart. */
export class GroupTable {
  readonly groups: readonly Group[];

  /** Groups for so many roots, in the order of their numbers; `taken` are numbers of groups that are not walked. */
  constructor(roots: number, taken: ReadonlySet<number>) {
    const groups: Group[] = [];
    for (let number = 1; groups.length < roots; number++)
      if (!taken.has(number)) groups.push(new Group(number, groups.length));
    this.groups = groups;
  }

  /** Where a place is. */
  linkTo = (place: number): Link => {
    if (place < 0) return { group: 0, id: -1 - place };
    if (place < this.groups.length) return { group: (this.groups[place] as Group).number, id: 0 };
    const group = this.at(place);
    return { group: group.number, id: place - group.start + 1 };
  };

  /** The group that a place belongs to; groups are walked in the order of their numbers. */
  at(place: number): Group {
    const { groups } = this;
    if (place < groups.length) return groups[place] as Group;
    let low = 0;
    let high = groups.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((groups[middle] as Group).start <= place) low = middle;
      else high = middle - 1;
    }
    return groups[low] as Group;
  }
}
