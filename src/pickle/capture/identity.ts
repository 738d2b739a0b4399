// Decides which scope nodes functions share, and links them into chains.
//
// A level whose needed bindings nothing can assign any more needs no identity: equal values make one node. A level with
// an assignable binding is an *instance*; whoever finds out which instance it is (`telling.ts`) says so here.
// An instance owns the chain outside it: two functions that share it share everything further out. Knows nothing of V8.

import type { BindingKind, ScopeForm } from '../../graph/code.js';
import { ScopeNode } from './types.js';

/** One binding that a function needs. */
export interface LevelBinding {
  readonly name: string;
  readonly kind: BindingKind;
  readonly isInitialised: boolean;
  readonly value: unknown;
}

/** A binding that never changes. */
export function constant(name: string, value: unknown): LevelBinding {
  return { name, kind: 'const', isInitialised: true, value };
}

/** One level of a function's scope chain with what the function needs of it. */
export interface Level {
  /** The scope of the text; the same object for every function below it. */
  readonly place: object;
  /** Grows inwards. */
  readonly depth: number;
  readonly form: ScopeForm;
  readonly bindings: readonly LevelBinding[];
  /** What all values of this level are, as text: equal text, equal values. */
  readonly values: string;
  /** Set for levels with assignable bindings. */
  instance: ScopeInstance | null;
}

/** One scope with identity. */
export class ScopeInstance {
  readonly node: ScopeNode;
  outer: readonly Level[] = [];
  constructor(form: ScopeForm) {
    this.node = new ScopeNode(form, null);
  }
}

/** The scope nodes of one run. */
export class ScopeTree {
  readonly #constant = new Map<string, ScopeNode>();
  readonly #numbers = new Map<object, number>();

  /** Links levels, outermost first, and returns the innermost node. */
  link(levels: readonly Level[]): ScopeNode | null {
    let node: ScopeNode | null = null;
    let outer: readonly Level[] = [];
    for (const level of levels) {
      const { instance } = level;
      if (instance === null) {
        node = this.#constantNode(level, node);
        outer = [...outer, level];
      } else {
        if (outer.length > 0) this.#extend(instance, outer);
        node = instance.node;
        outer = [...instance.outer, level];
      }
      addBindings(node, level);
    }
    return node;
  }

  #extend(instance: ScopeInstance, outer: readonly Level[]): void {
    const merged = mergeLevels(instance.outer, outer);
    if (merged === null) return;
    instance.outer = merged;
    instance.node.parent = this.link(merged);
  }

  #constantNode(level: Level, parent: ScopeNode | null): ScopeNode {
    const key = `${this.#number(level.place)}|${level.form}|${parent === null ? 0 : this.#number(parent)}|${level.values}`;
    let node = this.#constant.get(key);
    if (node === undefined) {
      node = new ScopeNode(level.form, parent);
      this.#constant.set(key, node);
    }
    return node;
  }

  #number(object: object): number {
    let number = this.#numbers.get(object);
    if (number === undefined) {
      number = this.#numbers.size + 1;
      this.#numbers.set(object, number);
    }
    return number;
  }
}

// — helpers —

function addBindings(node: ScopeNode, level: Level): void {
  for (const { name, kind, isInitialised, value } of level.bindings) {
    if (!node.bindings.has(name)) node.bindings.set(name, { kind, isInitialised, value });
  }
}

// Both lists by place; null when the second adds nothing to the first.
function mergeLevels(known: readonly Level[], more: readonly Level[]): readonly Level[] | null {
  const merged = [...known];
  let isChanged = false;
  for (const level of more) {
    const index = merged.findIndex((each) => each.place === level.place && each.form === level.form);
    if (index < 0) {
      merged.push(level);
      isChanged = true;
      continue;
    }
    const before = merged[index] as Level;
    const names = new Set(before.bindings.map((binding) => binding.name));
    const added = level.bindings.filter((binding) => !names.has(binding.name));
    const instance = before.instance ?? level.instance;
    if (added.length === 0 && instance === before.instance) continue;
    const values = added.length === 0 ? before.values : `${before.values}+${level.values}`;
    merged[index] = { ...before, bindings: [...before.bindings, ...added], values, instance };
    isChanged = true;
  }
  return isChanged ? merged.sort((a, b) => a.depth - b.depth) : null;
}
