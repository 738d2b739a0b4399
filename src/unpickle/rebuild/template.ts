// Groups scopes that the same text can make: equal shape, equal code, equal templates inside.
//
// 10,000 counters of one factory are one template. Goes through the scopes from the innermost outwards, so that a
// scope's inner templates are there before it. Writes and compiles texts, makes no values.

import { UnpicklingError } from '../../errors.js';
import { compileScript } from '../../realm/compile.js';
import { notingScript } from '../../realm/known-scripts.js';
import type { CodeText, CodeTexts } from './check-text.js';
import { strangeText } from './check-text.js';
import { mayMentionItself } from './edit.js';
import { type FactoryParts, factorySource, loneMakerSource } from './factory-source.js';
import { placeName } from './names.js';
import type { ArgumentsMode, Plan, ScopePlan } from './scope-plan.js';
import { type ClassRow, type FunctionRow, Ref, type ScopeShape, type UnitOptions } from './types.js';
import { Unit, type UnitKind } from './unit.js';

/** What scopes made by one text have in common. */
export class Template implements FactoryParts {
  readonly id: number;
  readonly shape: ScopeShape;
  readonly units: readonly Unit[];
  readonly children: readonly Template[];
  readonly isStrict: boolean;
  readonly isInClass: boolean;
  readonly argumentsMode: ArgumentsMode;
  /** True when `new.target` needs the maker to be made in something constructed. */
  readonly isConstructed: boolean;
  /** True when it cannot be a generator function. */
  readonly isPlain: boolean;
  readonly #options: UnitOptions;
  readonly #fileName: string;
  readonly #indexOf = new Map<string | Template, number>();
  #source: string | undefined;
  #factory: Function | undefined;

  constructor(id: number, plan: ScopePlan, parts: TemplateParts, planner: TemplatePlanner) {
    this.id = id;
    this.shape = plan.shape;
    this.units = parts.units;
    this.children = parts.children;
    this.isStrict = parts.isStrict;
    this.isInClass = plan.isInClass;
    this.argumentsMode = plan.argumentsMode;
    this.isConstructed = parts.isConstructed;
    this.isPlain =
      plan.shape.names.includes('yield') ||
      this.units.some((unit) => unit.texts.some((text) => text.needsPlainScope));
    this.#options = planner.options;
    this.#fileName = planner.fileName;
    this.units.forEach((unit, i) => {
      this.#indexOf.set(unit.key, i);
    });
    this.children.forEach((child, i) => {
      this.#indexOf.set(child, this.units.length + i);
    });
  }

  /** True when a declaration, which stands outside of the maker, names what all restored code shares. */
  get declaresShared(): boolean {
    const { shared } = this.#options.names;
    return this.units.some(
      (unit) => unit.kind === 'declared' && unit.source(this.#options).expression.includes(shared),
    );
  }

  /** True when the factory wants a `ScopeSupport`. */
  get usesSupport(): boolean {
    return (
      this.declaresShared || this.argumentsMode !== 'none' || this.isConstructed || this.shape.form === 'with'
    );
  }

  get source(): string {
    this.#source ??= factorySource(this, this.#options);
    return this.#source;
  }

  /** The number by which the maker knows a unit (by its key) or an inner template. */
  indexOf(part: string | Template): number {
    return this.#indexOf.get(part) as number;
  }

  /** The factory of scopes that stand in no other scope. */
  factory(): Function {
    this.#factory ??= compile(`(${this.source})`, this.#fileName, this.#name(), 0) as Function;
    return this.#factory;
  }

  #name(): string {
    for (let at: Template | undefined = this; at !== undefined; at = at.children[0]) {
      for (const unit of at.units) if (unit.text.name !== '') return unit.text.name;
    }
    return '';
  }
}

interface TemplateParts {
  readonly units: readonly Unit[];
  readonly children: readonly Template[];
  readonly isStrict: boolean;
  readonly isConstructed: boolean;
}

/** Makes one thing of a scope: unit or inner scope number `index`. */
export type Maker = (index: number, call: unknown, shared: unknown) => unknown;

/** The unit that makes a row, and its key. */
export interface PlacedUnit {
  readonly unit: Unit;
  readonly key: string;
}

/** Finds the template of every scope and the unit of every row. */
export class TemplatePlanner {
  readonly options: UnitOptions;
  readonly fileName: string;
  readonly #plan: Plan;
  readonly #texts: CodeTexts;
  readonly #templates = new Map<string, Template>();
  readonly #templateOf = new Map<ScopePlan, Template>();
  readonly #unitOf = new Map<number, PlacedUnit>();
  readonly #declaredOf = new Map<ScopePlan, number[]>();
  readonly #shapeIds = new Map<ScopeShape, number>();
  readonly #shapeKeys = new Map<string, number>();
  readonly #units = new Map<string, PlacedUnit>();
  readonly #sloppy = new Set<ScopePlan>();
  readonly #lone = new Map<string, Maker>();

  constructor(plan: Plan, texts: CodeTexts, options: UnitOptions, fileName: string) {
    this.#plan = plan;
    this.#texts = texts;
    this.options = options;
    this.fileName = fileName;
    const scopes = [...plan.scopes].sort((a, b) => b.depth - a.depth);
    for (const scope of scopes) this.#templateOf.set(scope, this.#templateFor(scope));
    this.#noteOften();
  }

  templateOf(plan: ScopePlan): Template {
    return this.#templateOf.get(plan) as Template;
  }

  /** Functions that are declarations of the scope: they exist as soon as it does. */
  declaredIn(plan: ScopePlan): readonly number[] {
    return this.#declaredOf.get(plan) ?? [];
  }

  /** The unit of a function that stands in no home's literal. */
  unitOfFunction(row: FunctionRow): PlacedUnit {
    let placed = this.#unitOf.get(row.id);
    if (placed === undefined) {
      placed = this.#placeFunction(row, this.#plan.planOf.get(row.id) ?? null);
      this.#unitOf.set(row.id, placed);
    }
    return placed;
  }

  /** The unit of a home's literal. */
  unitOfMethods(texts: readonly CodeText[]): PlacedUnit {
    return this.#unit('methods', texts, null);
  }

  unitOfClass(row: ClassRow): PlacedUnit {
    const inner = this.#plan.innerOf.get(row.id);
    const text = this.#texts.of(row.code);
    const name = text.name === '' ? row.givenName : undefined;
    return this.#unit('class', [text], inner === undefined ? null : this.templateOf(inner), name);
  }

  /** The unit that makes the same function by an altered text. */
  renamed(placed: PlacedUnit): PlacedUnit {
    return this.#unit('renamed', placed.unit.texts, null);
  }

  /**
   * Compiles the factories of all scopes. Where one does not compile, the texts in it that are strange to this Node's engine are
   * rejected; returns true then, and a new plan does without them. Otherwise they would cost everything around them.
   */
  rejectStrange(): boolean {
    const roots = new Set<Template>();
    for (const [plan, template] of this.#templateOf)
      if (plan.parent === null && plan.ownerId === undefined) roots.add(template);
    let hasRejected = false;
    for (const root of roots) {
      try {
        root.factory();
      } catch (error) {
        if (isSyntaxError(error) && this.#rejectIn(root)) hasRejected = true;
      }
    }
    return hasRejected;
  }

  // Tells of texts that are compiled more than once: in several templates, in one that stands in several, or alone.
  #noteOften(): void {
    const { sites } = this.options;
    const times = new Map<CodeText, number>();
    const note = (unit: Unit, count: number): void => {
      for (const text of unit.texts) times.set(text, (times.get(text) ?? 0) + count);
    };
    const { functions, homes, classes } = this.#plan.alone;
    const lone = new Set<Unit>();
    for (const row of functions) lone.add(this.unitOfFunction(row).unit);
    for (const home of homes) lone.add(this.unitOfMethods(home.texts).unit);
    for (const row of classes) lone.add(this.unitOfClass(row).unit);
    for (const unit of lone) note(unit, 1);
    const copies = this.#copies(lone);
    for (const template of this.#templates.values())
      for (const unit of template.units) note(unit, copies.get(template) as number);
    for (const [text, count] of times) if (count > 1) sites.compiledOften(text.entry);
  }

  // How often the text of each template stands in others: the outermost have lower depth, and so higher numbers.
  #copies(lone: ReadonlySet<Unit>): Map<Template, number> {
    const copies = new Map<Template, number>();
    const add = (template: Template, count: number): void =>
      void copies.set(template, Math.min(2, (copies.get(template) ?? 0) + count));
    for (const [plan, template] of this.#templateOf)
      if (plan.parent === null && plan.ownerId === undefined && !copies.has(template)) add(template, 1);
    for (const { inner } of lone) if (inner !== null) add(inner as Template, 1);
    for (const template of [...this.#templates.values()].reverse()) {
      const count = copies.get(template) ?? 0;
      for (const child of template.children) add(child, count);
      for (const { inner } of template.units) if (inner !== null) add(inner as Template, count);
    }
    return copies;
  }

  #rejectIn(root: Template): boolean {
    let hasRejected = false;
    const pending = [root];
    const seen = new Set(pending);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const child of next.children) {
        if (seen.has(child)) continue;
        seen.add(child);
        pending.push(child);
      }
      // What stands in a class cannot stand alone; the class has its text.
      if (next.isInClass) continue;
      for (const { kind, texts } of next.units) {
        for (const text of texts) {
          const placed = this.#unit(kind === 'declared' ? 'plain' : kind, [text], null);
          try {
            this.loneMaker(placed);
          } catch (error) {
            if (!isSyntaxError(error)) continue;
            this.#texts.reject(text.entry, error as UnpicklingError);
            hasRejected = true;
          }
        }
      }
    }
    return hasRejected;
  }

  /** The maker of one unit that stands in no scope, compiled once. */
  loneMaker(placed: PlacedUnit): Maker {
    let maker = this.#lone.get(placed.key);
    if (maker === undefined) {
      const { head, text, tail } = loneMakerSource(placed.unit, this.options);
      const { name, entry } = placed.unit.text;
      try {
        maker = compile(head + text + tail, this.fileName, name, -head.length - 1) as Maker;
      } catch (error) {
        const cause = error instanceof UnpicklingError ? error.cause : error;
        throw strangeText(entry, cause instanceof Error ? cause.message : 'nobody knows why', cause);
      }
      this.#lone.set(placed.key, maker);
    }
    return maker;
  }

  #templateFor(scope: ScopePlan): Template {
    const children = new Set<Template>();
    let isSloppy =
      scope.shape.form === 'with' || scope.argumentsMode === 'variable' || scope.argumentsMode === 'late';
    for (const child of scope.children) {
      children.add(this.templateOf(child));
      if (this.#sloppy.has(child)) isSloppy = true;
    }
    for (const row of scope.functions) if (!row.code.isStrict) isSloppy = true;
    for (const home of scope.homes) if (home.texts[0]?.entry.isStrict === false) isSloppy = true;
    if (scope.isInClass) isSloppy = false;
    if (isSloppy) this.#sloppy.add(scope);
    return this.#shared(scope, [...children], !isSloppy);
  }

  // The template for this scope: the one made for an equal scope, or a new one.
  #shared(scope: ScopePlan, children: Template[], isStrict: boolean): Template {
    const units = this.#unitsOf(scope, isStrict);
    children.sort((a, b) => a.id - b.id);
    const isConstructed = isConstructedIn(scope, isStrict);
    const key = [
      this.#shapeId(scope.shape),
      isStrict,
      scope.isInClass,
      scope.argumentsMode,
      isConstructed,
      [...units.keys()].sort().join(),
      children.map((child) => child.id).join(),
    ].join('|');
    let template = this.#templates.get(key);
    if (template === undefined) {
      const parts = { units: [...units.values()], children, isStrict, isConstructed };
      template = new Template(this.#templates.size, scope, parts, this);
      this.#templates.set(key, template);
    }
    return template;
  }

  #unitsOf(scope: ScopePlan, isStrict: boolean): Map<string, Unit> {
    const units = new Map<string, Unit>();
    this.#declare(scope, isStrict);
    for (const row of scope.functions) {
      const { key, unit } = this.unitOfFunction(row);
      units.set(key, unit);
    }
    for (const home of scope.homes) {
      const { key, unit } = this.unitOfMethods(home.texts);
      units.set(key, unit);
    }
    for (const row of scope.classes) {
      const { key, unit } = this.unitOfClass(row);
      units.set(key, unit);
    }
    return units;
  }

  // Chooses which functions are declarations of this scope: at most one a name, the binding's own value first.
  #declare(scope: ScopePlan, isStrict: boolean): void {
    if (scope.shape.form !== 'block') return;
    const taken = new Map<string, FunctionRow>();
    for (const row of scope.functions) {
      if (!row.code.isDeclaration || row.code.form !== 'function' || row.code.isStrict !== isStrict) continue;
      const text = this.#texts.of(row.code);
      const index = scope.shape.names.indexOf(text.name);
      const kind = scope.shape.kinds[index];
      if (index === -1 || (kind !== 'function' && kind !== 'let') || !scope.shape.isInitialised[index])
        continue;
      if (!mayMentionItself(row.code.source, text.name)) continue;
      const cell = scope.row.cells[index];
      const isItsValue = cell instanceof Ref && cell.id === row.id;
      if (!taken.has(text.name) || isItsValue) taken.set(text.name, row);
    }
    if (taken.size === 0) return;
    for (const row of taken.values()) {
      this.#unitOf.set(row.id, this.#unit('declared', [this.#texts.of(row.code)], null));
    }
    this.#declaredOf.set(
      scope,
      [...taken.values()].map((row) => row.id),
    );
  }

  #placeFunction(row: FunctionRow, scope: ScopePlan | null): PlacedUnit {
    const text = this.#texts.of(row.code);
    if (text.isMethod) return this.#unit('methods', [text], null);
    if (row.code.form === 'arrow')
      return this.#unit(row.home instanceof Ref ? 'super' : 'plain', [text], null);
    if (!row.code.isDeclaration || !mayMentionItself(row.code.source, text.name))
      return this.#unit('plain', [text], null);
    return this.#unit(scope === null && !row.code.isStrict ? 'global' : 'renamed', [text], null);
  }

  #unit(kind: UnitKind, texts: readonly CodeText[], inner: Template | null, name?: string): PlacedUnit {
    const ids = texts.length === 1 ? (texts[0] as CodeText).id : texts.map((text) => text.id).join('+');
    const named = name === undefined ? '' : `=${JSON.stringify(name)}`;
    const key = `${kind}${ids}${inner === null ? '' : `:${inner.id}`}${named}`;
    let placed = this.#units.get(key);
    if (placed === undefined) {
      placed = { unit: new Unit(key, kind, texts, { inner, name }), key };
      this.#units.set(key, placed);
    }
    return placed;
  }

  #shapeId(shape: ScopeShape): number {
    let id = this.#shapeIds.get(shape);
    if (id === undefined) {
      const key = JSON.stringify([shape.form, shape.names, shape.kinds, shape.isInitialised]);
      id = this.#shapeKeys.get(key) ?? this.#shapeKeys.size;
      this.#shapeKeys.set(key, id);
      this.#shapeIds.set(shape, id);
    }
    return id;
  }
}

// Sloppy code can have its `new.target` or its `this`, not both: `this` it is.
function isConstructedIn(scope: ScopePlan, isStrict: boolean): boolean {
  if (scope.shape.form !== 'block' || !(scope.newTargetPlan?.cellOf('new.target') instanceof Ref))
    return false;
  return isStrict || scope.thisPlan === null;
}

function isSyntaxError(error: unknown): boolean {
  return error instanceof UnpicklingError && error.cause instanceof SyntaxError;
}

function compile(source: string, fileName: string, name: string, columnOffset: number): unknown {
  try {
    const place = { fileName: `${fileName}/${placeName(name)}`, columnOffset };
    return notingScript(source, place, () => compileScript(source, place)).runInThisContext();
  } catch (cause) {
    const reason = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
    throw new UnpicklingError(
      'UNPICKLE_CODE',
      `code around ${name === '' ? 'a function' : name} does not compile: ${reason}`,
      {
        hint: 'The snapshot may come from a newer Node; load it without code, or with that Node.',
        cause,
      },
    );
  }
}
