// Calls of methods whose arguments a suspended generator stands in: `all.push(yield)`.
//
// The method was looked up before the `yield`, and may be another one by now. V8 holds it in a register, and the object that it is
// called on in the next one. So where registers hold the method that is there now right before its object, and no other
// function stands right before that object, looking it up once more gives the same. Methods are looked up without
// running getters and traps.

import { types } from 'node:util';
import type { SyntaxNode } from '../../graph/syntax-path.js';
import { isOwn, type ScopeEntry, valueIn } from './entries.js';

/** A method and the object that it is called on. */
export type PendingCall = readonly [method: object, object: object];

/** True for names, `this` and plain properties of them, without further expressions. */
export function isPlainMethod(callee: SyntaxNode): boolean {
  return callee.type === 'MemberExpression' && isChain(callee);
}

/** The method that a callee means now, and its object; null when that cannot be told. */
export function pendingCallOf(
  callee: SyntaxNode,
  { entries, receiver }: { readonly entries: readonly ScopeEntry[]; readonly receiver: unknown },
): PendingCall | null {
  const valueOf = (node: SyntaxNode): unknown => {
    if (node.type === 'ThisExpression') return receiver;
    if (node.type === 'Identifier') return valueOfName(node.name, entries);
    return dataValue(valueOf(node.object), node.property.name);
  };
  const object = valueOf(callee.object);
  const method = dataValue(object, callee.property.name);
  return typeof method === 'function' ? [method, object as object] : null;
}

/** True when registers hold calls: `isFunction` tells which nodes are functions, `calls` are nodes of methods and objects. */
export function areHeld(
  registers: readonly number[],
  calls: readonly (readonly [number, number])[],
  isFunction: (node: number) => boolean,
): boolean {
  return calls.every(([method, object]) => {
    const before = new Set<number>();
    registers.forEach((node, index) => {
      if (node === object && registers[index - 1] !== undefined) before.add(registers[index - 1] as number);
    });
    const functions = [...before].filter(isFunction);
    return functions.length === 1 && functions[0] === method;
  });
}

// — helpers —

function isChain(node: SyntaxNode): boolean {
  if (node.type === 'Identifier') return node.name !== 'arguments';
  if (node.type === 'ThisExpression') return true;
  const isPlain = node.type === 'MemberExpression' && !node.computed && !node.optional;
  return isPlain && node.property.type === 'Identifier' && isChain(node.object);
}

function valueOfName(name: string, entries: readonly ScopeEntry[]): unknown {
  for (const entry of entries) {
    if (entry.type === 'With Block') return undefined;
    if (entry.type === 'Global') return dataValue(globalThis, name);
    if (isOwn(entry.object, name)) return valueIn(entry, name);
  }
  return undefined;
}

// A property that is a value, own or inherited.
function dataValue(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  for (let at: object | null = value; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (types.isProxy(at)) return undefined;
    const descriptor = Reflect.getOwnPropertyDescriptor(at, key);
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}
