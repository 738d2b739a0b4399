// The words for what a script says of its scopes: which scope declares each name, how, and who refers to it.
//
// Holds the shapes and the two questions that everyone asks of them. How they are made from a text is in `analyse.ts`.
// Knows nothing of V8 and of live functions.

import type { CodeForm } from '../../graph/code.js';

/** What kind of level a static scope is. */
export type StaticKind =
  | 'top'
  | 'function'
  | 'name'
  | 'body'
  | 'block'
  | 'catch'
  | 'class'
  | 'with'
  | 'field';

/** How a name was declared. `var` covers parameters and catch bindings as well. */
export type StaticBindingKind = 'var' | 'let' | 'const' | 'function' | 'class';

/** One declared name. */
export interface StaticBinding {
  readonly name: string;
  readonly kind: StaticBindingKind;
  readonly scope: StaticScope;
  /** Where the declaration has run to its end; a closure made further down sees an initialised binding. */
  readonly initialisedAt: number;
  /** True when code that can still run assigns to it: a function other than the one that owns the scope. */
  isAssigned: boolean;
  /** True when anything but its one initialisation may give it a value. */
  isRewritten: boolean;
  /** True when an inner function refers to it, so that V8 keeps it in a context. */
  isCaptured: boolean;
}

/** One static scope. */
export interface StaticScope {
  readonly kind: StaticKind;
  readonly parent: StaticScope | null;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly isStrict: boolean;
  /** The nearest scope around that is a function, a field initialiser, a static block or the top. */
  readonly owner: StaticScope;
  /** The function or class written here; null for blocks and the top. */
  readonly unit: CodeUnit | null;
  readonly bindings: Map<string, StaticBinding>;
  /** True when a direct eval below can see this scope. */
  hasEval: boolean;
  /** True for the cases of a `switch`, which is entered anywhere: what earlier cases declare may never be initialised. */
  isSwitch?: boolean;
}

/** One function or class of the script. */
export interface CodeUnit {
  readonly form: CodeForm;
  readonly isDeclaration: boolean;
  /** True when the code around it is strict. */
  readonly isStrict: boolean;
  /** The range of the text that `toString` gives. */
  readonly start: number;
  readonly end: number;
  /** The range that is looked through for free names: without a method's key. */
  readonly innerStart: number;
  /** The scope around it. */
  readonly scope: StaticScope;
  readonly node: any;
  /** For members of class bodies: the class and the index of the element. */
  readonly classUnit: CodeUnit | null;
  readonly element: number;
  readonly isStatic: boolean;
  /** Parts of a class that do not run again when it is rebuilt. */
  readonly skipped: readonly (readonly [number, number])[];
  /** The scope of its body: where names in a paused frame are looked up. */
  inner: StaticScope;
}

/** What a reference refers to. */
export type ReferenceKind =
  | 'name'
  | 'this'
  | 'arguments'
  | 'new.target'
  | 'super'
  | 'private'
  | 'eval'
  | 'import.meta';

/** One reference. */
export interface Reference {
  kind: ReferenceKind;
  readonly name: string;
  readonly position: number;
  readonly scope: StaticScope;
  readonly isWrite: boolean;
  /** The scope that declares it (for `this` and the like: its function); null for an unresolved name. */
  target: StaticScope | null;
}

/** The static analysis of one script. */
export interface StaticScript {
  readonly source: string;
  readonly top: StaticScope;
  /** Sorted by where their inner range starts, outer before inner. */
  readonly units: readonly CodeUnit[];
  /** Sorted by position. */
  readonly references: readonly Reference[];
  /** The scope of each `yield`, by its position. */
  readonly yields: ReadonlyMap<number, StaticScope>;
}

/** The declaration that a name means in a scope, or null when no scope of the script declares it. */
export function lookUp(scope: StaticScope, name: string): StaticBinding | null {
  for (let at: StaticScope | null = scope; at !== null; at = at.parent) {
    const binding = at.bindings.get(name);
    if (binding !== undefined) return binding;
  }
  return null;
}

/** The scope that `this` belongs to: the nearest function that is no arrow, field initialiser or the top. */
export function thisScope(scope: StaticScope): StaticScope {
  let at = scope.owner;
  while (at.kind === 'function' && at.unit?.form === 'arrow') at = (at.parent as StaticScope).owner;
  return at;
}

/** The function whose `arguments` the word means where `hasArguments` is true. */
export function argumentsScope(scope: StaticScope): StaticScope {
  let at = scope;
  while (at.kind !== 'function' || at.unit?.form === 'arrow') at = at.parent as StaticScope;
  return at;
}

/** True where the word `arguments` means those of a function, not a variable. */
export function hasArguments(scope: StaticScope): boolean {
  for (let at: StaticScope | null = scope; at !== null; at = at.parent) {
    if (at.bindings.has('arguments')) return false;
    if (at.kind === 'function' && at.unit?.form !== 'arrow') return true;
  }
  return false;
}
