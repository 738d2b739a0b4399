// Where every row will be made: the tree of scopes, and which functions and classes belong directly in which.
//
// Methods that name one home object go together into the innermost of their scopes, which is where their literal stood.
// What was written inside a class body hangs below that class. Only looks at rows: knows nothing of generated text and
// makes nothing.

import { LimitError, UnpicklingError } from '../../errors.js';
import { type CodeText, type CodeTexts, keyName } from './check-text.js';
import { checkBindingName } from './names.js';
import {
  type Cell,
  type ClassRow,
  type FunctionRow,
  type RebuildInput,
  Ref,
  type ScopeRow,
  type ScopeShape,
} from './types.js';

/** How deeply scopes may nest: each is a function in a function for the engine's parser. */
export const SCOPE_DEPTH_MAX = 150;

/**
 * How a scope gives `arguments` to arrow functions: not at all; as a variable, which has its value at once or, where it may hold what is
 * made in the scope, when everything exists; or as the real thing with equal content.
 */
export type ArgumentsMode = 'none' | 'variable' | 'late' | 'applied';

/** One scope and what is made directly in it. */
export class ScopePlan {
  readonly row: ScopeRow;
  readonly shape: ScopeShape;
  readonly parent: ScopePlan | null;
  readonly depth: number;
  /** True inside a class body: all code there is strict. */
  readonly isInClass: boolean;
  /** The class a scope of form `class` belongs to. */
  readonly ownerId: number | undefined;
  readonly functions: FunctionRow[] = [];
  readonly classes: ClassRow[] = [];
  readonly homes: HomeGroup[] = [];
  readonly children: ScopePlan[] = [];
  /** The nearest scope, from this one outwards, that binds `this`, `new.target`, `arguments`. */
  readonly thisPlan: ScopePlan | null;
  readonly newTargetPlan: ScopePlan | null;
  readonly argumentsPlan: ScopePlan | null;
  readonly argumentsMode: ArgumentsMode;

  constructor(row: ScopeRow, parent: ScopePlan | null, ownerId: number | undefined) {
    this.row = row;
    this.shape = row.shape;
    this.parent = parent;
    this.depth = parent === null ? 1 : parent.depth + 1;
    this.ownerId = ownerId;
    this.isInClass = row.shape.form === 'class' || parent?.isInClass === true;
    const { kinds } = row.shape;
    this.thisPlan = kinds.includes('this') ? this : (parent?.thisPlan ?? null);
    this.newTargetPlan = kinds.includes('new.target') ? this : (parent?.newTargetPlan ?? null);
    this.argumentsPlan = row.shape.names.includes('arguments') ? this : (parent?.argumentsPlan ?? null);
    this.argumentsMode = this.#argumentsMode();
  }

  /** The cell of a binding that arrows take from the function around them. */
  cellOf(kind: 'this' | 'new.target' | 'arguments'): Cell {
    return this.row.cells[this.shape.names.indexOf(kind)];
  }

  // A variable of that name keeps the object's identity, but needs sloppy code, which cannot have a primitive `this`.
  #argumentsMode(): ArgumentsMode {
    if (this.argumentsPlan === null) return 'none';
    const isPrimitiveThis = this.thisPlan !== null && !(this.thisPlan.cellOf('this') instanceof Ref);
    if (this.isInClass || isPrimitiveThis) return 'applied';
    const { names, kinds } = this.argumentsPlan.shape;
    return kinds[names.indexOf('arguments')] === 'arguments' ? 'variable' : 'late';
  }
}

/** Methods of one object literal. */
export interface HomeGroup {
  readonly homeId: number;
  readonly plan: ScopePlan | null;
  readonly rows: FunctionRow[];
  /** The methods' texts in the order of their ids. */
  readonly texts: CodeText[];
}

/** Where everything goes. */
export interface Plan {
  readonly scopes: readonly ScopePlan[];
  /** The scope each function or class is made in; null for one that names globals only. */
  readonly planOf: ReadonlyMap<number, ScopePlan | null>;
  readonly homeById: ReadonlyMap<number, HomeGroup>;
  /** The literal that a method is made in; methods missing here are made alone. */
  readonly homeOfFunction: ReadonlyMap<number, HomeGroup>;
  /** The scope of form `class` of a class, if anything was written inside it. */
  readonly innerOf: ReadonlyMap<number, ScopePlan>;
  /** What is made in no scope. */
  readonly alone: Pick<ScopePlan, 'functions' | 'classes' | 'homes'>;
}

/**
 * Plans where to make what.
 *
 * @param onBroken  Told of rows that cannot be made: their text is wrong (`UNPICKLE_CODE`), or their scopes nest too
 *                  deeply (`LIMIT_EXCEEDED`). The others are planned without them.
 */
export function planScopes(
  input: RebuildInput,
  texts: CodeTexts,
  onBroken: (id: number, error: unknown) => void,
): Plan {
  const placed = new Map<number, ScopePlan | null>();
  const isPlaced = (row: FunctionRow | ClassRow, scopes: ScopeTree): boolean => {
    try {
      texts.of(row.code);
      placed.set(row.id, scopes.planOf(row.scope));
      return true;
    } catch (error) {
      onBroken(row.id, error);
      return false;
    }
  };
  const scopes = new ScopeTree(input);
  for (const row of input.classes) if (isPlaced(row, scopes)) placed.get(row.id)?.classes.push(row);
  const functions = input.functions.filter((row) => isPlaced(row, scopes));
  const homeById = new Map<number, HomeGroup>();
  const homeOfFunction = new Map<number, HomeGroup>();
  const methods = new Map<number, FunctionRow[]>();
  for (const row of functions) {
    if (row.isAlone === true || !texts.of(row.code).isMethod || !(row.home instanceof Ref)) continue;
    const rows = methods.get(row.home.id);
    if (rows === undefined) methods.set(row.home.id, [row]);
    else rows.push(row);
  }
  for (const [homeId, rows] of methods) {
    const group = groupMethods(homeId, rows, placed, texts);
    homeById.set(homeId, group);
    group.plan?.homes.push(group);
    for (const row of group.rows) {
      homeOfFunction.set(row.id, group);
      placed.set(row.id, group.plan);
    }
  }
  const isAlone = ({ id }: { readonly id: number }): boolean => placed.get(id) === null;
  const alone = {
    functions: functions.filter((row) => isAlone(row) && !homeOfFunction.has(row.id)),
    classes: input.classes.filter(isAlone),
    homes: [...homeById.values()].filter(({ plan }) => plan === null),
  };
  for (const row of functions) if (!homeOfFunction.has(row.id)) placed.get(row.id)?.functions.push(row);
  return { scopes: scopes.all, planOf: placed, homeById, homeOfFunction, innerOf: scopes.innerOf, alone };
}

class ScopeTree {
  readonly all: ScopePlan[] = [];
  readonly innerOf = new Map<number, ScopePlan>();
  readonly #plans = new Map<ScopeRow, ScopePlan>();
  readonly #classById: Map<number, ClassRow>;
  readonly #checkedShapes = new Set<ScopeShape>();
  readonly #whyMissing: RebuildInput['whyMissing'];

  constructor(input: RebuildInput) {
    this.#classById = new Map(input.classes.map((row) => [row.id, row]));
    this.#whyMissing = input.whyMissing;
  }

  planOf(row: ScopeRow | null): ScopePlan | null {
    const missing: ScopeRow[] = [];
    let at = row;
    let plan: ScopePlan | null = null;
    while (at !== null) {
      const known = this.#plans.get(at);
      if (known !== undefined) {
        plan = known;
        break;
      }
      missing.push(at);
      if (missing.length > SCOPE_DEPTH_MAX) throw tooDeep();
      at = at.shape.form === 'class' ? this.#ownerOf(at).scope : at.parent;
    }
    for (const next of missing.reverse()) plan = this.#add(next, plan);
    return plan;
  }

  #add(row: ScopeRow, parent: ScopePlan | null): ScopePlan {
    this.#checkShape(row);
    const ownerId = row.shape.form === 'class' ? this.#ownerOf(row).id : undefined;
    let plan = ownerId === undefined ? undefined : this.innerOf.get(ownerId);
    if (plan === undefined) {
      plan = new ScopePlan(row, parent, ownerId);
      if (plan.depth > SCOPE_DEPTH_MAX) throw tooDeep();
      this.all.push(plan);
      if (ownerId === undefined) parent?.children.push(plan);
      else this.innerOf.set(ownerId, plan);
    }
    this.#plans.set(row, plan);
    return plan;
  }

  #ownerOf(row: ScopeRow): ClassRow {
    const cell = row.cells[0];
    const owner = cell instanceof Ref ? this.#classById.get(cell.id) : undefined;
    if (owner !== undefined) return owner;
    throw missingClass(cell instanceof Ref ? this.#whyMissing(cell.id) : undefined);
  }

  #checkShape(row: ScopeRow): void {
    const { shape } = row;
    if (row.cells.length !== shape.names.length) {
      throw new UnpicklingError('UNPICKLE_CODE', 'a scope has more or fewer values than variables', {
        hint: 'The file was not written by brine, or is damaged.',
      });
    }
    if (this.#checkedShapes.has(shape)) return;
    if (shape.form === 'block') {
      shape.names.forEach((name, i) => {
        if (!isPseudo(shape, i)) checkBindingName(name);
      });
    }
    this.#checkedShapes.add(shape);
  }
}

/** Bindings that come with the call of a function, not with a declaration. */
const PSEUDO_KINDS: ReadonlySet<string> = new Set(['this', 'new.target', 'arguments']);

/** True for a binding that comes with a call. `arguments` counts however it is declared: strict code cannot declare it. */
export function isPseudo(shape: ScopeShape, index: number): boolean {
  return PSEUDO_KINDS.has(shape.kinds[index] as string) || shape.names[index] === 'arguments';
}

/** The error for code that was written in the body of a class that is not there, with the reason if the file has one. */
export function missingClass(reason: string | undefined): UnpicklingError {
  const message =
    reason === undefined
      ? 'the class it was written in is not in the snapshot'
      : `the class it was written in is missing: ${reason}`;
  return new UnpicklingError('UNPICKLE_CODE', message, {
    hint: 'Save the class by value, together with what was written in it.',
  });
}

/** The error for scopes that nest too deeply. */
export function tooDeep(): LimitError {
  return new LimitError(
    'LIMIT_EXCEEDED',
    `scopes are nested too deeply (more than ${SCOPE_DEPTH_MAX}, or than the stack holds)`,
    {
      hint: 'Load the snapshot without code, or leave the innermost functions out when saving.',
    },
  );
}

// Methods that cannot share the literal (other scope, same key, same text twice) are left to be made alone.
function groupMethods(
  homeId: number,
  rows: readonly FunctionRow[],
  planOf: ReadonlyMap<number, ScopePlan | null>,
  texts: CodeTexts,
): HomeGroup {
  let deepest: ScopePlan | null = null;
  for (const row of rows) {
    const plan = planOf.get(row.id) ?? null;
    if ((plan?.depth ?? 0) > (deepest?.depth ?? 0)) deepest = plan;
  }
  const taken = new Set<string>();
  const members: FunctionRow[] = [];
  const isStrict = rows[0]?.code.isStrict;
  for (const row of rows) {
    const text = texts.of(row.code);
    const slots = slotsOf(text);
    if (row.code.isStrict !== isStrict || slots.some((slot) => taken.has(slot))) continue;
    if (!isWithin(deepest, planOf.get(row.id) ?? null)) continue;
    for (const slot of slots) taken.add(slot);
    members.push(row);
  }
  const groupTexts = members.map((row) => texts.of(row.code)).sort((a, b) => a.id - b.id);
  return { homeId, plan: deepest, rows: members, texts: groupTexts };
}

// What a method takes in its literal. Computed keys that may turn out equal are only told apart by their text.
function slotsOf(text: CodeText): string[] {
  const { ast } = text;
  if (ast.type === 'MethodDefinition') return [text.name];
  if (ast.type !== 'Property') return [];
  const key = ast.computed
    ? `[${text.entry.source.slice(ast.key.start - text.offset, ast.key.end - text.offset)}`
    : keyName(ast.key);
  if (ast.kind === 'init') return [`get ${key}`, `set ${key}`];
  return [`${ast.kind} ${key}`];
}

function isWithin(plan: ScopePlan | null, ancestor: ScopePlan | null): boolean {
  if (ancestor === null) return true;
  for (let at = plan; at !== null; at = at.parent) if (at === ancestor) return true;
  return false;
}
