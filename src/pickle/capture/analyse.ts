// Builds the static scopes of a parsed script.
//
// One pass over the tree with a worklist, so that long chains of operators cannot exhaust the stack. `this`, `arguments`,
// `super`, private names are references like any other. Knows nothing of V8 and of live functions.

import type { Node } from 'acorn';
import type { CodeForm } from '../../graph/code.js';
import { childrenOf, isFunctionNode } from '../../graph/syntax-path.js';
import {
  declare,
  declareLexical,
  declareVars,
  hasUseStrict,
  newScope,
  patternNames,
  walkPattern,
} from './declare.js';
import { hoistSloppyFunctions, resolveAll, type SloppyFunction } from './resolve.js';
import {
  argumentsScope,
  type CodeUnit,
  hasArguments,
  lookUp,
  type Reference,
  type ReferenceKind,
  type StaticBinding,
  type StaticScope,
  type StaticScript,
  thisScope,
} from './scopes.js';

interface Task {
  readonly node: any;
  readonly scope: StaticScope;
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
  readonly #yields = new Map<number, StaticScope>();
  readonly #assignedArguments = new Set<StaticScope>();
  readonly #sloppyFunctions: SloppyFunction[] = [];
  readonly #onSloppyFunction = (name: string, scope: StaticScope): void => {
    this.#sloppyFunctions.push({ name, scope });
  };

  constructor(source: string, program: any, isModule: boolean) {
    this.#source = source;
    const isStrict = isModule || hasUseStrict(program.body);
    this.#top = newScope('top', null, { start: 0, end: source.length }, isStrict, null);
    declareVars(program.body, this.#top);
    this.#statements(program.body, this.#top);
  }

  build(): StaticScript {
    let task: Task | undefined;
    while ((task = this.#tasks.pop()) !== undefined) this.#visit(task.node, task.scope);
    hoistSloppyFunctions(this.#sloppyFunctions);
    this.#declareArguments();
    this.#units.sort((a, b) => a.innerStart - b.innerStart || b.end - a.end);
    this.#references.sort((a, b) => a.position - b.position);
    resolveAll(this.#references, this.#top, this.#privateNames);
    return {
      source: this.#source,
      top: this.#top,
      units: this.#units,
      references: this.#references,
      yields: this.#yields,
    };
  }

  #push(node: any, scope: StaticScope): void {
    if (node !== null && node !== undefined) this.#tasks.push({ node, scope });
  }

  #refer(kind: ReferenceKind, name: string, position: number, scope: StaticScope, isWrite = false): void {
    this.#references.push({ kind, name, position, scope, isWrite, target: null });
  }

  #visit(node: any, scope: StaticScope): void {
    if (!this.#visitName(node, scope) && !this.#visitOpener(node, scope) && !this.#visitPart(node, scope))
      this.#children(node, scope);
  }

  // Whatever refers to something.
  #visitName(node: any, scope: StaticScope): boolean {
    switch (node.type) {
      case 'Identifier':
        if (node.name === 'arguments' && hasArguments(scope))
          this.#refer('arguments', 'arguments', node.start, scope);
        else this.#refer('name', node.name, node.start, scope);
        return true;
      case 'ThisExpression':
        this.#refer('this', 'this', node.start, scope);
        return true;
      case 'Super':
        this.#refer('super', 'super', node.start, scope);
        this.#refer('this', 'this', node.start, scope);
        return true;
      case 'MetaProperty':
        if (node.meta.name === 'new') this.#refer('new.target', 'new.target', node.start, scope);
        else this.#refer('import.meta', 'import.meta', node.start, scope);
        return true;
      case 'PrivateIdentifier':
        this.#refer('private', `#${node.name}`, node.start, scope);
        return true;
      case 'AssignmentExpression':
        this.#target(node.left, scope);
        this.#push(node.right, scope);
        if (node.operator !== '=' && node.left.type === 'Identifier') this.#push(node.left, scope);
        return true;
      case 'UpdateExpression':
        this.#target(node.argument, scope);
        return true;
      default:
        return false;
    }
  }

  // Whatever opens a scope.
  #visitOpener(node: any, scope: StaticScope): boolean {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.#function(node, scope, null);
        return true;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#class(node, scope);
        return true;
      case 'ObjectExpression':
        for (const property of node.properties) this.#property(property, scope);
        return true;
      case 'BlockStatement':
        this.#statements(node.body, newScope('block', scope, node, scope.isStrict, null));
        return true;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#loop(node, scope);
        return true;
      case 'IfStatement':
        this.#push(node.test, scope);
        this.#branch(node.consequent, scope);
        this.#branch(node.alternate, scope);
        return true;
      case 'SwitchStatement':
        this.#switch(node, scope);
        return true;
      case 'CatchClause':
        this.#catch(node, scope);
        return true;
      case 'WithStatement':
        this.#push(node.object, scope);
        this.#push(node.body, newScope('with', scope, node.body, false, null));
        return true;
      default:
        return false;
    }
  }

  // Nodes of which only some parts are code.
  #visitPart(node: any, scope: StaticScope): boolean {
    switch (node.type) {
      case 'CallExpression':
        if (isDirectEval(node)) this.#eval(node, scope);
        return false;
      case 'YieldExpression':
        this.#yields.set(node.start, scope);
        return false;
      case 'MemberExpression':
        this.#push(node.object, scope);
        if (node.computed || node.property.type === 'PrivateIdentifier') this.#push(node.property, scope);
        return true;
      case 'VariableDeclaration':
        for (const declaration of node.declarations) this.#declarator(declaration, scope);
        return true;
      case 'LabeledStatement':
        this.#push(node.body, scope);
        return true;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return true;
      case 'ExportNamedDeclaration':
        if (node.declaration !== null) this.#push(node.declaration, scope);
        else if (node.source === null)
          for (const specifier of node.specifiers) this.#push(specifier.local, scope);
        return true;
      default:
        return false;
    }
  }

  // What a direct eval may name beside variables, unless its text is there and does not.
  #eval(node: any, scope: StaticScope): void {
    this.#refer('eval', 'eval', node.start, scope);
    const [text] = node.arguments;
    const isKnown = text?.type === 'Literal' && typeof text.value === 'string' && !text.value.includes('\\');
    const mayName = (word: string): boolean => !isKnown || text.value.includes(word);
    const isSuper = mayName('super') && allowsSuper(scope);
    if (isSuper) this.#refer('super', 'super', node.start, scope);
    if (isSuper || mayName('this')) this.#refer('this', 'this', node.start, scope);
    const hasOwn = hasArguments(scope);
    if (mayName('arguments') && (hasOwn || lookUp(scope, 'arguments') !== null))
      this.#refer(hasOwn ? 'arguments' : 'name', 'arguments', node.start, scope);
    if (mayName('new.target') && thisScope(scope).kind === 'function')
      this.#refer('new.target', 'new.target', node.start, scope);
    for (let at: StaticScope | null = scope; at !== null && mayName('#'); at = at.parent) {
      const [name] = this.#privateNames.get(at) ?? [];
      if (name !== undefined) this.#refer('private', name, node.start, at);
    }
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
      name: (node) => {
        this.#refer('name', node.name, node.start, scope, true);
        if (node.name === 'arguments' && hasArguments(scope))
          this.#assignedArguments.add(argumentsScope(scope));
      },
      expression: (node) => this.#push(node, scope),
    });
  }

  // Where sloppy code assigns to the `arguments` of a function, they are a variable of it like any other.
  #declareArguments(): void {
    for (const scope of this.#assignedArguments) {
      declare(scope, 'arguments', 'var', scope.start);
      (scope.bindings.get('arguments') as StaticBinding).isRewritten = true;
    }
    if (this.#assignedArguments.size === 0) return;
    for (const reference of this.#references)
      if (reference.kind === 'arguments' && this.#assignedArguments.has(argumentsScope(reference.scope)))
        reference.kind = 'name';
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
    declareVars(node.body.body, body);
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
      declareVars(element.body, block);
      this.#statements(element.body, block);
      return;
    }
    if (element.value === null || element.value === undefined) return;
    if (element.static) skipped.push([element.value.start, element.value.end]);
    this.#push(element.value, newScope('field', scope, element.value, true, unit));
  }

  // — statements that open scopes —

  #statements(body: readonly any[], scope: StaticScope): void {
    for (const statement of body) declareLexical(statement, scope, this.#onSloppyFunction);
    for (const statement of body) this.#push(statement, scope);
  }

  // A function without braces around it stands in a block of its own all the same.
  #branch(node: any, scope: StaticScope): void {
    if (node?.type !== 'FunctionDeclaration') this.#push(node, scope);
    else this.#statements([node], newScope('block', scope, node, scope.isStrict, null));
  }

  #loop(node: any, scope: StaticScope): void {
    const head = node.type === 'ForStatement' ? node.init : node.left;
    const isLexical = head?.type === 'VariableDeclaration' && head.kind !== 'var';
    const before =
      isLexical && isHeadSeen(node) ? newScope('block', scope, node, scope.isStrict, null) : scope;
    const inner = isLexical ? newScope('block', before, node, scope.isStrict, null) : scope;
    if (isLexical) declareLexical(head, inner, this.#onSloppyFunction);
    if (node.type === 'ForStatement') {
      if (before !== scope) declareLexical(head, before, this.#onSloppyFunction);
      this.#push(head, before === scope ? inner : before);
      this.#push(node.test, inner);
      this.#push(node.update, inner);
    } else {
      // What a loop goes over sees its variables as well, and never initialised.
      if (before !== scope)
        for (const name of patternNames(head.declarations[0].id)) declare(before, name, head.kind, node.end);
      if (head.type === 'VariableDeclaration') this.#push(head, inner);
      else this.#target(head, scope);
      this.#push(node.right, before === scope ? inner : before);
    }
    this.#push(node.body, inner);
  }

  #switch(node: any, scope: StaticScope): void {
    this.#push(node.discriminant, scope);
    const inner = newScope('block', scope, node, scope.isStrict, null);
    inner.isSwitch = true;
    for (const clause of node.cases) {
      for (const statement of clause.consequent) declareLexical(statement, inner, this.#onSloppyFunction);
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

// — helpers —

// True for a loop whose turns have variables apart from those of its head, when somebody sees those of the head: a function in
// what is evaluated before the first turn, or a direct eval anywhere in the loop.
function isHeadSeen(node: any): boolean {
  const isFor = node.type === 'ForStatement';
  if (isFor && node.init.kind !== 'let') return false;
  const isCode = (each: any): boolean => isFunctionNode(each) || each.type.startsWith('Class');
  return some(isFor ? node.init : node.right, isCode) || some(node, isDirectEval);
}

function allowsSuper(scope: StaticScope): boolean {
  const { kind, unit } = thisScope(scope);
  return kind === 'field' || unit?.form === 'method' || unit?.form === 'getter' || unit?.form === 'setter';
}

function isDirectEval({ type, callee }: any): boolean {
  return type === 'CallExpression' && callee.type === 'Identifier' && callee.name === 'eval';
}

function some(root: any, isIt: (node: any) => boolean): boolean {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isIt(node)) return true;
    for (const child of childrenOf(node)) stack.push(child);
  }
  return false;
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
