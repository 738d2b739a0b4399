// Functions that Node made of the user's: what `util.promisify` and `util.callbackify` give back, and the listener that
// `emitter.once` puts in place of one. Node's own text is recognised, and what it closes over is read.

import { EventEmitter } from 'node:events';
import util, { types } from 'node:util';
import type { Column, ListColumn } from '../../graph/column.js';
import type { HostType } from '../../graph/host-types.js';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { ownShape, writeOwn } from '../own.js';

interface Made {
  readonly type: HostType;
  readonly names: readonly string[];
}

const descriptorOf = Object.getOwnPropertyDescriptor;
const toText = Function.prototype.toString;
const apply = Reflect.apply;
const ONCE: Made = { type: 'events.once', names: ['target', 'type', 'listener'] };
const ORIGINAL = ['original'];

let onceSample: Function | undefined;
let madeOnce: ReadonlyMap<string, Made> | undefined;
let boundTarget: unknown;

function sampleOfOnce(): Function {
  if (onceSample === undefined) {
    const emitter = new EventEmitter();
    emitter.once('sample', () => {});
    onceSample = emitter.rawListeners('sample')[0] as Function;
  }
  return onceSample;
}

function madeByText(): ReadonlyMap<string, Made> {
  madeOnce ??= new Map<string, Made>([
    [
      apply(
        toText,
        util.promisify(() => {}),
        [],
      ),
      { type: 'util.promisify', names: ORIGINAL },
    ],
    [
      apply(
        toText,
        util.callbackify(async () => {}),
        [],
      ),
      { type: 'util.callbackify', names: ORIGINAL },
    ],
    [apply(toText, sampleOfOnce(), []), ONCE],
  ]);
  return madeOnce;
}

/** Writes the row of a function inside Node that was made of others; false for all other functions. */
export function reduceMade(walk: Walk, place: number): boolean {
  const fn = walk.places.value(place) as Function;
  const made = madeByText().get(apply(toText, fn, []));
  if (made === undefined || !walk.capture.isForeign(fn)) return false;
  const closure = walk.capture.closureOf(fn);
  const parts = made.names.map((name) => closure.get(name));
  if (parts.some((part) => part === undefined)) return false;
  writeMade(walk, place, made.type, parts);
  return true;
}

/** Writes the row of a bound function that `emitter.once` made; false for all other bound functions. */
export function reduceBoundOnce(walk: Walk, place: number, target: unknown, state: unknown): boolean {
  if (boundTarget === undefined) {
    const [sample] = walk.capture.describe([sampleOfOnce()]);
    boundTarget = sample?.kind === 'bound' ? sample.target : null;
  }
  const isIt = boundTarget !== null && target === boundTarget;
  if (!isIt || typeof state !== 'object' || state === null || types.isProxy(state)) return false;
  const parts = ONCE.names.map((name): unknown => descriptorOf(state, name)?.value);
  writeMade(walk, place, ONCE.type, parts);
  return true;
}

function writeMade(walk: Walk, place: number, type: HostType, parts: readonly unknown[]): void {
  const own = ownShape(walk, walk.places.value(place) as object, KINDS.host);
  const segment = walk.row(own.node, place);
  walk.cell(segment.state[0] as Column, type, place);
  walk.list(segment.state[1] as ListColumn, parts, place);
  writeOwn(walk, segment, own, place);
}
