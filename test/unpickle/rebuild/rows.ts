// Rows written by hand, and the smallest host that can rebuild them.
import type { BindingKind, CodeEntry, CodeForm, ScopeForm } from '../../../src/graph/code.js';
import { createRebuilder } from '../../../src/unpickle/rebuild/index.js';
import {
  type Cell,
  type ClassRow,
  type FunctionRow,
  type MemberRow,
  type Rebuilder,
  Ref,
  type ScopeRow,
  type ScopeShape,
} from '../../../src/unpickle/rebuild/types.js';

export function code(source: string, form: CodeForm, options: Partial<CodeEntry> = {}): CodeEntry {
  return {
    source,
    form,
    isDeclaration: false,
    isStrict: false,
    url: 'In[1]',
    line: 1,
    column: 0,
    ...options,
  };
}

/** `let a`, `const b`, `dead let c`, `function f`, `this`, `arguments`, `new.target`. */
export function shape(...declarations: string[]): ScopeShape {
  const words = declarations.map((declaration) => declaration.split(' '));
  const pseudo = new Set(['this', 'arguments', 'new.target']);
  return {
    form: 'block',
    names: words.map((word) => word.at(-1) as string),
    kinds: words.map((word) =>
      word.length === 1 && pseudo.has(word[0] as string)
        ? (word[0] as BindingKind)
        : (word.at(-2) as BindingKind),
    ),
    isInitialised: words.map((word) => word[0] !== 'dead'),
  };
}

export function scope(of: ScopeShape, cells: Cell[], parent: ScopeRow | null = null): ScopeRow {
  return { shape: of, parent, cells };
}

export function formScope(form: ScopeForm, cell: Cell, parent: ScopeRow | null = null): ScopeRow {
  return { shape: { form, names: [form], kinds: ['const'], isInitialised: [true] }, parent, cells: [cell] };
}

/** Collects rows, then rebuilds them. */
export class Rows {
  readonly functions: FunctionRow[] = [];
  readonly classes: ClassRow[] = [];
  readonly members: MemberRow[] = [];
  readonly objects = new Map<number, () => unknown>();
  readonly made = new Map<number, unknown>();
  rebuilder!: Rebuilder;
  #nextId = 1;

  id(): number {
    return this.#nextId++;
  }

  fn(of: CodeEntry, inScope: ScopeRow | null = null, home: Cell = undefined, id = this.id()): number {
    this.functions.push({ id, code: of, scope: inScope, home });
    return id;
  }

  cls(of: CodeEntry, options: Partial<ClassRow> = {}): number {
    const id = options.id ?? this.id();
    const plain = { scope: null, heritage: undefined, computedKeys: [], givenName: undefined };
    this.classes.push({ code: of, ...plain, ...options, id });
    return id;
  }

  member(owner: number, element: number): number {
    const id = this.id();
    this.members.push({ id, owner, element });
    return id;
  }

  /** Any other value. */
  object(make: () => unknown, id = this.id()): Ref {
    this.objects.set(id, make);
    return new Ref(id);
  }

  prepare(): this {
    const { functions, classes, members } = this;
    this.rebuilder = createRebuilder(
      { functions, classes, members, generators: [], fileName: 'work.pkl', whyMissing: () => undefined },
      {
        ensure: (cell) => this.ensure(cell),
      },
    );
    return this;
  }

  ensure(cell: Cell): unknown {
    if (!(cell instanceof Ref)) return cell;
    const make = this.objects.get(cell.id);
    if (make === undefined) return this.rebuilder.value(cell.id);
    if (!this.made.has(cell.id)) this.made.set(cell.id, make());
    return this.made.get(cell.id);
  }

  /** Makes everything and finishes. */
  rebuild(): this {
    this.prepare();
    for (const { id } of [...this.functions, ...this.classes, ...this.members]) this.rebuilder.value(id);
    this.rebuilder.finish();
    return this;
  }

  get(id: number): any {
    return this.rebuilder.value(id);
  }
}
