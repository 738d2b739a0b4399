// The rows of functions, classes, members and scopes, as the rebuilder wants them. Nothing is read until code is there.

import { UnpicklingError } from '../errors.js';
import { BINDING_KINDS, type BindingKind, type CodeEntry, SCOPE_FORMS } from '../graph/code.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import { ATTRIBUTE, DEAD_ZONE, type Segment } from '../graph/graph.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import type { Builder } from './context.js';
import { createRebuilder } from './rebuild/index.js';
import type {
  Cell,
  ClassRow,
  FunctionRow,
  GeneratorRow,
  MemberRow,
  Rebuilder,
  ScopeRow,
  ScopeShape,
} from './rebuild/types.js';
import { Ref } from './rebuild/types.js';

/** Code of one build. */
export class CodeRows {
  private readonly builder: Builder;
  private readonly scopes = new Map<number, ScopeRow>();
  private rebuilderOnce: Rebuilder | undefined;
  private homesOnce: Set<number> | undefined;

  constructor(builder: Builder) {
    this.builder = builder;
  }

  /** The rebuilder; made when the first piece of code is asked for. */
  get rebuilder(): Rebuilder {
    this.rebuilderOnce ??= createRebuilder(
      {
        functions: this.rowsOf('function', (segment, row) => this.functionRow(segment, row)),
        classes: this.rowsOf('class', (segment, row) => this.classRow(segment, row)),
        members: this.rowsOf('member', (segment, row) => this.memberRow(segment, row)),
        generators: this.rowsOf('generator', (segment, row) => this.generatorRow(segment, row)).flat(),
        fileName: this.builder.options.fileName,
        whyMissing: (id) => this.whyMissing(id),
      },
      { ensure: (cell: Cell) => (cell instanceof Ref ? this.builder.ensure(cell.id) : cell) },
    );
    return this.rebuilderOnce;
  }

  /** Ids of the objects where `super` of some function starts. */
  get homes(): ReadonlySet<number> {
    this.homesOnce ??= this.findHomes();
    return this.homesOnce;
  }

  private findHomes(): Set<number> {
    const found = new Set<number>();
    for (const segment of this.segments('function')) {
      const homes = segment.state[2] as Cells;
      if (homes.uniformTag === TAG.undefined) continue;
      for (let row = 0; row < segment.rows; row++) {
        if (tagAt(homes, row) === TAG.ref) found.add(numberAt(homes, row));
      }
    }
    return found;
  }

  // Of a value that the file has a tombstone for, the reason.
  private whyMissing(id: number): string | undefined {
    const { builder } = this;
    const isMissing = id < builder.graph.count && builder.segmentOf(id).layout.kind.name === 'tombstone';
    return isMissing ? tombstoneRecord(builder.ensure(id) as object)?.reason : undefined;
  }

  /** Gives all scopes their bindings. */
  finish(): void {
    this.rebuilderOnce?.finish();
  }

  private segments(kind: string): Segment[] {
    return this.builder.graph.segments.filter((segment) => segment.layout.kind.name === kind);
  }

  private rowsOf<T>(kind: string, read: (segment: Segment, row: number) => T): T[] {
    const rows: T[] = [];
    for (const segment of this.segments(kind)) {
      for (let row = 0; row < segment.rows; row++) rows.push(read(segment, row));
    }
    return rows;
  }

  private functionRow(segment: Segment, row: number): FunctionRow {
    const [codes, scopes, homes] = segment.state as readonly Cells[] as [Cells, Cells, Cells];
    return {
      id: segment.firstId + row,
      code: this.code(codes, row),
      scope: this.scope(scopes, row),
      home: this.builder.cell(homes, row) as Cell,
    };
  }

  private classRow(segment: Segment, row: number): ClassRow {
    const [codes, scopes, heritages, keys] = segment.state as [Cells, Cells, Cells, ListCells];
    const computedKeys: Cell[] = [];
    this.builder.lists(keys, row, row + 1, (_, start, end) => {
      for (let i = start; i < end; i++) computedKeys.push(this.builder.cell(keys.items, i) as Cell);
    });
    return {
      id: segment.firstId + row,
      code: this.code(codes, row),
      scope: this.scope(scopes, row),
      heritage: this.builder.cell(heritages, row) as Cell,
      computedKeys,
      givenName: this.givenName(segment, row),
    };
  }

  private givenName(segment: Segment, row: number): string | undefined {
    const { keys, attributes } = segment.layout;
    const at = keys.indexOf('name');
    if (at < 0 || attributes[at] !== ATTRIBUTE.configurable) return undefined;
    const before = attributes.slice(0, at).filter((each) => (each & ATTRIBUTE.accessor) !== 0).length;
    const name = this.builder.cell(segment.properties[at + before] as Cells, row);
    return typeof name === 'string' ? name : undefined;
  }

  private memberRow(segment: Segment, row: number): MemberRow {
    const [owners, elements] = segment.state as [Cells, Cells];
    if (tagAt(owners, row) !== TAG.ref) throw this.builder.corrupt('a member without a class');
    return {
      id: segment.firstId + row,
      owner: numberAt(owners, row),
      element: this.builder.number(elements, row),
    };
  }

  // None for a generator that goes on by itself.
  private generatorRow(segment: Segment, row: number): GeneratorRow[] {
    const [states, , , , codes, scopes, homes, positions] = segment.state as Cells[];
    if (this.builder.text(states as Cells, row) !== 'suspended') return [];
    const list = segment.state[9] as ListCells;
    const iterators: Cell[] = [];
    this.builder.lists(list, row, row + 1, (_, start, end) => {
      for (let i = start; i < end; i++) iterators.push(this.builder.cell(list.items, i) as Cell);
    });
    const position = this.builder.number(positions as Cells, row);
    return [
      {
        id: segment.firstId + row,
        code: this.code(codes as Cells, row),
        scope: this.scope(scopes as Cells, row),
        home: this.builder.cell(homes as Cells, row) as Cell,
        position,
        iterators,
      },
    ];
  }

  private code(codes: Cells, row: number): CodeEntry {
    const entry = this.builder.graph.codes()[this.builder.number(codes, row)];
    if (entry === undefined)
      throw new UnpicklingError('UNPICKLE_CODE', 'a function names a text that is not there');
    return entry;
  }

  private scope(cells: Cells, row: number): ScopeRow | null {
    if (tagAt(cells, row) !== TAG.ref) return null;
    return this.scopeRow(numberAt(cells, row));
  }

  // Outer scopes first, along the chain, without recursion.
  private scopeRow(innermost: number): ScopeRow {
    const chain: { id: number; segment: Segment; row: number }[] = [];
    let parent: ScopeRow | null = null;
    for (let id: number | undefined = innermost; id !== undefined; ) {
      const known = this.scopes.get(id);
      if (known !== undefined) {
        parent = known;
        break;
      }
      if (id >= this.builder.graph.count)
        throw this.builder.corrupt('a scope was built before its functions');
      const segment: Segment = this.builder.segmentOf(id);
      if (segment.layout.kind.name !== 'scope') throw this.builder.corrupt('a scope is something else');
      const row: number = id - segment.firstId;
      chain.push({ id, segment, row });
      if (chain.length > this.builder.graph.count) throw this.builder.corrupt('scopes contain each other');
      const outer = segment.state[0] as Cells;
      id = tagAt(outer, row) === TAG.ref ? numberAt(outer, row) : undefined;
    }
    for (const { id, segment, row } of chain.reverse()) {
      const cells = segment.properties.map((column) => this.builder.cell(column, row) as Cell);
      const made: ScopeRow = { shape: this.shapeOf(segment), parent, cells };
      this.scopes.set(id, made);
      parent = made;
    }
    return parent as ScopeRow;
  }

  private readonly shapes = new Map<Segment, ScopeShape>();

  private shapeOf(segment: Segment): ScopeShape {
    const known = this.shapes.get(segment);
    if (known !== undefined) return known;
    const { flags, keys, attributes } = segment.layout;
    const form = SCOPE_FORMS[flags];
    if (form === undefined) throw this.builder.corrupt(`scope form ${flags} is unknown`);
    const shape: ScopeShape = {
      form,
      names: keys.map((key) => {
        if (typeof key !== 'string') throw this.builder.corrupt('a binding is named by a symbol');
        return key;
      }),
      kinds: attributes.map((attribute) => {
        const kind: BindingKind | undefined = BINDING_KINDS[attribute & ~DEAD_ZONE];
        if (kind === undefined) throw this.builder.corrupt(`binding kind ${attribute} is unknown`);
        return kind;
      }),
      isInitialised: attributes.map((attribute) => (attribute & DEAD_ZONE) === 0),
    };
    this.shapes.set(segment, shape);
    return shape;
  }
}
