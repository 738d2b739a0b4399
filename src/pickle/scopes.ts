// Scopes of the functions found so far. Their bindings may grow until the walk ends, and so may their parents,
// so their rows are written last.

import { BINDING_KINDS, SCOPE_FORMS } from '../graph/code.js';
import type { Column } from '../graph/column.js';
import { DEAD_ZONE } from '../graph/graph.js';
import { KINDS } from '../graph/kinds.js';
import type { CapturedBinding, ScopeNode } from './capture/types.js';
import type { Walk } from './context.js';
import { NEED, type Need } from './dependants.js';

interface ScopeRecord {
  readonly node: ScopeNode;
  readonly place: number;
  /** Bindings whose values were discovered. */
  seen: number;
}

/** Reports the variables of a function or generator that another module may assign to. */
export function tellMovingImports(
  walk: Walk,
  place: number,
  { kind, movingImports }: { readonly kind: string; readonly movingImports: readonly string[] },
): void {
  if (movingImports.length === 0) return;
  const names = movingImports.join(', ');
  const why = `the module that ${names} is imported from may assign to it: after loading it stays what it is now`;
  walk.change(place, kind, why, 'keep what changes in an object that the module exports');
}

/** The scopes of one walk. */
export class ScopeTable {
  private readonly records = new Map<ScopeNode, ScopeRecord>();
  private readonly byPlace = new Map<number, ScopeNode>();

  get isEmpty(): boolean {
    return this.byPlace.size === 0;
  }

  /** The place of a scope; discovers it, its parents and whatever bindings they have gained. */
  discover(walk: Walk, innermost: ScopeNode, parent: number): number {
    const chain: ScopeNode[] = [];
    for (let node: ScopeNode | null = innermost; node !== null; node = node.parent) chain.push(node);
    let place = parent;
    for (const node of chain.reverse()) {
      const record = this.recordOf(walk, node, parent);
      place = record.place;
      if (node.bindings.size > record.seen) this.discoverValues(walk, record);
    }
    return place;
  }

  /** The scope at a place, for naming paths. */
  at(place: number): ScopeNode | undefined {
    return this.byPlace.get(place);
  }

  /** The places of all scopes. */
  places(): Iterable<number> {
    return this.byPlace.keys();
  }

  /** Writes the rows of scopes by their places; call once, when nothing more is discovered. */
  write(walk: Walk, places: readonly number[]): void {
    for (const place of places) {
      const node = this.byPlace.get(place) as ScopeNode;
      const form = SCOPE_FORMS.indexOf(node.form);
      let shape = walk.shapes.root(KINDS.scope, undefined, form);
      const bindings = [...node.bindings].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      for (const [name, binding] of bindings) shape = shape.step(name, attributesOf(binding));
      const segment = walk.row(shape, place);
      walk.cell(segment.state[0] as Column, node.parent ?? undefined, place);
      if (node.parent !== null) walk.tie(walk.discover(node.parent, place));
      bindings.forEach(([, { value, isInitialised }], index) => {
        walk.cell(segment.properties[index] as Column, isInitialised ? value : undefined, place);
      });
    }
  }

  private recordOf(walk: Walk, node: ScopeNode, parent: number): ScopeRecord {
    const known = this.records.get(node);
    if (known !== undefined) return known;
    const record = { node, place: walk.place(node, parent, true), seen: 0 };
    this.records.set(node, record);
    this.byPlace.set(record.place, node);
    return record;
  }

  private discoverValues(walk: Walk, record: ScopeRecord): void {
    record.seen = record.node.bindings.size;
    for (const { value, isInitialised } of record.node.bindings.values()) {
      if (!isInitialised) continue;
      if (
        (typeof value === 'object' && value !== null) ||
        typeof value === 'function' ||
        typeof value === 'symbol'
      ) {
        walk.discover(value, record.place);
      }
    }
  }
}

/** Notes the classes in whose bodies code of a scope stands, and the function that is its `new.target`. */
export function needClasses(walk: Walk, place: number, innermost: ScopeNode, need: Need): void {
  for (let node: ScopeNode | null = innermost; node !== null; node = node.parent) {
    const target: unknown = node.bindings.get('new.target')?.value;
    if (typeof target === 'function') walk.needs(place, walk.discover(target, place), NEED.target);
    if (node.form !== 'class') continue;
    for (const { value } of node.bindings.values()) walk.needs(place, walk.discover(value, place), need);
  }
}

// — helpers —

function attributesOf(binding: CapturedBinding): number {
  return BINDING_KINDS.indexOf(binding.kind) + (binding.isInitialised ? 0 : DEAD_ZONE);
}
