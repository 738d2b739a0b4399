// What a function or class takes from around it: the free names with the scopes that declare them, `this` and the like,
// private names and `with` blocks. Computed once for each function of a script. Knows nothing of values.

import type { CodeUnit, Reference, StaticBinding, StaticScope, StaticScript } from './scopes.js';
import { lookUp } from './scopes.js';

/** A name that an arrow takes from the function around it. */
export type PseudoName = 'this' | 'arguments' | 'new.target';

/** The needs of one function or class. */
export interface Needs {
  /** Names that the script declares around it. */
  readonly declared: readonly StaticBinding[];
  /** Names that nothing in the script declares, sorted. */
  readonly unresolved: readonly string[];
  /** What it takes from the function whose `this` it sees. */
  readonly pseudo: ReadonlySet<PseudoName>;
  /**
   * True when a frame does not show all of `pseudo`: a `this` that only a direct eval may name, which newer V8s show as `undefined`
   * there, or the `new.target` of an arrow inside.
   */
  readonly isPseudoHidden: boolean;
  /** The scope `pseudo` belongs to. */
  readonly pseudoScope: StaticScope | null;
  /** Classes around it whose private names it uses. */
  readonly classes: readonly StaticScope[];
  /** Classes around a class whose private names only those parts of it use that ran when it was made: what stands in them may be saved. */
  readonly classesOfMade: readonly StaticScope[];
  /** `with` blocks around it that its names go through. */
  readonly withs: readonly StaticScope[];
  /** True when `super` in it means its own home object. */
  readonly usesHome: boolean;
  /** True when `super` in it belongs to a method around it. */
  readonly usesOuterHome: boolean;
  readonly hasEval: boolean;
}

/** Computes the needs of a unit. `only` limits the names to those of an original text. */
export function needsOf(script: StaticScript, unit: CodeUnit): Needs {
  const declared = new Set<StaticBinding>();
  const unresolved = new Set<string>();
  const pseudo = new Set<PseudoName>();
  const classes = new Set<StaticScope>();
  const withs = new Set<StaticScope>();
  let pseudoScope: StaticScope | null = null;
  let usesHome = false;
  let usesOuterHome = false;
  let hasEval = false;
  let evalAt = -1;
  let isThisShown = false;
  let isTargetInside = false;
  for (const reference of referencesIn(script, unit)) {
    const { kind, target } = reference;
    const isOutside = target === null || target.depth <= unit.scope.depth;
    if (kind === 'eval') {
      hasEval = true;
      evalAt = reference.position;
    } else if (kind === 'import.meta') continue;
    else if (kind === 'super') {
      if (isOutside) usesOuterHome = true;
      else if (target.unit === unit) usesHome = true;
    } else if (!isOutside) continue;
    else if (kind === 'name') {
      if (target === null) unresolved.add(reference.name);
      else declared.add(target.bindings.get(reference.name) as StaticBinding);
      for (let at: StaticScope | null = unit.scope; at !== null && at !== target; at = at.parent) {
        if (at.kind === 'with') withs.add(at);
      }
    } else if (kind === 'private') {
      if (target !== null) classes.add(target);
    } else {
      pseudo.add(kind);
      if (kind === 'this' && reference.position !== evalAt) isThisShown = true;
      if (kind === 'new.target' && reference.scope.owner.unit !== unit) isTargetInside = true;
      pseudoScope = target;
    }
  }
  return {
    declared: [...declared],
    unresolved: [...unresolved].sort(),
    pseudo,
    isPseudoHidden: isTargetInside || (pseudo.has('this') && !isThisShown),
    pseudoScope,
    classes: [...classes],
    classesOfMade: unit.form === 'class' ? classesOfMade(script, unit, classes) : [],
    withs: [...withs],
    usesHome,
    usesOuterHome,
    hasEval,
  };
}

/**
 * The needs of a restored class: the names of its original text, resolved where the altered text stands. What uses private names
 * of classes around it was left in that text, in the bodies of those classes.
 */
export function needsElsewhere(original: Needs, script: StaticScript, place: CodeUnit): Needs {
  const { classes, classesOfMade } = needsOf(script, place);
  const declared: StaticBinding[] = [];
  const unresolved: string[] = [];
  for (const name of [...original.unresolved, ...original.declared.map((binding) => binding.name)]) {
    const binding = lookUp(place.scope, name);
    if (binding === null) unresolved.push(name);
    else declared.push(binding);
  }
  return {
    ...original,
    declared,
    unresolved: unresolved.sort(),
    classes,
    classesOfMade,
    withs: withsAround(place.scope),
  };
}

/** The needs of a restored function without the names that only its altered text has. */
export function needsWritten(needs: Needs, source: string): Needs {
  if (source.includes('\\u')) return needs;
  return {
    ...needs,
    declared: needs.declared.filter(({ name }) => source.includes(name)),
    unresolved: needs.unresolved.filter((name) => source.includes(name)),
  };
}

/** All `with` blocks around a scope. */
export function withsAround(scope: StaticScope): StaticScope[] {
  const withs: StaticScope[] = [];
  for (let at: StaticScope | null = scope; at !== null; at = at.parent)
    if (at.kind === 'with') withs.push(at);
  return withs;
}

// — helpers —

function classesOfMade(
  script: StaticScript,
  unit: CodeUnit,
  classes: ReadonlySet<StaticScope>,
): readonly StaticScope[] {
  const made = new Set<StaticScope>();
  for (const { kind, target, position } of allReferencesIn(script, unit)) {
    if (kind !== 'private' || target === null || target.depth > unit.scope.depth) continue;
    if (!classes.has(target) && isSkipped(unit, position)) made.add(target);
  }
  return [...made];
}

function* referencesIn(script: StaticScript, unit: CodeUnit): Generator<Reference> {
  for (const reference of allReferencesIn(script, unit))
    if (!isSkipped(unit, reference.position)) yield reference;
}

function* allReferencesIn(script: StaticScript, unit: CodeUnit): Generator<Reference> {
  const { references } = script;
  let low = 0;
  let high = references.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((references[middle] as Reference).position < unit.innerStart) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < references.length; i++) {
    const reference = references[i] as Reference;
    if (reference.position >= unit.end) return;
    yield reference;
  }
}

function isSkipped(unit: CodeUnit, position: number): boolean {
  for (const [start, end] of unit.skipped) if (start <= position && position < end) return true;
  return false;
}
