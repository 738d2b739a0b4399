// Compares two graphs from a value of each: what is reached must be alike, cell by cell, and joined in the same way.
//
// Ids, segments and the order of rows may differ; nothing else may. Builds nothing. Iterative. Knows nothing of bytes.

import { type Cells, type ListCells, numberAt, startsOf, TAG, tagAt } from './column.js';
import { ATTRIBUTE, type Graph, type Layout, type Segment, segmentBefore } from './graph.js';

/** Where two graphs part, as a path from the value; undefined when they are alike. */
export function graphDifference(a: Graph, idA: number, b: Graph, idB: number): string | undefined {
  return new Comparison(a, b).run(idA, idB);
}

interface Step {
  readonly a: number;
  readonly b: number;
  readonly path: string;
}

/** Paths do not grow beyond this. */
const PATH_LENGTH_MAX = 200;

class Comparison {
  private readonly a: Graph;
  private readonly b: Graph;
  private readonly forth = new Map<number, number>();
  private readonly back = new Map<number, number>();
  private readonly starts = new Map<ListCells, Float64Array>();
  private readonly stack: Step[] = [];
  private problem: string | undefined;

  constructor(a: Graph, b: Graph) {
    this.a = a;
    this.b = b;
  }

  run(idA: number, idB: number): string | undefined {
    this.pair(idA, idB, '');
    for (let step = this.stack.pop(); step !== undefined; step = this.stack.pop()) {
      this.values(step);
      if (this.problem !== undefined) return this.problem;
    }
    return this.problem;
  }

  private differ(path: string, what: string): void {
    this.problem ??= `${path === '' ? 'the value' : path}: ${what}`;
  }

  private pair(a: number | undefined, b: number | undefined, path: string): void {
    if (a === undefined || b === undefined) {
      if (a !== b) this.differ(path, 'one has a value and the other has none');
      return;
    }
    const known = this.forth.get(a);
    if (known !== undefined || this.back.has(b)) {
      if (known !== b || this.back.get(b) !== a) this.differ(path, 'it is shared with something else');
      return;
    }
    this.forth.set(a, b);
    this.back.set(b, a);
    this.stack.push({
      a,
      b,
      path: path.length > PATH_LENGTH_MAX ? `${path.slice(0, PATH_LENGTH_MAX)}…` : path,
    });
  }

  private values({ a, b, path }: Step): void {
    const left = segmentOf(this.a, a);
    const right = segmentOf(this.b, b);
    if (left === undefined || right === undefined) {
      if (left !== right) this.differ(path, 'only one of them is there');
      return;
    }
    const [rowA, rowB] = [a - left.firstId, b - right.firstId];
    if (!this.layouts(left.layout, right.layout, path)) return this.differ(path, 'another kind or shape');
    left.layout.kind.state.forEach((column, index) => {
      const [x, y] = [left.state[index], right.state[index]];
      const at = `${path}<${column.name}>`;
      if (column.isList) this.lists([x as ListCells, rowA], [y as ListCells, rowB], at);
      else if (column.name === 'code') this.codes([x as Cells, rowA], [y as Cells, rowB], at);
      else this.cells([x as Cells, rowA], [y as Cells, rowB], at);
    });
    const names = namesOf(left.layout);
    left.properties.forEach((cells, index) => {
      this.cells([cells, rowA], [right.properties[index] as Cells, rowB], `${path}${names[index] ?? ''}`);
    });
  }

  private layouts(x: Layout, y: Layout, path: string): boolean {
    const isAlike =
      x.kind === y.kind &&
      x.flags === y.flags &&
      x.reducer === y.reducer &&
      x.version === y.version &&
      x.attributes.join() === y.attributes.join() &&
      x.keys.length === y.keys.length &&
      x.brands.length === y.brands.length &&
      typeof x.proto === typeof y.proto;
    if (!isAlike) return false;
    if (typeof x.proto === 'number') this.pair(x.proto, y.proto as number, `${path}<prototype>`);
    return (
      x.keys.every((key, index) => {
        const other = y.keys[index] as typeof key;
        if (typeof key === 'string' || typeof other === 'string') return key === other;
        this.pair(key.symbol, other.symbol, `${path}<symbol>`);
        return true;
      }) &&
      x.brands.every((brand, index) => {
        const other = y.brands[index] as typeof brand;
        this.pair(brand.owner, other.owner, `${path}<class>`);
        return brand.isStatic === other.isStatic && brand.names.join() === other.names.join();
      })
    );
  }

  private cells([x, i]: readonly [Cells, number], [y, j]: readonly [Cells, number], path: string): void {
    const [tagX, tagY] = [tagAt(x, i), tagAt(y, j)];
    const isNumber = (tag: number): boolean => tag === TAG.int || tag === TAG.double;
    if (tagX !== tagY && !(isNumber(tagX) && isNumber(tagY)))
      return this.differ(path, 'another kind of value');
    const [numberX, numberY] = [numberAt(x, i), numberAt(y, j)];
    if (isNumber(tagX)) {
      if (!Object.is(numberX, numberY)) this.differ(path, 'another number');
    } else if (tagX === TAG.string || tagX === TAG.bigint) {
      if (x.texts[numberX] !== y.texts[numberY]) this.differ(path, 'another text');
    } else if (tagX === TAG.ref) {
      this.pair(numberX, numberY, path);
    } else if (tagX === TAG.blob) {
      const [bytesX, bytesY] = [this.a.blobs[numberX], this.b.blobs[numberY]];
      if (bytesX === undefined || bytesY === undefined || Buffer.compare(bytesX, bytesY) !== 0)
        this.differ(path, 'other bytes');
    }
  }

  private lists(
    [x, i]: readonly [ListCells, number],
    [y, j]: readonly [ListCells, number],
    path: string,
  ): void {
    const length = numberAt(x.lengths, i);
    if (length !== numberAt(y.lengths, j)) return this.differ(path, 'another length');
    const [fromX, fromY] = [this.startsOf(x)[i] as number, this.startsOf(y)[j] as number];
    for (let at = 0; at < length; at++)
      this.cells([x.items, fromX + at], [y.items, fromY + at], `${path}[${at}]`);
  }

  private codes([x, i]: readonly [Cells, number], [y, j]: readonly [Cells, number], path: string): void {
    const codeX = this.a.codes()[numberAt(x, i)];
    const codeY = this.b.codes()[numberAt(y, j)];
    const isAlike = codeX?.source === codeY?.source && codeX?.form === codeY?.form;
    if (!isAlike) this.differ(path, 'another text of code');
  }

  private startsOf(list: ListCells): Float64Array {
    let starts = this.starts.get(list);
    if (starts === undefined) {
      starts = startsOf(list);
      this.starts.set(list, starts);
    }
    return starts;
  }
}

// Names of the columns of properties and private fields, as a path has them.
function namesOf({ kind, keys, attributes, brands }: Layout): string[] {
  const names: string[] = [];
  keys.forEach((key, index) => {
    const name = typeof key === 'string' ? `.${key}` : '[symbol]';
    const isAccessor = kind.hasShape && ((attributes[index] as number) & ATTRIBUTE.accessor) !== 0;
    names.push(...(isAccessor ? [`${name}<get>`, `${name}<set>`] : [name]));
  });
  for (const brand of brands) for (const name of brand.names) names.push(`.${name}`);
  return names;
}

function segmentOf({ segments, count }: Graph, id: number): Segment | undefined {
  return id >= count ? undefined : segmentBefore(segments, id);
}
