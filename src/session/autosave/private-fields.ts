// Which private fields an object has, by the texts of the classes in its chain. Knows no values of them; runs no code of the
// values'.

import { types } from 'node:util';
import { type Options, parse } from 'acorn';
import { intrinsicName } from '../../realm/intrinsics.js';
import { natives } from '../../realm/natives.js';

/** Names of private fields, each of which an object has once; `listed`: they have to be asked for one by one. */
export type FieldNames = readonly string[] | 'listed';

interface Declared {
  readonly own: FieldNames;
  readonly onClass: FieldNames;
}

const textOf = Function.prototype.toString;
const prototypeOf = Reflect.getPrototypeOf;
const descriptorOf = Reflect.getOwnPropertyDescriptor;
const OPTIONS = { ecmaVersion: 'latest', checkPrivateFields: false } as Options;
/** Reading a longer text takes more time than asking V8 about its instances. */
const TEXT_MAX = 4000;
const NONE: Declared = { own: [], onClass: [] };
const LISTED: Declared = { own: 'listed', onClass: 'listed' };

/** Remembers what classes declare. */
export class PrivateFields {
  readonly #byClass = new WeakMap<Function, Declared>();
  readonly #byPrototype = new WeakMap<object, FieldNames>();

  /** Those of an object that is no function. */
  of(object: object): FieldNames {
    const prototype = prototypeOf(object);
    return prototype === null ? [] : this.#below(prototype);
  }

  /** The static ones of a class; none of other functions. */
  ofClass(fn: Function): FieldNames {
    return this.#declaredBy(fn).onClass;
  }

  #below(prototype: object): FieldNames {
    const known = this.#byPrototype.get(prototype);
    if (known !== undefined) return known;
    if (types.isProxy(prototype)) return [];
    const above = prototypeOf(prototype);
    const inherited = above === null ? [] : this.#below(above);
    const names = bothOf(inherited, this.#madeBy(prototype));
    this.#byPrototype.set(prototype, names);
    return names;
  }

  // Where a prototype has lost its class its methods tell that there are some.
  #madeBy(prototype: object): FieldNames {
    // What hides in the platform's own classes is not told by their fields.
    if (intrinsicName(prototype) !== undefined) return [];
    const maker: unknown = descriptorOf(prototype, 'constructor')?.value;
    if (typeof maker === 'function' && descriptorOf(maker, 'prototype')?.value === prototype)
      return this.#declaredBy(maker).own;
    for (const key of Reflect.ownKeys(prototype)) {
      const property = descriptorOf(prototype, key) as PropertyDescriptor;
      for (const part of [property.value, property.get, property.set])
        if (typeof part === 'function' && textOf.call(part).includes('#')) return 'listed';
    }
    return [];
  }

  #declaredBy(fn: Function): Declared {
    let declared = this.#byClass.get(fn);
    if (declared === undefined) this.#byClass.set(fn, (declared = declaredIn(textOf.call(fn))));
    return declared;
  }
}

function declaredIn(text: string): Declared {
  if (!text.startsWith('class') || !text.includes('#')) return NONE;
  if (text.length > TEXT_MAX || natives === undefined) return LISTED;
  try {
    const [statement] = parse(`(${text})`, OPTIONS).body as any[];
    const fields: any[] = statement.expression.body.body.filter(
      ({ type, key }: any) => type === 'PropertyDefinition' && key.type === 'PrivateIdentifier',
    );
    const named = (isStatic: boolean): string[] =>
      fields.filter((field) => field.static === isStatic).map(({ key }) => `#${key.name}`);
    return { own: named(false), onClass: named(true) };
  } catch {
    return LISTED;
  }
}

// One name of two classes cannot be asked for by its name.
function bothOf(first: FieldNames, second: FieldNames): FieldNames {
  if (first === 'listed' || second === 'listed') return 'listed';
  return first.some((name) => second.includes(name)) ? 'listed' : [...first, ...second];
}
