// The text of a class as it is compiled: whole, with everything taken out that must not run a second time.
//
// What would run when the class is evaluated (heritage, computed keys, static initialisers, static blocks) is replaced
// by the saved values. In classes with private members, what would run while they are put on an object (constructor,
// field initialisers) is guarded by `shared.r`. A class that needs none of it keeps its text.
// Knows nothing of scopes; evaluates nothing.

import {
  type ClassExpression,
  type Expression,
  type FunctionExpression,
  type MethodDefinition,
  type Pattern,
  type PropertyDefinition,
  tokenizer,
} from 'acorn';
import { type CodeText, keyName } from './check-text.js';
import { editImports, isMentionedOnce, TextEdit, type TextSource } from './edit.js';
import { computedKeyOf } from './method-source.js';
import { isPure } from './purity.js';
import type { UnitOptions } from './types.js';

/** One method, getter or setter of a class. */
export interface ClassMember {
  readonly element: number;
  readonly kind: 'method' | 'get' | 'set';
  readonly isStatic: boolean;
  readonly isPrivate: boolean;
  /** The key, with `#` for private ones; a number is an index into the computed keys. */
  readonly key: string | number;
  /** The text, when the compiled one differs. */
  readonly originalText: string | undefined;
}

/** A class as it is compiled. */
export interface ClassSource extends TextSource {
  /** True when the text has `extends` with something other than `null`. */
  readonly hasHeritage: boolean;
  /** True when its constructor calls `super` (`extends null` counts). */
  readonly isDerived: boolean;
  readonly computedKeyCount: number;
  readonly members: readonly ClassMember[];
  /** True when constructing it in restore mode puts private members on an object. */
  readonly isStamping: boolean;
  /** True when it has public instance fields. */
  readonly hasPublicFields: boolean;
  /** Private fields in the order of the writers that evaluating the class hands to `call.w`. */
  readonly privateFields: readonly string[];
  /** Private methods in the order of the readers that evaluating the class hands to `call.g`. */
  readonly privateMethods: readonly string[];
}

/** How a class text is to be compiled. */
export interface ClassOptions extends UnitOptions {
  /** The factory of what was written inside the class body, handed out as `call.f`. */
  readonly inner: string | undefined;
  /** The name that it gets from where it stands: V8 shows it in messages, whatever the property `name` says. */
  readonly name: string | undefined;
}

/** The source of a class. */
export function classSource(text: CodeText, options: ClassOptions): ClassSource {
  return new ClassEdit(text, options).source();
}

class ClassEdit {
  readonly #text: CodeText;
  readonly #ast: ClassExpression;
  readonly #options: ClassOptions;
  readonly #edit: TextEdit;
  readonly #params: string[] = [];
  readonly #members: ClassMember[] = [];
  readonly #privateFields: string[] = [];
  readonly #privateMethods: string[] = [];
  readonly #isStamping: boolean;
  readonly #altered: readonly number[];
  #computedKeyCount = 0;
  #hasPublicFields = false;

  constructor(text: CodeText, options: ClassOptions) {
    this.#text = text;
    this.#ast = text.ast as ClassExpression;
    this.#options = options;
    this.#edit = new TextEdit(text);
    const { names, sites } = options;
    const imports = editImports(text, this.#edit, names);
    this.#altered = [...imports, ...sites.edit(text, this.#edit, names.shared)];
    this.#isStamping = this.#ast.body.body.some(
      (element) =>
        element.type !== 'StaticBlock' && !element.static && element.key.type === 'PrivateIdentifier',
    );
  }

  source(): ClassSource {
    const { superClass } = this.#ast;
    const isNull = superClass?.type === 'Literal' && superClass.value === null;
    const hasHeritage = !!superClass && !isNull;
    if (hasHeritage) this.#replaceHeritage(superClass);
    this.#ast.body.body.forEach((element, index) => {
      if (element.type === 'StaticBlock') {
        if (element.body.length > 0) this.#edit.replace(element, 'static{}');
      } else if (element.type === 'PropertyDefinition') this.#editField(element);
      else this.#editMethod(element, index);
    });
    this.#insertDoors();
    return {
      expression: this.#named(this.#edit.toString()),
      params: this.#params,
      isEdited: this.#edit.isEdited,
      hasHeritage,
      isDerived: !!superClass,
      computedKeyCount: this.#computedKeyCount,
      members: this.#members,
      isStamping: this.#isStamping,
      hasPublicFields: this.#hasPublicFields,
      privateFields: this.#privateFields,
      privateMethods: this.#privateMethods,
    };
  }

  // Only a name in the text is one that V8 keeps with the code.
  #named(expression: string): string {
    const { name } = this.#options;
    if (name === undefined || name === '' || name === '__proto__') return expression;
    const key = JSON.stringify(name);
    return `{${key}:${expression}}[${key}]`;
  }

  // A name that stands nowhere else in the class is given its value by a parameter, and the text stays as it is.
  #replaceHeritage(node: Expression): void {
    if (node.type === 'Identifier' && isMentionedOnce(this.#text.entry.source, node.name)) {
      this.#params.push(node.name);
    } else {
      this.#edit.replace(node, `${this.#options.names.call}.h`);
    }
  }

  // The index of the element's key among the computed keys, or undefined.
  #editKey(element: MethodDefinition | PropertyDefinition): { index: number; isEdited: boolean } | undefined {
    if (!element.computed) return undefined;
    const index = this.#computedKeyCount++;
    const key = element.key as Expression;
    const isEdited = computedKeyOf(key, this.#options.isSymbolOurs) === undefined;
    if (isEdited) this.#edit.replace(key, `${this.#options.names.call}.k[${index}]`);
    return { index, isEdited };
  }

  #editField(element: PropertyDefinition): void {
    const computed = this.#editKey(element);
    const isPrivate = element.key.type === 'PrivateIdentifier';
    if (isPrivate) this.#privateFields.push(`#${keyName(element.key)}`);
    else if (!element.static) this.#hasPublicFields = true;
    const { value } = element;
    if (!value || isPure(value)) return;
    if (element.static) {
      this.#edit.replace(value, 'void 0');
      return;
    }
    if (!this.#isStamping) return;
    const guard = `(${this.#options.names.shared}.r?void 0:(`;
    if (value.type === 'ClassExpression' && !value.id) {
      const { call } = this.#options.names;
      const key = computed ? `${call}.k[${computed.index}]` : nameLiteral(element);
      this.#edit.wrap(value, `${guard}{[${key}]:`, `}[${key}]))`);
    } else {
      this.#edit.wrap(value, guard, '))');
    }
  }

  #editMethod(element: MethodDefinition, index: number): void {
    const computed = this.#editKey(element);
    if (element.kind === 'constructor') {
      if (this.#isStamping) this.#guardConstructor(element.value);
      return;
    }
    const isPrivate = element.key.type === 'PrivateIdentifier';
    const name = isPrivate ? `#${keyName(element.key)}` : keyName(element.key as Expression);
    if (isPrivate && element.kind === 'method') this.#privateMethods.push(name);
    const isEdited =
      computed?.isEdited === true || this.#altered.some((at) => at >= element.start && at < element.end);
    this.#members.push({
      element: index,
      kind: element.kind,
      isStatic: element.static,
      isPrivate,
      key: computed?.index ?? name,
      originalText: isEdited ? this.#memberText(element) : undefined,
    });
  }

  #guardConstructor(value: FunctionExpression): void {
    const { names } = this.#options;
    const guard = this.#ast.superClass
      ? `if(${names.shared}.r){super();return;}`
      : `if(${names.shared}.r)return;`;
    if (value.params.every(isQuietParameter)) {
      this.#edit.insert(value.body.start + 1, guard);
      return;
    }
    // Parameters run code themselves, so they move into an arrow function behind the guard.
    const { args } = names;
    this.#edit.insert(value.start, `(...${args}){${guard}return (`);
    this.#edit.insert(this.#closingParen(value), '=>');
    this.#edit.insert(value.end, `)(...${args});}`);
  }

  // The position behind the parameter list.
  #closingParen(value: FunctionExpression): number {
    const from = (value.params.at(-1) as Pattern).end;
    const { source } = this.#text.entry;
    const offset = this.#text.offset;
    for (const token of tokenizer(source.slice(from - offset, value.body.start - offset), {
      ecmaVersion: 'latest',
    })) {
      if (token.type.label === ')') return from + token.end;
    }
    return value.body.start;
  }

  // What `toString` gives of a method: its element without `static`.
  #memberText(element: MethodDefinition): string {
    const { source } = this.#text.entry;
    const text = source.slice(element.start - this.#text.offset, element.end - this.#text.offset);
    if (!element.static) return text;
    const tokens = tokenizer(text, { ecmaVersion: 'latest' });
    tokens.getToken();
    return text.slice(tokens.getToken().start);
  }

  // A static block at the start of the body, from where private names can be reached.
  #insertDoors(): void {
    const { names, inner } = this.#options;
    const writers = this.#privateFields.map((name) => `(o,v)=>{o.${name}=v}`);
    const readers = this.#privateMethods.map((name) => `o=>o.${name}`);
    let block = '';
    if (writers.length > 0) block += `${names.call}.w=[${writers.join()}];`;
    if (readers.length > 0) block += `${names.call}.g=[${readers.join()}];`;
    if (inner !== undefined) block += `${names.call}.f=${inner};`;
    if (block !== '') this.#edit.insert(this.#ast.body.start + 1, `static{${block}}`);
  }
}

function isQuietParameter(parameter: Pattern): boolean {
  if (parameter.type === 'Identifier') return true;
  if (parameter.type === 'RestElement') return parameter.argument.type === 'Identifier';
  return (
    parameter.type === 'AssignmentPattern' && parameter.left.type === 'Identifier' && isPure(parameter.right)
  );
}

function nameLiteral(element: PropertyDefinition): string {
  const name = keyName(element.key as Expression);
  return JSON.stringify(element.key.type === 'PrivateIdentifier' ? `#${name}` : name);
}
