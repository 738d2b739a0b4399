// Makes scopes: calls their factories, parents first, and feeds them their bindings in the end.
//
// Goes up and down the chain of scopes by loops. Knows nothing of how functions and classes are made from what a scope
// hands out.

import { UnpicklingError } from '../../errors.js';
import { isPseudo, type ScopePlan, tooDeep } from './scope-plan.js';
import { ScopeSupport, type SharedSupport } from './support.js';
import type { Maker, Template, TemplatePlanner } from './template.js';
import { type Cell, type RebuildHost, Ref } from './types.js';

const { apply } = Reflect;

/** A scope that exists. */
export interface ScopeValue {
  readonly maker: Maker;
  readonly thisValue: unknown;
}

/** All scopes that exist so far. */
export class ScopeValues {
  readonly #templates: TemplatePlanner;
  readonly #host: RebuildHost;
  readonly #innerFactory: (classId: number) => Function | undefined;
  readonly #onMade: (plan: ScopePlan) => void;
  readonly #shared: SharedSupport;
  readonly #values = new Map<ScopePlan, ScopeValue | 'making'>();
  /** Scopes that wait for their bindings, in the order they were made. */
  readonly #unfed: Unfed[] = [];

  constructor(
    templates: TemplatePlanner,
    host: RebuildHost,
    innerFactory: (classId: number) => Function | undefined,
    onMade: (plan: ScopePlan) => void,
    shared: SharedSupport,
  ) {
    this.#templates = templates;
    this.#host = host;
    this.#innerFactory = innerFactory;
    this.#onMade = onMade;
    this.#shared = shared;
  }

  /** The scope, made with all around it when it does not exist yet. */
  of(plan: ScopePlan): ScopeValue {
    const known = this.#values.get(plan);
    if (known !== undefined && known !== 'making') return known;
    const missing: ScopePlan[] = [];
    for (let at: ScopePlan | null = plan; at !== null; at = at.parent) {
      const value = this.#values.get(at);
      if (value === 'making') throw cycleError(at);
      if (value !== undefined) break;
      missing.push(at);
    }
    for (let i = missing.length - 1; i >= 0; i--) {
      const next = missing[i] as ScopePlan;
      // Making a scope may have made those inside it.
      if (!this.#values.has(next)) this.#make(next);
    }
    return this.#values.get(plan) as ScopeValue;
  }

  /** Gives every scope its bindings, also those that come into being by that. */
  feed(): void {
    for (let next = this.#unfed.pop(); next !== undefined; next = this.#unfed.pop()) next.feed(this.#host);
  }

  #make(plan: ScopePlan): void {
    this.#values.set(plan, 'making');
    try {
      const value = this.#made(plan);
      this.#values.set(plan, value);
    } catch (error) {
      this.#values.delete(plan);
      // The engine compiles functions when they are first called, and their nesting may be too much for its stack.
      if (error instanceof RangeError) throw tooDeep();
      throw error;
    }
    this.#onMade(plan);
  }

  #made(plan: ScopePlan): ScopeValue {
    const template = this.#templates.templateOf(plan);
    const thisValue = this.#pseudo(plan.thisPlan, 'this');
    const support = template.usesSupport ? this.#support(plan, template, thisValue) : undefined;
    const factory = this.#factoryOf(plan, template);
    const result = apply(factory, thisValue, support === undefined ? [] : [support]) as unknown;
    const maker = this.#makerOf(plan, template, result, support);
    if (support?.applied !== undefined) this.#unfed.push(new UnfedArguments(plan, support));
    if (support?.late !== undefined) this.#unfed.push(new LateArguments(plan, support.late));
    return { maker, thisValue };
  }

  #factoryOf(plan: ScopePlan, template: Template): Function {
    if (plan.ownerId !== undefined) {
      const factory = this.#innerFactory(plan.ownerId);
      if (factory === undefined) throw cycleError(plan);
      return factory;
    }
    if (plan.parent === null) return template.factory();
    const parent = this.#values.get(plan.parent) as ScopeValue;
    const index = this.#templates.templateOf(plan.parent).indexOf(template);
    return parent.maker(index, undefined, undefined) as Function;
  }

  #makerOf(plan: ScopePlan, template: Template, result: unknown, support?: ScopeSupport): Maker {
    if (plan.shape.form !== 'block') return result as Maker;
    if (template.isPlain) {
      const [maker, feed] = result as [Maker, (values: unknown[]) => void];
      this.#unfed.push(new UnfedBindings(plan, feed));
      return maker;
    }
    const generator = result as Generator<Maker, void, unknown[]>;
    const maker = generator.next([]).value as Maker;
    const feed = (values: unknown[]): void => {
      if (template.argumentsMode === 'late' && support !== undefined)
        support.arguments = this.#pseudo(plan.argumentsPlan, 'arguments');
      generator.next(values);
    };
    this.#unfed.push(new UnfedBindings(plan, feed));
    return maker;
  }

  #support(plan: ScopePlan, template: Template, thisValue: unknown): ScopeSupport {
    const newTarget = template.isConstructed ? this.#pseudo(plan.newTargetPlan, 'new.target') : undefined;
    const support = new ScopeSupport(this.#shared, thisValue, newTarget);
    if (template.argumentsMode === 'variable')
      support.arguments = this.#pseudo(plan.argumentsPlan, 'arguments');
    if (plan.shape.form === 'with') support.object = this.#host.ensure(plan.row.cells[0]);
    return support;
  }

  #pseudo(plan: ScopePlan | null, kind: 'this' | 'new.target' | 'arguments'): unknown {
    return plan === null ? undefined : this.#host.ensure(plan.cellOf(kind));
  }
}

interface Unfed {
  feed(host: RebuildHost): void;
}

class UnfedBindings implements Unfed {
  readonly #plan: ScopePlan;
  readonly #give: (values: unknown[]) => void;

  constructor(plan: ScopePlan, give: (values: unknown[]) => void) {
    this.#plan = plan;
    this.#give = give;
  }

  feed(host: RebuildHost): void {
    const { shape, row } = this.#plan;
    const values: unknown[] = [];
    for (let i = 0; i < row.cells.length; i++) {
      if (!shape.isInitialised[i] || isPseudo(shape, i)) continue;
      const cell: Cell = row.cells[i];
      values.push(cell instanceof Ref ? host.ensure(cell) : cell);
    }
    this.#give(values);
  }
}

class LateArguments implements Unfed {
  readonly #plan: ScopePlan;
  readonly #give: (saved: unknown) => void;

  constructor(plan: ScopePlan, give: (saved: unknown) => void) {
    this.#plan = plan;
    this.#give = give;
  }

  feed(host: RebuildHost): void {
    this.#give(host.ensure(this.#plan.argumentsPlan?.cellOf('arguments')));
  }
}

// The factory's own `arguments` gets what the saved one has. It is another object: the nearest that strict code allows.
class UnfedArguments implements Unfed {
  readonly #plan: ScopePlan;
  readonly #support: ScopeSupport;

  constructor(plan: ScopePlan, support: ScopeSupport) {
    this.#plan = plan;
    this.#support = support;
  }

  feed(host: RebuildHost): void {
    const saved = host.ensure(this.#plan.argumentsPlan?.cellOf('arguments'));
    const target = this.#support.applied as object;
    Reflect.deleteProperty(target, 0);
    if (typeof saved !== 'object' || saved === null) return;
    for (const key of Reflect.ownKeys(saved)) {
      const descriptor = Object.getOwnPropertyDescriptor(saved, key);
      if (descriptor !== undefined) Reflect.defineProperty(target, key, descriptor);
    }
  }
}

function cycleError(plan: ScopePlan): UnpicklingError {
  const names = plan.shape.names.join(', ');
  return new UnpicklingError(
    'UNPICKLE_CODE',
    `a scope (${names}) needs a value that can only be made inside it`,
    {
      hint: 'Break the cycle before saving: `this`, `arguments` or a `with` object of a function depends on a class declared in it.',
    },
  );
}
