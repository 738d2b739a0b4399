// Events and their targets, with listeners; signals and controllers of aborting.
//
// Listeners are read from where Node keeps them: a list for each type, under a symbol of the target.

import { types } from 'node:util';
import { hostClass, slotGetter } from '../../realm/host-classes.js';
import type { HostReducer, HostTools } from './types.js';

/** The flag of the listener that a property like `onabort` is. */
const HANDLER = 32;
/** Once, capture, passive. */
const FLAGS = 7;
const WEAK = 16;

/** Reducers of events, targets, signals and controllers. */
export const eventHosts: readonly HostReducer[] = [
  {
    type: 'Event',
    samples: () => [new (hostClass('Event'))('a')],
    reduce: (event: object, tools) => eventParts(event, tools),
  },
  {
    type: 'CustomEvent',
    samples: () => [new (hostClass('CustomEvent'))('a')],
    reduce: (event: object, tools) => [
      ...eventParts(event, tools),
      slotGetter('CustomEvent', 'detail')(event),
    ],
  },
  {
    type: 'EventTarget',
    samples: () => [new (hostClass('EventTarget'))()],
    reduce(target: object, tools) {
      // Node makes the list with the target, or with the first listener.
      if (!Object.getOwnPropertySymbols(target).some((key) => key.description === 'kEvents'))
        throw new TypeError('no EventTarget');
      return listeners(target, tools);
    },
  },
  {
    type: 'AbortSignal',
    samples: signals,
    reduce(signal: object, tools) {
      const isAborted = slotGetter('AbortSignal', 'aborted')(signal) === true;
      if (tools.hidden(signal, 'kComposite') === true && !isAborted)
        tools.change('the signals that it follows are not kept', 'make it again with `AbortSignal.any`');
      const reason: unknown = isAborted ? slotGetter('AbortSignal', 'reason')(signal) : undefined;
      return [isAborted, reason, ...listeners(signal, tools)];
    },
  },
  {
    type: 'AbortController',
    samples: () => [new (hostClass('AbortController'))()],
    reduce: (value: object) => [slotGetter('AbortController', 'signal')(value)],
  },
];

function eventParts(event: object, { change }: HostTools): unknown[] {
  const parts = ['type', 'bubbles', 'cancelable', 'composed'].map((key): unknown =>
    slotGetter('Event', key)(event),
  );
  change('its time, its target and whether it was cancelled are not kept', 'save what you need of these');
  return parts;
}

function listeners(target: object, { hidden, change, walk }: HostTools): unknown[] {
  const events = hidden(target, 'kEvents');
  if (!types.isMap(events)) return [];
  const found: unknown[] = [];
  for (const [type, root] of events as Map<string, { next?: Listener }>) {
    for (let at = root.next; at !== undefined; at = at.next) {
      const { flags } = at;
      const isWeak = (flags & WEAK) !== 0;
      const listener = isWeak ? (at.listener as WeakRef<object> | undefined)?.deref() : at.listener;
      const handler = handlerOf(target, type, listener, hidden);
      if (listener === undefined || isInternal(walk, listener, handler)) {
        change(`its listener for ${type} is Node's own and is not kept`, 'add it again after loading');
        continue;
      }
      const kept = (flags & FLAGS) | (handler === undefined ? 0 : HANDLER);
      found.push(type, handler ?? listener, kept);
    }
  }
  return found;
}

// One that follows another, and the other.
function signals(): object[] {
  const { signal } = new (hostClass('AbortController'))() as AbortController;
  const any = (hostClass('AbortSignal') as typeof AbortSignal).any([signal]);
  return [signal, any, (hostClass('AbortSignal') as typeof AbortSignal).timeout(0)];
}

interface Listener {
  readonly next?: Listener;
  readonly listener: unknown;
  readonly flags: number;
}

// `signal.onabort = f` is a listener of Node's that knows `f`.
function handlerOf(target: object, type: string, listener: unknown, hidden: HostTools['hidden']): unknown {
  const handlers = hidden(target, 'kHandlers');
  if (!types.isMap(handlers)) return undefined;
  const wrapper = handlers.get(type) as unknown;
  if (wrapper !== listener || typeof wrapper !== 'function') return undefined;
  return Object.getOwnPropertyDescriptor(wrapper, 'handler')?.value as unknown;
}

function isInternal(walk: HostTools['walk'], listener: unknown, handler: unknown): boolean {
  if (handler !== undefined || typeof listener !== 'function' || types.isProxy(listener)) return false;
  return walk.referenceTo(listener) === undefined && walk.capture.isForeign(listener) && !isBound(listener);
}

// What is bound is looked into by capturing.
function isBound(listener: Function): boolean {
  return (
    (Object.getOwnPropertyDescriptor(listener, 'name')?.value as string | undefined)?.startsWith('bound ') ===
    true
  );
}
