// Functions that Node makes of the user's, made again by what made them.

import { EventEmitter } from 'node:events';
import util from 'node:util';
import type { HostReviver } from './types.js';

const { promisify, callbackify, types } = util;
const once = EventEmitter.prototype.once;

/** Revivers of such functions. */
export const functionHosts: readonly HostReviver[] = [
  { type: 'util.promisify', create: ([original]) => promisify(ordinary(original) as never) as object },
  { type: 'util.callbackify', create: ([original]) => callbackify(ordinary(original) as never) as object },
  {
    type: 'events.once',
    create([target, type, listener]) {
      const emitter = target as object;
      if (types.isProxy(emitter)) throw new TypeError('its emitter is a proxy');
      // It asks the emitter to take the listener that it makes; this one is only to be had.
      let made: object | undefined;
      const on = (_: unknown, wrapper: object): void => void (made = wrapper);
      Reflect.defineProperty(emitter, 'on', { value: on, configurable: true });
      try {
        Reflect.apply(once, emitter, [type, ordinary(listener)] as never);
      } finally {
        Reflect.deleteProperty(emitter, 'on');
      }
      return made;
    },
  },
];

// Node asks a function for properties; a proxy would be told.
function ordinary(value: unknown): unknown {
  if (typeof value !== 'function' || types.isProxy(value))
    throw new TypeError('it was made of no ordinary function');
  return value;
}
