// The values that the computed keys of a class body had when the class was made.
//
// Methods and accessors are found by their place in the text. The key of a field is evaluated where that must still give
// what it gave then: literals, and names that nothing assigns to. Other fields of instances have the keys that V8 keeps for
// them, which a heap snapshot shows. Those of static fields and of methods that are gone matter to nobody: nothing is
// defined by them again. Runs nothing. Knows nothing of scope nodes.

import type { V8Session } from './inspector.js';
import { heldSymbols } from './kept-keys.js';
import type { CodeUnit } from './scopes.js';
import type { Scripts } from './scripts.js';

type Key = string | symbol;

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const ownKeys = Reflect.ownKeys;

/** What the keys are looked up with. */
export interface KeyFinder {
  readonly session: V8Session;
  readonly scripts: Scripts;
  /** The current value of a name seen from the class, in a box, or null. */
  valueOf(name: string): { readonly value: unknown } | null;
  /** True for a name whose value is certainly what it was when the class was made. */
  isSteady(name: string): boolean;
  /** What V8 keeps as the keys of the class's computed fields, if they are among these symbols or are strings; or null. */
  keptKeys(symbols: readonly symbol[]): readonly (string | symbol)[] | null;
}

/** The computed keys in source order, or the index of the first element whose key is lost. */
export function computedKeysOf(live: Function, unit: CodeUnit, finder: KeyFinder): readonly Key[] | number {
  const body: any[] = unit.node.body.body;
  const computed = body.flatMap((element, index) => (element.computed ? [{ element, index }] : []));
  if (computed.length === 0) return [];
  const found = new Map<number, Key>();
  if (computed.some(({ element }) => element.type === 'MethodDefinition'))
    findMethods(live, unit, finder, found);
  const fields = computed.filter(({ element }) => element.type === 'PropertyDefinition');
  const isUnsure = fields.some(
    ({ element }) => isInstanceField(element) && steadyKey(element.key, finder) === null,
  );
  if (isUnsure) findKept(live, fields, finder, found);
  for (const { element, index } of computed) {
    if (found.has(index)) continue;
    const key = isInstanceField(element) ? steadyKey(element.key, finder) : plainKey(element.key, finder);
    if (key !== null) found.set(index, key.value);
  }
  eliminateStatic(live, body, found);
  computed.forEach(({ element, index }) => {
    if (!found.has(index) && !isInstanceField(element)) found.set(index, standInFor(index, found));
  });
  const lost = computed.find(({ index }) => !found.has(index));
  return lost === undefined ? computed.map(({ index }) => found.get(index) as Key) : lost.index;
}

// — helpers —

function findMethods(live: Function, unit: CodeUnit, finder: KeyFinder, found: Map<number, Key>): void {
  const prototype: unknown = descriptorOf(live, 'prototype')?.value;
  const held: { key: Key; fn: Function }[] = [];
  for (const object of [live, prototype]) {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) continue;
    for (const key of ownKeys(object)) {
      const descriptor = descriptorOf(object, key);
      for (const fn of [descriptor?.value, descriptor?.get, descriptor?.set]) {
        if (typeof fn === 'function' && fn !== live) held.push({ key, fn });
      }
    }
  }
  finder.session.inspect(held.map(({ fn }) => fn)).forEach(({ place }, i) => {
    const at = place === null ? null : finder.scripts.unitAt(place);
    if (at?.unit.classUnit === unit) found.set(at.unit.element, (held[i] as { key: Key }).key);
  });
}

interface ComputedElement {
  readonly element: any;
  readonly index: number;
}

function isInstanceField(element: any): boolean {
  return element.type === 'PropertyDefinition' && !element.static;
}

// V8 keeps the keys of all computed fields, but perhaps not those that are literals.
function findKept(
  live: Function,
  fields: readonly ComputedElement[],
  finder: KeyFinder,
  found: Map<number, Key>,
): void {
  const now = fields.map(({ element }) => plainKey(element.key, finder)?.value);
  const symbols = [...heldSymbols(live), ...now.filter((key) => typeof key === 'symbol')];
  const kept = finder.keptKeys(symbols);
  if (kept === null) return;
  const others = fields.filter(({ element }) => element.key.type !== 'Literal');
  const owners = kept.length === fields.length ? fields : kept.length === others.length ? others : [];
  owners.forEach(({ index }, i) => {
    found.set(index, kept[i] as Key);
  });
}

// A key under which nothing stays.
function standInFor(index: number, found: ReadonlyMap<number, Key>): string {
  const taken = new Set(found.values());
  let key = `computed key ${index}`;
  while (taken.has(key)) key += '′';
  return key;
}

function steadyKey(node: any, finder: KeyFinder): { value: Key } | null {
  return isSteadyKey(node, finder) ? plainKey(node, finder) : null;
}

// True when the key can be evaluated again with the same result.
function isSteadyKey(node: any, finder: KeyFinder): boolean {
  switch (node.type) {
    case 'Literal':
      return true;
    case 'Identifier':
      return finder.isSteady(node.name);
    case 'TemplateLiteral':
      return node.expressions.every((part: any) => isSteadyKey(part, finder));
    case 'BinaryExpression':
      return isSteadyKey(node.left, finder) && isSteadyKey(node.right, finder);
    case 'SequenceExpression':
      return node.expressions.at(-1).type === 'Literal';
    case 'MemberExpression':
      return node.object.name === 'Symbol' && finder.valueOf('Symbol')?.value === Symbol;
    default:
      return false;
  }
}

// Literals, well-known symbols, names whose value is at hand, and what is put together from them.
function plainKey(node: any, finder: KeyFinder): { value: Key } | null {
  if (node.type === 'SequenceExpression') {
    const last = node.expressions.at(-1);
    return last.type === 'Literal' ? plainKey(last, finder) : null; // the parts before it may have changed a name
  }
  if (node.type === 'BinaryExpression' && node.operator === '+' && isText(node))
    return joined([node.left, node.right], finder);
  if (node.type === 'TemplateLiteral' && node.expressions.length > 0) {
    const texts = node.quasis.map((quasi: any) => ({ type: 'Literal', value: quasi.value.cooked }));
    return joined(
      texts.flatMap((text: any, i: number) => (i === 0 ? [text] : [node.expressions[i - 1], text])),
      finder,
    );
  }
  if (node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'number')) {
    return { value: String(node.value) };
  }
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return { value: node.quasis[0].value.cooked };
  if (node.type === 'Identifier') return keyFrom(finder.valueOf(node.name)?.value);
  if (node.type !== 'MemberExpression' || node.computed || node.object.type !== 'Identifier') return null;
  const name: string = node.property.name;
  if (node.object.name === 'Symbol') {
    const symbol = descriptorOf(Symbol, name);
    return symbol?.writable === false ? keyFrom(symbol.value) : null;
  }
  const object = finder.valueOf(node.object.name)?.value;
  return typeof object === 'object' && object !== null ? keyFrom(descriptorOf(object, name)?.value) : null;
}

// Only a sum with a text in it joins; numbers would be added.
function isText(node: any): boolean {
  if (node.type === 'TemplateLiteral') return true;
  if (node.type === 'Literal') return typeof node.value === 'string';
  return (
    node.type === 'BinaryExpression' && node.operator === '+' && (isText(node.left) || isText(node.right))
  );
}

function joined(parts: readonly any[], finder: KeyFinder): { value: Key } | null {
  let text = '';
  for (const part of parts) {
    // `1 + 2 + 'x'` adds before it joins.
    if (part.type === 'BinaryExpression' && !isText(part)) return null;
    const key = plainKey(part, finder);
    if (key === null || typeof key.value === 'symbol') return null;
    text += key.value;
  }
  return { value: text };
}

function keyFrom(value: unknown): { value: Key } | null {
  if (typeof value === 'string' || typeof value === 'symbol') return { value };
  return typeof value === 'number' ? { value: String(value) } : null;
}

// One static field without a key and one property that nothing else explains belong together.
function eliminateStatic(live: Function, body: readonly any[], found: Map<number, Key>): void {
  const open = body.flatMap((element, index) =>
    element.computed && element.static && element.type === 'PropertyDefinition' && !found.has(index)
      ? [index]
      : [],
  );
  if (open.length !== 1) return;
  const explained = new Set<Key>(['length', 'name', 'prototype', ...found.values()]);
  for (const element of body) {
    if (element.static && element.key && !element.computed)
      explained.add(String(element.key.name ?? element.key.value));
  }
  const rest = ownKeys(live).filter((key) => !explained.has(key));
  if (rest.length === 1) found.set(open[0] as number, rest[0] as Key);
}
