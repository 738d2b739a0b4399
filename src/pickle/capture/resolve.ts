// Resolves the references of a script: which scope each name, `this` and private name belongs to, and what follows for
// the bindings (captured, assigned by code that can still run). Knows nothing of syntax trees and of V8.

import { declare } from './declare.js';
import { lookUp, type Reference, type StaticScope, thisScope } from './scopes.js';

/** The private names each class scope declares. */
export type PrivateNames = ReadonlyMap<StaticScope, ReadonlySet<string>>;

/** A function declared in a block of sloppy code. */
export interface SloppyFunction {
  readonly name: string;
  readonly scope: StaticScope;
}

/** Resolves all references. */
export function resolveAll(
  references: readonly Reference[],
  top: StaticScope,
  privateNames: PrivateNames,
): void {
  for (const reference of references) resolve(reference, top, privateNames);
}

/** Annex B: a function declared in a block of sloppy code is a `var` of its function as well. */
export function hoistSloppyFunctions(functions: readonly SloppyFunction[]): void {
  for (const { name, scope } of functions) {
    let at = scope.parent as StaticScope;
    let isBlocked = false;
    while (at.kind !== 'function' && at.kind !== 'body' && at.kind !== 'top' && at.kind !== 'field') {
      if (at.kind !== 'catch' && at.bindings.has(name)) isBlocked = true;
      at = at.parent as StaticScope;
    }
    // What has the name of a parameter stays in its block, also where the body has variables of its own.
    if (at.kind === 'body' && at.parent?.bindings.has(name) === true) isBlocked = true;
    if (!isBlocked) declare(at, name, 'var', at.start);
  }
}

// — helpers —

function resolve(reference: Reference, top: StaticScope, privateNames: PrivateNames): void {
  switch (reference.kind) {
    case 'name':
      resolveName(reference);
      return;
    case 'private': {
      let scope: StaticScope | null = reference.scope;
      while (scope !== null && !privateNames.get(scope)?.has(reference.name)) scope = scope.parent;
      reference.target = scope;
      return;
    }
    case 'eval':
      openToEval(reference.scope);
      return;
    case 'import.meta':
      reference.target = top;
      return;
    default:
      reference.target = thisScope(reference.scope);
  }
}

// A direct eval can read and assign every variable around it.
function openToEval(from: StaticScope): void {
  for (let scope: StaticScope | null = from; scope !== null; scope = scope.parent) {
    scope.hasEval = true;
    for (const binding of scope.bindings.values()) {
      binding.isCaptured = true;
      if (binding.kind !== 'const') binding.isAssigned = binding.isRewritten = true;
    }
  }
}

function resolveName(reference: Reference): void {
  const binding = lookUp(reference.scope, reference.name);
  if (binding === null) return;
  reference.target = binding.scope;
  const isInner = reference.scope.owner !== binding.scope.owner;
  if (isInner) binding.isCaptured = true;
  if (!reference.isWrite || binding.kind === 'const') return;
  binding.isRewritten = true;
  const node = binding.scope.owner.unit?.node;
  if (isInner || node?.generator === true || node?.async === true) binding.isAssigned = true;
}
