// Classes met in one walk whose private members may be on objects outside of their chain: notes them as soon as they have
// a place, so that most such objects are known for what they are when they are read, and names the others as lost.
//
// Knows nothing of V8; capturing tells.

import { types } from 'node:util';
import type { Walk } from './context.js';
import { pathOf } from './paths.js';
import type { PickleLoss } from './types.js';

const descriptorOf = Object.getOwnPropertyDescriptor;

/** The classes of one walk. */
export class StamperTable {
  private readonly met: Function[] = [];
  private hasNoted = false;

  get isEmpty(): boolean {
    return this.met.length === 0 && !this.hasNoted;
  }

  /** Remembers a function that was given a place. */
  meet(fn: Function): void {
    this.met.push(fn);
  }

  /** True when an object that is read now has private members of a class that is not in its chain. */
  isStray(walk: Walk, object: object): boolean {
    if (this.met.length > 0) this.note(walk);
    return this.hasNoted && walk.capture.isStray(object);
  }

  /** What was read before its class was met, or is of a kind that cannot take private members. */
  losses(walk: Walk): PickleLoss[] {
    if (this.met.length > 0) this.note(walk);
    if (!this.hasNoted) return [];
    return walk.capture.straysAmong(walk.places).map(({ index, owner, isSure }) => {
      const name: unknown = descriptorOf(owner, 'name')?.value;
      const what = `private members of ${typeof name === 'string' && name !== '' ? name : 'a class'}`;
      return isSure
        ? { ...pathOf(walk, index), what, ...FOUND_LATE }
        : { ...pathOf(walk, index), what, ...UNTOLD };
    });
  }

  private note(walk: Walk): void {
    for (const fn of this.met.splice(0)) {
      if (!isClass(fn) || walk.isNamedElsewhere(fn) || !walk.capture.noteClass(fn)) continue;
      this.hasNoted = true;
      // They were looked at when nobody knew of the class.
      walk.exemplars.length = 0;
      walk.exemplarOf.fill(undefined);
    }
  }
}

const FOUND_LATE = {
  reason: 'its kind cannot take them, or its class is not in its prototype chain and was met after it',
  hint: 'Put the class before the object in what is saved, or give the object its prototype back.',
};

const UNTOLD = {
  reason: 'there are too many objects to ask each whether it has them, as the class has no method to ask by',
  hint: 'Give the class a method.',
};

function isClass(fn: Function): boolean {
  return !types.isProxy(fn) && descriptorOf(fn, 'prototype')?.writable === false;
}
