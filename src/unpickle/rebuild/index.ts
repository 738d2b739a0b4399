// Rebuilds functions, classes and scopes from rows.
//
//   check-text   every text is exactly one function, method or class
//   scope-plan   what is made in which scope
//   template     scopes that one text can make · factory-source, *-source write that text
//   scope-values scopes are made, parents first; their bindings come last
//   class-values classes are evaluated · stamp puts private members on objects
//
// Runs no user code: whatever would run while a class is evaluated or an object is allocated was taken out of the text or
// guarded. Knows nothing of columns, bytes or the builder.

import { UnpicklingError } from '../../errors.js';
import {
  type RestoredGenerator,
  restoredCode,
  restoredHomes,
  restoredPrefixes,
} from '../../realm/restored.js';
import { CodeTexts } from './check-text.js';
import { type MadeClass, makeClass } from './class-values.js';
import { declareGlobally } from './global-declaration.js';
import { pickOwnNames, placeName } from './names.js';
import { restartRows } from './restart-rows.js';
import { type HomeGroup, missingClass, type Plan, planScopes, type ScopePlan } from './scope-plan.js';
import { ScopeValues } from './scope-values.js';
import { allocateStamped, writePrivate } from './stamp.js';
import { forwardSuper, type LateHome } from './super-home.js';
import { CallSupport, type SharedSupport, sharedOf } from './support.js';
import { type Maker, type PlacedUnit, TemplatePlanner } from './template.js';
import { TemplateSites } from './template-sites.js';
import { rememberText } from './to-string.js';
import {
  type Cell,
  type ClassRow,
  type FunctionRow,
  type MemberRow,
  type Rebuilder,
  type RebuildHost,
  type RebuildInput,
  Ref,
  type RestartedGenerator,
  type UnitOptions,
} from './types.js';

/**
 * Prepares to rebuild code: parses every text and plans every scope, makes nothing yet.
 *
 * A row that cannot be made does not keep the others from being made: `value` throws for it (`UNPICKLE_CODE` when its
 * text is not exactly one function, method or class; `LIMIT_EXCEEDED` when its scopes nest too deeply).
 */
export function createRebuilder(input: RebuildInput, host: RebuildHost): Rebuilder {
  return new CodeRebuilder(input, host);
}

const { apply, deleteProperty, ownKeys } = Reflect;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const realSymbol = Symbol;

class CodeRebuilder implements Rebuilder {
  readonly #host: RebuildHost;
  readonly #whyMissing: RebuildInput['whyMissing'];
  readonly #fileName: string;
  readonly #texts = new CodeTexts();
  readonly #functions: ReadonlyMap<number, FunctionRow>;
  readonly #classes: ReadonlyMap<number, ClassRow>;
  readonly #members: ReadonlyMap<number, MemberRow>;
  readonly #options: UnitOptions;
  readonly #sites: TemplateSites;
  readonly #shared: SharedSupport;
  readonly #plan: Plan;
  readonly #templates: TemplatePlanner;
  readonly #scopes: ScopeValues;
  readonly #values = new Map<number, Function>();
  /** Rows that cannot be made, and why. */
  readonly #broken = new Map<number, unknown>();
  readonly #madeClasses = new Map<number, MadeClass | 'making'>();
  readonly #shells = new Map<number, object>();
  readonly #restored = new Map<number, RestoredGenerator>();
  readonly #lateHomes: { readonly late: LateHome; readonly cell: Cell; readonly fn: Function }[] = [];

  constructor(input: RebuildInput, host: RebuildHost) {
    this.#host = host;
    this.#whyMissing = input.whyMissing;
    this.#fileName = input.fileName;
    const restarts = restartRows(input.generators, this.#texts, host, (id, error) =>
      this.#broken.set(id, error),
    );
    for (const { row, restored } of restarts) this.#restored.set(row.id, restored);
    const functions = [...input.functions, ...restarts.map(({ row }) => row)];
    this.#functions = new Map(functions.map((row) => [row.id, row]));
    this.#classes = new Map(input.classes.map((row) => [row.id, row]));
    this.#members = new Map(input.members.map((row) => [row.id, row]));
    const planned = (): Plan =>
      planScopes({ ...input, functions }, this.#texts, (id, error) => this.#broken.set(id, error));
    const plan = planned();
    const shapes = [...new Set(plan.scopes.map(({ shape }) => shape))];
    const codes = new Set([...functions, ...input.classes].map((row) => row.code.source));
    const bindings = new Set(shapes.flatMap((shape) => shape.names));
    this.#sites = new TemplateSites(
      this.#texts,
      [...functions, ...input.classes].map((row) => row.code),
      new Map(
        restarts.map(({ row, restored, originalOf }) => [row.code, { entry: restored.entry, originalOf }]),
      ),
    );
    this.#shared = sharedOf(this.#sites.table);
    this.#options = {
      sites: this.#sites,
      names: pickOwnNames(codes, bindings),
      isSymbolOurs:
        !bindings.has('Symbol') && getOwnPropertyDescriptor(globalThis, 'Symbol')?.value === realSymbol,
    };
    const templates = new TemplatePlanner(plan, this.#texts, this.#options, input.fileName);
    const isWhole = !templates.rejectStrange();
    this.#plan = isWhole ? plan : planned();
    this.#templates = isWhole
      ? templates
      : new TemplatePlanner(this.#plan, this.#texts, this.#options, input.fileName);
    this.#scopes = new ScopeValues(
      this.#templates,
      host,
      (classId) => this.#innerFactory(classId),
      (plan) => this.#makeDeclared(plan),
      this.#shared,
    );
  }

  value(id: number): Function {
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    if (this.#broken.has(id)) throw this.#broken.get(id);
    const fn = this.#functions.get(id);
    if (fn !== undefined) return this.#functionOf(fn);
    const cls = this.#classes.get(id);
    if (cls !== undefined) return this.#classOf(cls);
    const member = this.#members.get(id);
    if (member !== undefined) return this.#memberOf(member);
    throw new UnpicklingError('UNPICKLE_CODE', `row ${id} is no function, class or member`, {
      hint: 'The file contradicts itself; load it with code left out.',
    });
  }

  generator(id: number): RestartedGenerator {
    const fn = this.value(id);
    return { fn, restored: this.#restored.get(id) as RestoredGenerator };
  }

  homeShell(id: number): object | undefined {
    const group = this.#plan.homeById.get(id);
    if (group === undefined || group.rows.length === 0) return undefined;
    if (!this.#shells.has(id)) this.#makeHome(group);
    return this.#shells.get(id);
  }

  finish(): void {
    this.#scopes.feed();
    for (let next = this.#lateHomes.pop(); next !== undefined; next = this.#lateHomes.pop()) {
      const home: unknown = this.#host.ensure(next.cell);
      next.late.home = home;
      const isObject = (typeof home === 'object' && home !== null) || typeof home === 'function';
      if (isObject) restoredHomes.set(next.fn, home);
      this.#scopes.feed();
    }
  }

  allocateStamped(
    owners: readonly Function[],
    proto: object | null,
    base: (() => object) | undefined,
    keys?: readonly (string | symbol)[],
  ): object {
    return allocateStamped(owners, proto, base, keys);
  }

  writePrivate(owner: Function, object: object, _isStatic: boolean, name: string, value: unknown): void {
    writePrivate(owner, object, name, value);
  }

  // — functions —

  #functionOf(row: FunctionRow): Function {
    const plan = this.#plan.planOf.get(row.id) ?? null;
    const group = this.#plan.homeOfFunction.get(row.id);
    if (group !== undefined) {
      this.homeShell(group.homeId);
      return this.#values.get(row.id) as Function;
    }
    // Making the scope makes its declared functions, perhaps this one.
    const thisValue = plan === null ? undefined : this.#scopes.of(plan).thisValue;
    const known = this.#values.get(row.id);
    if (known !== undefined) return known;
    const placed = this.#templates.unitOfFunction(row);
    switch (placed.unit.kind) {
      case 'methods':
        return this.#makeLoneMethod(row, plan, placed);
      case 'super':
        return this.#makeSuperArrow(row, plan, placed, thisValue);
      case 'global':
        return this.#makeGlobal(row, placed);
      default:
        return this.#register(row, this.#make(plan, placed, undefined) as Function, placed);
    }
  }

  #makeDeclared(plan: ScopePlan): void {
    for (const id of this.#templates.declaredIn(plan)) {
      const row = this.#functions.get(id) as FunctionRow;
      const placed = this.#templates.unitOfFunction(row);
      this.#register(row, this.#make(plan, placed, undefined) as Function, placed);
    }
  }

  #makeGlobal(row: FunctionRow, placed: PlacedUnit): Function {
    const { name } = placed.unit.text;
    const { isEdited, expression } = placed.unit.source(this.#options);
    const fn = isEdited
      ? undefined
      : declareGlobally(expression, name, `${this.#fileName}/${placeName(name)}`);
    if (fn !== undefined) return this.#remember(row, fn, false);
    const renamed = this.#templates.renamed(placed);
    return this.#register(row, this.#make(null, renamed, undefined) as Function, renamed);
  }

  #makeLoneMethod(row: FunctionRow, plan: ScopePlan | null, placed: PlacedUnit): Function {
    const literal = this.#makeLiteral(plan, placed);
    const methods = placed.unit.methods(this.#options);
    const fn = methodOf(literal, methods.keys[0] as string | symbol, row);
    if (row.home instanceof Ref) this.#forwardSuper(literal, row.home, fn);
    return this.#register(row, fn, placed);
  }

  #makeSuperArrow(
    row: FunctionRow,
    plan: ScopePlan | null,
    placed: PlacedUnit,
    thisValue: unknown,
  ): Function {
    const literal = this.#make(plan, placed, undefined) as { m: () => Function };
    const fn = apply(literal.m, thisValue, []) as Function;
    this.#forwardSuper(literal, row.home, fn);
    return this.#register(row, fn, placed);
  }

  #forwardSuper(literal: object, cell: Cell, fn: Function): void {
    const late: LateHome = { home: undefined };
    forwardSuper(literal, late);
    this.#lateHomes.push({ late, cell, fn });
  }

  #makeHome(group: HomeGroup): void {
    const placed = this.#templates.unitOfMethods(group.texts);
    if (group.plan !== null) this.#scopes.of(group.plan);
    const literal = this.#makeLiteral(group.plan, placed);
    const methods = placed.unit.methods(this.#options);
    for (const row of group.rows) {
      const index = group.texts.indexOf(this.#texts.of(row.code));
      const fn = methodOf(literal, methods.keys[index] as string | symbol, row);
      this.#remember(row, fn, methods.isTextEdited[index] === true);
      restoredHomes.set(fn, literal);
    }
    for (const key of ownKeys(literal)) deleteProperty(literal, key);
    this.#shells.set(group.homeId, literal);
  }

  #makeLiteral(plan: ScopePlan | null, placed: PlacedUnit): object {
    const methods = placed.unit.methods(this.#options);
    const call = new CallSupport();
    call.k = methods.givenKeys;
    call.p = methods.paramValues;
    return this.#make(plan, placed, call) as object;
  }

  #register(row: FunctionRow, fn: Function, placed: PlacedUnit): Function {
    const isEdited = placed.unit.source(this.#options).isEdited;
    if (placed.unit.kind === 'renamed') defineProperty(fn, 'name', { value: placed.unit.text.name });
    return this.#remember(row, fn, isEdited);
  }

  #remember(row: FunctionRow, fn: Function, isEdited: boolean): Function {
    this.#values.set(row.id, fn);
    restoredCode.set(fn, row.code);
    restoredPrefixes.set(fn, this.#options.names.prefix);
    if (isEdited) rememberText(fn, row.code.source);
    return fn;
  }

  // — classes —

  // Makes the classes that this one extends first, without recursion.
  #classOf(row: ClassRow): Function {
    const pending = [row];
    const seen = new Set<number>([row.id]);
    for (let top = row; top.heritage instanceof Ref; ) {
      const parent = this.#classes.get(top.heritage.id);
      if (parent === undefined || this.#values.has(parent.id)) break;
      if (seen.has(parent.id)) throw this.#heritageCycle(parent);
      seen.add(parent.id);
      pending.push(parent);
      top = parent;
    }
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (this.#broken.has(next.id)) throw this.#broken.get(next.id);
      if (!this.#values.has(next.id)) this.#makeClass(next);
    }
    return this.#values.get(row.id) as Function;
  }

  #makeClass(row: ClassRow): void {
    if (this.#madeClasses.get(row.id) === 'making') throw this.#heritageCycle(row);
    this.#madeClasses.set(row.id, 'making');
    try {
      const plan = this.#plan.planOf.get(row.id) ?? null;
      if (plan !== null) this.#scopes.of(plan);
      const placed = this.#templates.unitOfClass(row);
      const source = placed.unit.class(this.#options);
      const made = makeClass({
        entry: row.code,
        source,
        heritage: source.hasHeritage ? this.#host.ensure(row.heritage) : undefined,
        computedKeys: row.computedKeys.map((cell) => this.#host.ensure(cell) as string | symbol),
        make: (call) => this.#make(plan, placed, call),
      });
      this.#madeClasses.set(row.id, made);
      this.#values.set(row.id, made.value);
      restoredPrefixes.set(made.value, this.#options.names.prefix);
    } catch (error) {
      this.#madeClasses.delete(row.id);
      throw error;
    }
  }

  #memberOf(row: MemberRow): Function {
    const owner = this.#classes.get(row.owner);
    if (owner === undefined) {
      throw missingClass(this.#whyMissing(row.owner));
    }
    const cls = this.#classOf(owner);
    const made = this.#madeClasses.get(owner.id) as MadeClass;
    const { ast } = this.#texts.of(owner.code);
    const element = ast.type === 'ClassExpression' ? ast.body.body[row.element] : undefined;
    const isConstructor = element?.type === 'MethodDefinition' && element.kind === 'constructor';
    const fn = isConstructor ? cls : made.member(row.element);
    this.#values.set(row.id, fn);
    return fn;
  }

  #innerFactory(classId: number): Function | undefined {
    this.value(classId);
    return (this.#madeClasses.get(classId) as MadeClass).inner;
  }

  #heritageCycle(row: ClassRow): UnpicklingError {
    const name = this.#texts.of(row.code).name;
    return new UnpicklingError(
      'UNPICKLE_CODE',
      `class ${name === '' ? '(anonymous)' : name} needs itself before it exists`,
      {
        hint: 'What it extends depends on the class itself; the file contradicts itself.',
      },
    );
  }

  // — both —

  #make(plan: ScopePlan | null, placed: PlacedUnit, call: CallSupport | undefined): unknown {
    if (plan === null) return this.#templates.loneMaker(placed)(0, call, this.#shared);
    const maker: Maker = this.#scopes.of(plan).maker;
    return maker(this.#templates.templateOf(plan).indexOf(placed.key), call, this.#shared);
  }
}

function methodOf(literal: object, key: string | symbol, row: FunctionRow): Function {
  const descriptor = getOwnPropertyDescriptor(literal, key);
  const { form } = row.code;
  const fn: unknown =
    form === 'getter' ? descriptor?.get : form === 'setter' ? descriptor?.set : descriptor?.value;
  return fn as Function;
}
