// From a value of a graph to the values that it leads to, each with its step as a path has it: `.pool`, ` → captures db`.
//
// One value at a time and nothing nested, so whoever follows steps needs no recursion. Builds nothing. Knows nothing of
// roots and of whole paths.

import { type Cells, type ListCells, numberAt, startsOf, TAG, tagAt } from './column.js';
import { ATTRIBUTE, type Graph, type LayoutKey, type Segment, segmentBefore } from './graph.js';

/** Called with a cell of a value and its step; true ends the look. */
export type CellVisit = (column: Cells, at: number, step: () => string) => boolean;

/** Called with the id of what a value leads to and the step there; true ends the look. */
export type StepVisit = (target: number, step: () => string) => boolean;

/** Columns of a kind's state that are no part of the value for people, or have a step that says more than nothing. */
const STATE_STEPS: Readonly<Record<string, string>> = {
  'bound.target': ' → target',
  'bound.this': ' → this',
  'class.heritage': ' → extends',
  'class.computedKeys': ' → computed key',
  'custom.state': ' → state',
  'dataView.buffer': '.buffer',
  'function.home': ' → home object',
  'generator.of': ' → generator function',
  'generator.this': ' → this',
  'generator.home': ' → home object',
  'iterator.source': ' → source',
  'member.owner': ' → class',
  'promise.result': ' → result',
  'prototype.of': ' → prototype of',
  'proxy.handler': ' → handler',
  'proxy.target': ' → target',
  'typedArray.buffer': '.buffer',
  'weakRef.target': '.deref()',
};

/** The steps of one graph. */
export class GraphSteps {
  readonly graph: Graph;
  private readonly starts = new Map<ListCells, Float64Array>();
  private readonly indices = new Map<Segment, ReadonlyMap<string, number>>();
  private readonly names = new Map<Segment, readonly string[]>();

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** Calls back with each cell of a value: properties, private fields, then what its kind has. */
  eachCell(id: number, visit: CellVisit): void {
    const segment = this.segmentOf(id);
    if (segment === undefined) return;
    const row = id - segment.firstId;
    const { layout, state, properties } = segment;
    const { kind } = layout;
    const names = this.namesOf(segment);
    for (let c = 0; c < properties.length; c++)
      if (visit(properties[c] as Cells, row, () => names[c] ?? ' → inside')) return;
    const isKeyed = kind.name === 'map' || kind.name === 'dictionary' || kind.name === 'weakMap';
    const keys = isKeyed || kind.name === 'sparseArray' ? this.keysOf(segment) : undefined;
    for (let c = 0; c < state.length; c++) {
      const column = state[c] as Cells | ListCells;
      const named = STATE_STEPS[`${kind.name}.${kind.state[c]?.name}`];
      if (!('lengths' in column)) {
        if (visit(column, row, () => named ?? '')) return;
        continue;
      }
      const start = this.startsOf(column)[row] as number;
      const end = start + numberAt(column.lengths, row);
      for (let at = start; at < end; at++) {
        const step = (): string =>
          column === keys ? ' → key' : (named ?? itemStep(kind.name, keys, at, at - start));
        if (visit(column.items, at, step)) return;
      }
    }
  }

  /** Calls back with each value that one leads to through its cells. */
  eachStep(id: number, visit: StepVisit): void {
    this.eachCell(
      id,
      (column, at, step) => tagAt(column, at) === TAG.ref && visit(numberAt(column, at), step),
    );
  }

  /** Calls back with what the layout of a value leads to: prototype, symbols of its keys, classes of private fields. */
  eachPointer(id: number, visit: StepVisit): void {
    const layout = this.segmentOf(id)?.layout;
    if (layout === undefined) return;
    if (typeof layout.proto === 'number' && visit(layout.proto, () => ' → prototype')) return;
    for (const key of layout.keys)
      if (typeof key !== 'string' && visit(key.symbol, () => ` → key ${this.keyStep(key)}`)) return;
    for (const brand of layout.brands) if (visit(brand.owner, () => ' → class')) return;
  }

  /** The segment with a value, and undefined for ids that the graph does not have. */
  segmentOf(id: number): Segment | undefined {
    const { segments, count } = this.graph;
    if (id >= count) return undefined;
    const found = segmentBefore(segments, id);
    return found !== undefined && id < found.firstId + found.rows ? found : undefined;
  }

  /** Where the list of each row begins. */
  startsOf(list: ListCells): Float64Array {
    let starts = this.starts.get(list);
    if (starts === undefined) {
      starts = startsOf(list);
      this.starts.set(list, starts);
    }
    return starts;
  }

  /** The text that a cell of a value's state has, by the column's name. */
  stateText(id: number, column: string): string | undefined {
    const cell = this.stateCell(id, column);
    return cell !== undefined && tagAt(cell.column, cell.at) === TAG.string
      ? cell.column.texts[numberAt(cell.column, cell.at)]
      : undefined;
  }

  /** The number that a cell of a value's state has, the id of a reference included. */
  stateNumber(id: number, column: string): number | undefined {
    const cell = this.stateCell(id, column);
    if (cell === undefined) return undefined;
    const tag = tagAt(cell.column, cell.at);
    return tag === TAG.int || tag === TAG.ref ? numberAt(cell.column, cell.at) : undefined;
  }

  private stateCell(id: number, name: string): { column: Cells; at: number } | undefined {
    const segment = this.segmentOf(id);
    const index =
      segment?.layout.kind.state.findIndex((column) => column.name === name && !column.isList) ?? -1;
    if (segment === undefined || index < 0) return undefined;
    return { column: segment.state[index] as Cells, at: id - segment.firstId };
  }

  private keysOf({ state, layout }: Segment): ListCells {
    return state[layout.kind.name === 'sparseArray' ? 1 : 0] as ListCells;
  }

  /** The step to a column of a kind's state. */
  stateStep(kind: string, column: string): string {
    return STATE_STEPS[`${kind}.${column}`] ?? '';
  }

  /** Steps of the columns of properties and private fields. */
  columnNames(segment: Segment): readonly string[] {
    return this.namesOf(segment);
  }

  /** The columns by their steps. */
  columnIndex(segment: Segment): ReadonlyMap<string, number> {
    let index = this.indices.get(segment);
    if (index === undefined) {
      index = new Map(this.namesOf(segment).map((name, at) => [name, at]));
      this.indices.set(segment, index);
    }
    return index;
  }

  private namesOf(segment: Segment): readonly string[] {
    let names = this.names.get(segment);
    if (names === undefined) {
      names = columnSteps(segment, (key) => this.keyStep(key));
      this.names.set(segment, names);
    }
    return names;
  }

  private keyStep(key: LayoutKey): string {
    if (typeof key !== 'string') return `[Symbol(${this.stateText(key.symbol, 'description') ?? ''})]`;
    return propertyStep(key);
  }
}

/** The step to a property: `.name`, or `["first name"]`. */
export function propertyStep(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function columnSteps({ layout }: Segment, keyStep: (key: LayoutKey) => string): string[] {
  const names: string[] = [];
  const isScope = layout.kind.name === 'scope';
  layout.keys.forEach((key, index) => {
    if (isScope) names.push(` → captures ${String(key)}`);
    else {
      const step = keyStep(key);
      const isAccessor = ((layout.attributes[index] as number) & ATTRIBUTE.accessor) !== 0;
      names.push(...(isAccessor ? [`${step} → getter`, `${step} → setter`] : [step]));
    }
  });
  for (const brand of layout.brands) names.push(...brand.names.map((name) => `.${name}`));
  return names;
}

function itemStep(kind: string, keys: ListCells | undefined, at: number, index: number): string {
  if (keys === undefined) return kind === 'set' || kind === 'weakSet' ? ` → item ${index}` : `[${index}]`;
  const { items } = keys;
  const tag = tagAt(items, at);
  if (kind === 'sparseArray') return `[${numberAt(items, at)}]`;
  const key = tag === TAG.string ? (items.texts[numberAt(items, at)] as string) : undefined;
  if (kind === 'dictionary') return propertyStep(key ?? String(index));
  if (key !== undefined) return `.get(${JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)})`;
  return tag === TAG.int || tag === TAG.double ? `.get(${numberAt(items, at)})` : ' → value';
}
