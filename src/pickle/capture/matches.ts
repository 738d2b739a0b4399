// Where iterators over the matches of a regular expression are.
//
// A heap snapshot shows which expression such an iterator goes over; that never changes, so one look is enough. The expression knows
// where it is. What the iterator is to look through, and whether it has ended, tells a step that comes to nothing: for a moment the
// expression has an `exec` that throws, and an iterator that does not call it has ended. That is only done with expressions as
// `matchAll` makes them, so nothing of the user's runs. An iterator of brine's own is tried first.

import { types } from 'node:util';
import { expressions, matchIteratorOf, nextMatch } from '../../realm/match-iterators.js';
import { edgesOf, parkedNodes } from './heap-edges.js';
import { readHeap } from './heap-snapshot.js';
import type { V8Session } from './inspector.js';
import { isHeapSmall } from './small-heap.js';
import type { CapturedMatches } from './types.js';

const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
const prototypeOf = Object.getPrototypeOf;
const isExtensible = Object.isExtensible;
const regexpPrototype = RegExp.prototype;

const ITERATORS = '__brine_match_iterators__';

/** Holds the list while the snapshot is taken. */
const parked: { lists: object | null } = { lists: null };

/** Where iterators are; undefined for each that cannot be told. */
export function matchesOf(iterators: readonly object[], session: V8Session): (CapturedMatches | undefined)[] {
  const unknown = iterators.filter((iterator) => !expressions.has(iterator));
  if (unknown.length > 0) findExpressions(unknown, session);
  if (!isStepless()) return iterators.map(() => undefined);
  return iterators.map((iterator) => {
    const regexp = expressions.get(iterator);
    return regexp !== undefined && isPlain(regexp) ? afterNoStep(iterator, regexp) : undefined;
  });
}

// — which expression —

function findExpressions(iterators: readonly object[], session: V8Session): void {
  if (!isHeapSmall(session)) return;
  parked.lists = { __proto__: null, [ITERATORS]: iterators };
  try {
    const tables = readHeap();
    const { nodeId, nodeType, nodeTypes } = tables;
    const regexp = nodeTypes.indexOf('regexp');
    const nodes = parkedNodes(tables, ITERATORS);
    if (nodes.length !== iterators.length) return;
    nodes.forEach((node, i) => {
      const held = edgesOf(tables, node).filter(({ type }) => type === 'hidden');
      const [expression, ...others] = held.filter(({ to }) => nodeType[to] === regexp);
      if (held.length !== 2 || expression === undefined || others.length > 0) return;
      const found = session.objectByHeapId(nodeId[expression.to] as number);
      if (types.isRegExp(found)) expressions.set(iterators[i] as object, found);
    });
  } catch {
    // V8 does not show it here: nothing is known.
  } finally {
    parked.lists = null;
  }
}

// — where it is —

// An expression that nobody has changed: asking it runs nothing.
function isPlain(regexp: RegExp): boolean {
  if (prototypeOf(regexp) !== regexpPrototype || !isExtensible(regexp)) return false;
  const [key, ...others] = ownKeys(regexp);
  const last = getOwnPropertyDescriptor(regexp, 'lastIndex');
  return (
    key === 'lastIndex' && others.length === 0 && last?.writable === true && typeof last.value === 'number'
  );
}

function afterNoStep(iterator: object, regexp: RegExp): CapturedMatches | undefined {
  const asked: { text: string | undefined } = { text: undefined };
  const exec = (text: string): never => {
    asked.text = text;
    throw asked;
  };
  defineProperty(regexp, 'exec', { value: exec, configurable: true });
  try {
    return apply(nextMatch, iterator, []).done ? { regexp: undefined, text: '' } : undefined;
  } catch (error) {
    return error === asked && asked.text !== undefined ? { regexp, text: asked.text } : undefined;
  } finally {
    deleteProperty(regexp, 'exec');
  }
}

// — the sample: an iterator that has to be where it was —

let stepless: boolean | undefined;

function isStepless(): boolean {
  stepless ??= tryStep();
  return stepless;
}

function tryStep(): boolean {
  const regexp = /b/g;
  regexp.lastIndex = 2;
  const iterator = matchIteratorOf(regexp, 'abab');
  const seen = [afterNoStep(iterator, regexp), afterNoStep(iterator, regexp)];
  if (!seen.every((each) => each?.regexp === regexp && each.text === 'abab')) return false;
  const match = apply(nextMatch, iterator, []).value as RegExpMatchArray | undefined;
  if (match?.index !== 3 || !apply(nextMatch, iterator, []).done) return false;
  const end = afterNoStep(iterator, regexp);
  return end !== undefined && end.regexp === undefined;
}
