// The private fields of objects, by the class that declared them.
//
// V8 lists the members of an object base class first; the texts of the classes in its chain say which names are fields
// and whose they are. Knows nothing of scopes.

import { restoredCode } from '../../realm/restored.js';
import type { V8Session } from './inspector.js';
import { isClass } from './owners.js';
import { parseScript, textOf } from './scripts.js';
import type { CapturedPrivates } from './types.js';

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const prototypeOf = Reflect.getPrototypeOf;

interface Declared {
  readonly fields: readonly string[];
  readonly staticFields: readonly string[];
  readonly hasAny: boolean;
}

const NOTHING: Declared = { fields: [], staticFields: [], hasAny: false };

/** Reads private members in one run. */
export class Privates {
  readonly #session: V8Session;
  readonly #texts = new Map<string, Declared>();
  readonly #declared = new Map<Function, Declared>();
  readonly #chains = new Map<object, boolean>();

  constructor(session: V8Session) {
    this.#session = session;
  }

  mayHave(proto: object): boolean {
    let answer = this.#chains.get(proto);
    if (answer === undefined) {
      answer = this.#classesFrom(proto).some((owner) => this.#declaredBy(owner).hasAny);
      this.#chains.set(proto, answer);
    }
    return answer;
  }

  of(object: object): CapturedPrivates[] {
    if (typeof object === 'function')
      return isClass(object as Function) ? this.#statics(object as Function) : [];
    const proto = prototypeOf(object);
    const owners = proto === null ? [] : this.#classesFrom(proto).reverse();
    return this.#assign(
      object,
      owners.map((owner) => ({ owner, names: this.#declaredBy(owner).fields })),
      false,
    );
  }

  #statics(owner: Function): CapturedPrivates[] {
    const names = this.#declaredBy(owner).staticFields;
    return names.length === 0 ? [] : this.#assign(owner, [{ owner, names }], true);
  }

  #assign(
    object: object,
    owners: readonly { owner: Function; names: readonly string[] }[],
    isStatic: boolean,
  ): CapturedPrivates[] {
    if (owners.every(({ names }) => names.length === 0)) return [];
    const members = this.#session.privateMembers(object).filter((member) => !member.isAccessor);
    const found: CapturedPrivates[] = [];
    for (const { owner, names } of owners) {
      const fields = new Map<string, unknown>();
      for (const name of names) {
        const index = members.findIndex((member) => member.name === name);
        if (index < 0) continue;
        fields.set(name, members[index]?.value);
        members.splice(index, 1);
      }
      if (fields.size > 0) found.push({ owner, isStatic, fields });
    }
    return found;
  }

  // The classes whose prototypes are in a chain, nearest first.
  #classesFrom(proto: object): Function[] {
    const classes: Function[] = [];
    for (let at: object | null = proto; at !== null; at = prototypeOf(at)) {
      const maker: unknown = descriptorOf(at, 'constructor')?.value;
      if (typeof maker !== 'function' || !isClass(maker)) continue;
      if (descriptorOf(maker, 'prototype')?.value === at) classes.push(maker);
    }
    return classes;
  }

  #declaredBy(owner: Function): Declared {
    let declared = this.#declared.get(owner);
    if (declared === undefined) {
      const text = restoredCode.get(owner)?.source ?? textOf(owner);
      declared = this.#texts.get(text) ?? declaredIn(text);
      this.#texts.set(text, declared);
      this.#declared.set(owner, declared);
    }
    return declared;
  }
}

// — helpers —

function declaredIn(text: string): Declared {
  if (!text.startsWith('class') || !text.includes('#')) return NOTHING;
  const program: any = parseScript(`(${text})`, false);
  const expression = program?.body[0]?.expression;
  if (expression?.type !== 'ClassExpression') return NOTHING;
  const fields: string[] = [];
  const staticFields: string[] = [];
  let hasAny = false;
  for (const element of expression.body.body) {
    if (element.key?.type !== 'PrivateIdentifier') continue;
    if (!element.static) hasAny = true;
    if (element.type === 'PropertyDefinition')
      (element.static ? staticFields : fields).push(`#${element.key.name}`);
  }
  return { fields, staticFields, hasAny };
}
