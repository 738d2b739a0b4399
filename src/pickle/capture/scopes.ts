// Builds the static scopes of a parsed script: which scope declares each name, how, and who refers to it.
//
// One pass over the tree with a worklist (so long chains of operators cannot exhaust the stack), then one pass that
// resolves every reference. `this`, `arguments`, `new.target`, `super` and private names are references like any other;
// they resolve to the function or class they belong to. Knows nothing of V8 and of live functions.

import type { Node } from 'acorn';
import type { CodeForm } from '../../graph/code.js';

/** What kind of level a static scope is. */
export type StaticKind =
  | 'top'
  | 'function'
  | 'name'
  | 'body'
  | 'block'
  | 'catch'
  | 'class'
  | 'with'
  | 'field';

/** How a name was declared. `var` covers parameters and catch bindings as well. */
export type StaticBindingKind = 'var' | 'let' | 'const' | 'function' | 'class';

/** One declared name. */
export interface StaticBinding {
  readonly name: string;
  readonly kind: StaticBindingKind;
  readonly scope: StaticScope;
  /** Where the declaration has run to its end; a closure made further down sees an initialised binding. */
  readonly initialisedAt: number;
  /** True when code that can still run assigns to it: a function other than the one that owns the scope. */
  isAssigned: boolean;
  /** True when an inner function refers to it, so that V8 keeps it in a context. */
  isCaptured: boolean;
}

/** One static scope. */
export interface StaticScope {
  readonly kind: StaticKind;
  readonly parent: StaticScope | null;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly isStrict: boolean;
  /** The nearest scope around that is a function, a field initialiser, a static block or the top. */
  readonly owner: StaticScope;
  /** The function or class written here; null for blocks and the top. */
  readonly unit: CodeUnit | null;
  readonly bindings: Map<string, StaticBinding>;
  /** True when a direct eval below can see this scope. */
  hasEval: boolean;
}

/** One function or class of the script. */
export interface CodeUnit {
  readonly form: CodeForm;
  readonly isDeclaration: boolean;
  /** True when the code around it is strict. */
  readonly isStrict: boolean;
  /** The range of the text that `toString` gives. */
  readonly start: number;
  readonly end: number;
  /** The range that is looked through for free names: without a method's key. */
  readonly innerStart: number;
  /** The scope around it. */
  readonly scope: StaticScope;
  readonly node: any;
  /** For members of class bodies: the class and the index of the element. */
  readonly classUnit: CodeUnit | null;
  readonly element: number;
  readonly isStatic: boolean;
  /** Parts of a class that do not run again when it is rebuilt. */
  readonly skipped: readonly (readonly [number, number])[];
  /** The scope of its body: where names in a paused frame are looked up. */
  inner: StaticScope;
}

/** What a reference refers to. */
export type ReferenceKind =
  | 'name'
  | 'this'
  | 'arguments'
  | 'new.target'
  | 'super'
  | 'private'
  | 'eval'
  | 'import.meta';

/** One reference. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly position: number;
  readonly scope: StaticScope;
  readonly isWrite: boolean;
  /** The scope that declares it (for `this` and the like: its function); null for an unresolved name. */
  target: StaticScope | null;
}

/** The static analysis of one script. */
export interface StaticScript {
  readonly source: string;
  readonly top: StaticScope;
  /** Sorted by where their inner range starts, outer before inner. */
  readonly units: readonly CodeUnit[];
  /** Sorted by position. */
  readonly references: readonly Reference[];
}

interface Task {
  readonly node: any;
  readonly scope: StaticScope;
  readonly isStrict: boolean;
}

/** Analyses a parsed program. */
export function analyseScopes(source: string, program: Node, isModule: boolean): StaticScript {
  return new ScopeBuilder(source, program, isModule).build();
}

class ScopeBuilder {
  readonly #source: string;
  readonly #top: StaticScope;
  readonly #units: CodeUnit[] = [];
  readonly #references: Reference[] = [];
  readonly #tasks: Task[] = [];
  readonly #privateNames = new Map<StaticScope, Set<string>>();
  readonly #sloppyFunctions: { name: string; scope: StaticScope; position: number }[] = [];

  constructor(source: string, program: any, isModule: boolean) {
    this.#source = source;
    const isStrict = isModule || hasUseStrict(program.body);
    this.#top = newScope('top', null, { start: 0, end: source.length }, isStrict, null);
    this.#declareVars(program.body, this.#top);
    this.#statements(program.body, this.#top);
  }

  build(): StaticScript {
    let task: Task | undefined;
    while ((task = this.#tasks.pop()) !== undefined) this.#visit(task.node, task.scope);
    this.#hoistSloppyFunctions();
    this.#units.sort((a, b) => a.innerStart - b.innerStart || b.end - a.end);
    this.#references.sort((a, b) => a.position - b.position);
    for (const reference of this.#references) this.#resolve(reference);
    return { source: this.#source, top: this.#top, units: this.#units, references: this.#references };
  }

  #push(node: any, scope: StaticScope): void {
    if (node !== null && node !== undefined) this.#tasks.push({ node, scope, isStrict: scope.isStrict });
  }

  #refer(kind: ReferenceKind, name: string, position: number, scope: StaticScope, isWrite = false): void {
    this.#references.push({ kind, name, position, scope, isWrite, target: null });
  }

  #visit(node: any, scope: StaticScope): void {
    switch (node.type) {
      case 'Identifier':
        if (node.name === 'arguments' && hasArguments(scope))
          this.#refer('arguments', 'arguments', node.start, scope);
        else this.#refer('name', node.name, node.start, scope);
        return;
      case 'ThisExpression':
        this.#refer('this', 'this', node.start, scope);
        return;
      case 'Super':
        this.#refer('super', 'super', node.start, scope);
        this.#refer('this', 'this', node.start, scope);
        return;
      case 'MetaProperty':
        if (node.meta.name === 'new') this.#refer('new.target', 'new.target', node.start, scope);
        else this.#refer('import.meta', 'import.meta', node.start, scope);
        return;
      case 'PrivateIdentifier':
        this.#refer('private', `#${node.name}`, node.start, scope);
        return;
      case 'CallExpression':
        if (node.callee.type === 'Identifier' && node.callee.name === 'eval') {
          this.#refer('eval', 'eval', node.start, scope);
        }
        break;
      case 'MemberExpression':
        this.#push(node.object, scope);
        if (node.computed || node.property.type === 'PrivateIdentifier') this.#push(node.property, scope);
        return;
      case 'AssignmentExpression':
        this.#target(node.left, scope);
        this.#push(node.right, scope);
        if (node.operator !== '=' && node.left.type === 'Identifier') this.#push(node.left, scope);
        return;
      case 'UpdateExpression':
        this.#target(node.argument, scope);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#function(node, scope, null);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#class(node, scope);
        return;
      case 'ObjectExpression':
        for (const property of node.properties) this.#property(property, scope);
        return;
      case 'BlockStatement':
        this.#statements(node.body, newScope('block', scope, node, scope.isStrict, null));
        return;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#loop(node, scope);
        return;
      case 'SwitchStatement':
        this.#switch(node, scope);
        return;
      case 'CatchClause':
        this.#catch(node, scope);
        return;
      case 'WithStatement':
        this.#push(node.object, scope);
        this.#push(node.body, newScope('with', scope, node.body, false, null));
        return;
      case 'VariableDeclaration':
        for (const declaration of node.declarations) this.#declarator(declaration, scope);
        return;
      case 'LabeledStatement':
        this.#push(node.body, scope);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration !== null) this.#push(node.declaration, scope);
        else if (node.source === null)
          for (const specifier of node.specifiers) this.#push(specifier.local, scope);
        return;
    }
    this.#children(node, scope);
  }

  #children(node: any, scope: StaticScope): void {
    for (const key in node) {
      const child = node[key];
      if (child === null || typeof child !== 'object') continue;
      if (Array.isArray(child)) {
        for (const item of child)
          if (item !== null && typeof item?.type === 'string') this.#push(item, scope);
      } else if (typeof child.type === 'string') this.#push(child, scope);
    }
  }

  #property(property: any, scope: StaticScope): void {
    if (property.type === 'SpreadElement') {
      this.#push(property.argument, scope);
      return;
    }
    if (property.computed) this.#push(property.key, scope);
    if (property.method || property.kind !== 'init') {
      const form: CodeForm =
        property.kind === 'get' ? 'getter' : property.kind === 'set' ? 'setter' : 'method';
      this.#function(property.value, scope, {
        form,
        outer: property,
        classUnit: null,
        element: -1,
        isStatic: false,
      });
    } else this.#push(property.value, scope);
  }

  // An assignment target: identifiers are writes, everything else inside is read.
  #target(pattern: any, scope: StaticScope): void {
    walkPattern(pattern, {
      name: (node) => this.#refer('name', node.name, node.start, scope, true),
      expression: (node) => this.#push(node, scope),
    });
  }

  #declarator(declarator: any, scope: StaticScope): void {
    walkPattern(declarator.id, { name: () => {}, expression: (node) => this.#push(node, scope) });
    this.#push(declarator.init, scope);
  }

  // — functions —

  #function(node: any, scope: StaticScope, member: MemberOf | null): void {
    const isArrow = node.type === 'ArrowFunctionExpression';
    const unit: CodeUnit = {
      form: member?.form ?? (isArrow ? 'arrow' : 'function'),
      isDeclaration: node.type === 'FunctionDeclaration' && node.id !== null,
      isStrict: scope.isStrict,
      start: member === null ? node.start : textStart(this.#source, member),
      end: node.end,
      innerStart: node.start,
      scope,
      node,
      classUnit: member?.classUnit ?? null,
      element: member?.element ?? -1,
      isStatic: member?.isStatic ?? false,
      skipped: [],
      inner: scope,
    };
    this.#units.push(unit);
    const isStrict = scope.isStrict || (node.body.type === 'BlockStatement' && hasUseStrict(node.body.body));
    let around = scope;
    if (node.type === 'FunctionExpression' && node.id && member === null) {
      around = newScope('name', scope, node, isStrict, unit);
      declare(around, node.id.name, 'const', node.start);
    }
    const inner = newScope('function', around, node, isStrict, unit);
    unit.inner = inner;
    const isSimple = node.params.every((param: any) => param.type === 'Identifier');
    for (const param of node.params) {
      walkPattern(param, {
        name: (id) => declare(inner, id.name, 'var', node.start),
        expression: (expression) => this.#push(expression, inner),
      });
    }
    if (node.body.type !== 'BlockStatement') {
      this.#push(node.body, inner);
      return;
    }
    const body = isSimple ? inner : newScope('body', inner, node.body, isStrict, unit);
    unit.inner = body;
    this.#declareVars(node.body.body, body);
    this.#statements(node.body.body, body);
  }

  // — classes —

  #class(node: any, outer: StaticScope): void {
    const skipped: [number, number][] = [];
    const unit: CodeUnit = {
      form: 'class',
      isDeclaration: node.type === 'ClassDeclaration' && node.id !== null,
      isStrict: outer.isStrict,
      start: node.start,
      end: node.end,
      innerStart: node.start,
      scope: outer,
      node,
      classUnit: null,
      element: -1,
      isStatic: false,
      skipped,
      inner: outer,
    };
    this.#units.push(unit);
    const scope = newScope('class', outer, node, true, unit);
    unit.inner = scope;
    if (node.id) declare(scope, node.id.name, 'const', node.end);
    const names = new Set<string>();
    this.#privateNames.set(scope, names);
    if (node.superClass) {
      skipped.push([node.superClass.start, node.superClass.end]);
      this.#push(node.superClass, scope);
    }
    node.body.body.forEach((element: any, index: number) => {
      if (element.key?.type === 'PrivateIdentifier') names.add(`#${element.key.name}`);
      if (element.computed) {
        skipped.push([element.key.start, element.key.end]);
        this.#push(element.key, scope);
      }
      this.#element({ element, index, scope, unit, skipped });
    });
  }

  #element({ element, index, scope, unit, skipped }: ElementTask): void {
    if (element.type === 'MethodDefinition') {
      const form: CodeForm = element.kind === 'get' ? 'getter' : element.kind === 'set' ? 'setter' : 'method';
      this.#function(element.value, scope, {
        form,
        outer: element,
        classUnit: unit,
        element: index,
        isStatic: element.static,
      });
      return;
    }
    if (element.type === 'StaticBlock') {
      skipped.push([element.start, element.end]);
      const block = newScope('field', scope, element, true, unit);
      this.#declareVars(element.body, block);
      this.#statements(element.body, block);
      return;
    }
    if (element.value === null || element.value === undefined) return;
    if (element.static) skipped.push([element.value.start, element.value.end]);
    this.#push(element.value, newScope('field', scope, element.value, true, unit));
  }

  // — statements that open scopes —

  #statements(body: readonly any[], scope: StaticScope): void {
    for (const statement of body) this.#declareLexical(statement, scope);
    for (const statement of body) this.#push(statement, scope);
  }

  #declareLexical(statement: any, scope: StaticScope): void {
    const node = unlabelled(statement);
    switch (node.type) {
      case 'VariableDeclaration':
        if (node.kind === 'var') return;
        for (const declarator of node.declarations) {
          const kind: StaticBindingKind = node.kind === 'let' ? 'let' : 'const';
          for (const name of patternNames(declarator.id)) declare(scope, name, kind, declarator.end);
        }
        return;
      case 'ClassDeclaration':
        if (node.id) declare(scope, node.id.name, 'class', node.end);
        return;
      case 'FunctionDeclaration':
        if (!node.id) return;
        declare(scope, node.id.name, 'function', node.start);
        if (!scope.isStrict && scope.kind !== 'top' && scope.kind !== 'function' && scope.kind !== 'body') {
          this.#sloppyFunctions.push({ name: node.id.name, scope, position: node.start });
        }
        return;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) declare(scope, specifier.local.name, 'const', 0);
        return;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
        if (node.declaration) this.#declareLexical(node.declaration, scope);
    }
  }

  #loop(node: any, scope: StaticScope): void {
    const head = node.type === 'ForStatement' ? node.init : node.left;
    const isLexical = head?.type === 'VariableDeclaration' && head.kind !== 'var';
    const inner = isLexical ? newScope('block', scope, node, scope.isStrict, null) : scope;
    if (isLexical) this.#declareLexical(head, inner);
    if (node.type === 'ForStatement') {
      this.#push(head, inner);
      this.#push(node.test, inner);
      this.#push(node.update, inner);
    } else {
      if (head.type === 'VariableDeclaration') this.#push(head, inner);
      else this.#target(head, scope);
      this.#push(node.right, inner);
    }
    this.#push(node.body, inner);
  }

  #switch(node: any, scope: StaticScope): void {
    this.#push(node.discriminant, scope);
    const inner = newScope('block', scope, node, scope.isStrict, null);
    for (const clause of node.cases) {
      for (const statement of clause.consequent) this.#declareLexical(statement, inner);
      this.#push(clause.test, inner);
      for (const statement of clause.consequent) this.#push(statement, inner);
    }
  }

  #catch(node: any, scope: StaticScope): void {
    const inner = newScope('catch', scope, node, scope.isStrict, null);
    if (node.param) {
      walkPattern(node.param, {
        name: (id) => declare(inner, id.name, 'var', node.param.end),
        expression: (expression) => this.#push(expression, inner),
      });
    }
    this.#push(node.body, inner);
  }

  // `var` declarations of a function body, wherever they stand; functions and classes inside are left alone.
  #declareVars(body: readonly any[], scope: StaticScope): void {
    const stack = [...body];
    let node: any;
    while ((node = stack.pop()) !== undefined) {
      if (node.type === 'VariableDeclaration' && node.kind === 'var') {
        for (const declarator of node.declarations) {
          for (const name of patternNames(declarator.id)) declare(scope, name, 'var', scope.start);
        }
      }
      for (const key of STATEMENT_KEYS) {
        const child = node[key];
        if (Array.isArray(child)) {
          for (const item of child) if (item !== null && isStatementLike(item)) stack.push(item);
        } else if (child !== null && child !== undefined && isStatementLike(child)) stack.push(child);
      }
    }
  }

  // Annex B: a function declared in a block of sloppy code is a `var` of its function as well.
  #hoistSloppyFunctions(): void {
    for (const { name, scope } of this.#sloppyFunctions) {
      let at = scope.parent as StaticScope;
      let isBlocked = false;
      while (at.kind !== 'function' && at.kind !== 'body' && at.kind !== 'top' && at.kind !== 'field') {
        if (at.kind !== 'catch' && at.bindings.has(name)) isBlocked = true;
        at = at.parent as StaticScope;
      }
      if (!isBlocked) declare(at, name, 'var', at.start);
    }
  }

  // — references —

  #resolve(reference: Reference): void {
    switch (reference.kind) {
      case 'name':
        this.#resolveName(reference);
        return;
      case 'private': {
        let scope: StaticScope | null = reference.scope;
        while (scope !== null && !this.#privateNames.get(scope)?.has(reference.name)) scope = scope.parent;
        reference.target = scope;
        return;
      }
      case 'eval':
        for (let scope: StaticScope | null = reference.scope; scope !== null; scope = scope.parent) {
          scope.hasEval = true;
          for (const binding of scope.bindings.values()) {
            binding.isCaptured = true;
            if (binding.kind !== 'const') binding.isAssigned = true;
          }
        }
        return;
      case 'import.meta':
        reference.target = this.#top;
        return;
      default:
        reference.target = thisScope(reference.scope);
    }
  }

  #resolveName(reference: Reference): void {
    const binding = lookUp(reference.scope, reference.name);
    if (binding === null) return;
    reference.target = binding.scope;
    const isInner = reference.scope.owner !== binding.scope.owner;
    if (isInner) binding.isCaptured = true;
    if (!reference.isWrite || binding.kind === 'const') return;
    const node = binding.scope.owner.unit?.node;
    if (isInner || node?.generator === true || node?.async === true) binding.isAssigned = true;
  }
}

interface MemberOf {
  readonly form: CodeForm;
  readonly outer: any;
  readonly classUnit: CodeUnit | null;
  readonly element: number;
  readonly isStatic: boolean;
}

interface ElementTask {
  readonly element: any;
  readonly index: number;
  readonly scope: StaticScope;
  readonly unit: CodeUnit;
  readonly skipped: [number, number][];
}

/** The declaration that a name means in a scope, or null when no scope of the script declares it. */
export function lookUp(scope: StaticScope, name: string): StaticBinding | null {
  for (let at: StaticScope | null = scope; at !== null; at = at.parent) {
    const binding = at.bindings.get(name);
    if (binding !== undefined) return binding;
  }
  return null;
}

/** The scope that `this` belongs to: the nearest function that is no arrow, field initialiser or the top. */
export function thisScope(scope: StaticScope): StaticScope {
  let at = scope.owner;
  while (at.kind === 'function' && at.unit?.form === 'arrow') at = (at.parent as StaticScope).owner;
  return at;
}

// — helpers —

const STATEMENT_KEYS = [
  'body',
  'consequent',
  'alternate',
  'block',
  'handler',
  'finalizer',
  'cases',
  'init',
  'left',
  'declaration',
];

function isStatementLike(node: any): boolean {
  const type: string = node.type;
  if (type === 'FunctionDeclaration' || type === 'ClassDeclaration') return false;
  return (
    type.endsWith('Statement') ||
    type === 'VariableDeclaration' ||
    type === 'CatchClause' ||
    type === 'SwitchCase' ||
    type === 'ExportNamedDeclaration'
  );
}

function unlabelled(statement: any): any {
  let node = statement;
  while (node.type === 'LabeledStatement') node = node.body;
  return node;
}

function newScope(
  kind: StaticKind,
  parent: StaticScope | null,
  range: { start: number; end: number },
  isStrict: boolean,
  unit: CodeUnit | null,
): StaticScope {
  const scope = {
    kind,
    parent,
    depth: parent === null ? 0 : parent.depth + 1,
    start: range.start,
    end: range.end,
    isStrict,
    owner: null as unknown as StaticScope,
    unit,
    bindings: new Map<string, StaticBinding>(),
    hasEval: false,
  };
  const isOwner = kind === 'top' || kind === 'function' || kind === 'field';
  scope.owner = isOwner ? scope : (parent as StaticScope).owner;
  return scope;
}

function declare(scope: StaticScope, name: string, kind: StaticBindingKind, initialisedAt: number): void {
  const known = scope.bindings.get(name);
  if (known !== undefined && kind === 'var') return;
  scope.bindings.set(name, { name, kind, scope, initialisedAt, isAssigned: false, isCaptured: false });
}

function hasUseStrict(body: readonly any[]): boolean {
  for (const statement of body) {
    if (statement.directive === undefined) return false;
    if (statement.directive === 'use strict') return true;
  }
  return false;
}

function hasArguments(scope: StaticScope): boolean {
  for (let at: StaticScope | null = scope; at !== null; at = at.parent) {
    if (at.bindings.has('arguments')) return false;
    if (at.kind === 'function' && at.unit?.form !== 'arrow') return true;
  }
  return false;
}

interface PatternVisitor {
  name(node: any): void;
  expression(node: any): void;
}

function walkPattern(pattern: any, visitor: PatternVisitor): void {
  const stack = [pattern];
  let node: any;
  while ((node = stack.pop()) !== undefined) {
    if (node === null) continue;
    switch (node.type) {
      case 'Identifier':
        visitor.name(node);
        break;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') stack.push(property.argument);
          else {
            if (property.computed) visitor.expression(property.key);
            stack.push(property.value);
          }
        }
        break;
      case 'ArrayPattern':
        for (const element of node.elements) stack.push(element);
        break;
      case 'AssignmentPattern':
        visitor.expression(node.right);
        stack.push(node.left);
        break;
      case 'RestElement':
        stack.push(node.argument);
        break;
      default:
        visitor.expression(node);
    }
  }
}

function patternNames(pattern: any): string[] {
  const names: string[] = [];
  walkPattern(pattern, { name: (node) => names.push(node.name), expression: () => {} });
  return names;
}

// `toString` of a method starts after `static` and the blanks and comments that follow it.
function textStart(source: string, member: MemberOf): number {
  const { outer } = member;
  if (!member.isStatic) return outer.start;
  const gap = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*/y;
  gap.lastIndex = outer.start + 'static'.length;
  gap.exec(source);
  return gap.lastIndex;
}
