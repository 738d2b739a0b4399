// Events, targets with their listeners, signals and their controllers.
//
// Nothing is dispatched: a signal that was aborted is so without telling anybody.

import { types } from 'node:util';
import { hostClass } from '../../realm/host-classes.js';
import { intrinsicByName } from '../../realm/intrinsics.js';
import type { HostReviver } from './types.js';

const HANDLER = 32;
const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** The controller that each signal was made with. */
const controllers = new WeakMap<object, object>();

/** Revivers of events, targets, signals and controllers. */
export const eventHosts: readonly HostReviver[] = [
  { type: 'Event', create: ([type, ...flags]) => new (hostClass('Event'))(type, init(flags)) as object },
  {
    type: 'CustomEvent',
    create: ([type, bubbles, cancelable, composed, detail]) =>
      new (hostClass('CustomEvent'))(type, { ...init([bubbles, cancelable, composed]), detail }) as object,
  },
  {
    type: 'EventTarget',
    needs: 0,
    create: () => new (hostClass('EventTarget'))() as object,
    fill: (target, parts) => listen(target, parts),
  },
  {
    type: 'AbortSignal',
    needs: 2,
    create([isAborted, reason]) {
      const controller = new (hostClass('AbortController'))() as AbortController;
      controllers.set(controller.signal, controller);
      // Nobody listens yet.
      if (isAborted === true) controller.abort(reason);
      return controller.signal;
    },
    fill: (signal, parts) => listen(signal, parts.slice(2)),
  },
  {
    type: 'AbortController',
    create([signal]) {
      const controller = controllers.get(signal as object);
      if (controller === undefined) throw new TypeError('a controller without its signal');
      return controller;
    },
  },
];

function init([bubbles, cancelable, composed]: readonly unknown[]): object {
  return { bubbles, cancelable, composed };
}

function listen(target: object, parts: readonly unknown[]): void {
  // As it was when brine was loaded.
  const addEventListener = intrinsicByName('EventTarget.prototype.addEventListener') as Function;
  for (let i = 0; i + 2 < parts.length; i += 3) {
    const [type, listener, flags] = parts.slice(i, i + 3) as [string, unknown, number];
    if (listener === undefined || !isSafe(listener)) continue;
    if ((flags & HANDLER) !== 0) setHandler(target, type, listener);
    else {
      const options = { once: (flags & 1) !== 0, capture: (flags & 2) !== 0, passive: (flags & 4) !== 0 };
      Reflect.apply(addEventListener, target, [type, listener, options]);
    }
  }
}

// `onabort` and the like are setters of Node's classes.
function setHandler(target: object, type: string, listener: unknown): void {
  for (const name of ['AbortSignal']) {
    const set = descriptorOf(hostClass(name).prototype as object, `on${type}`)?.set;
    if (set !== undefined) Reflect.apply(set, target, [listener]);
  }
}

// Adding a listener asks an object for its `handleEvent`: that must not run anything.
function isSafe(listener: unknown): boolean {
  if (typeof listener === 'function') return true;
  for (let at = listener as object | null; at !== null; at = prototypeOf(at) as object | null) {
    if (types.isProxy(at)) return false;
    const found = descriptorOf(at, 'handleEvent');
    if (found !== undefined) return 'value' in found;
  }
  return true;
}
