// What generated text is given to work with. Field names are short because they are written into texts.
// Knows nothing of rows or templates.

import { importerAt } from '../../realm/compile.js';
import type { SiteTable } from '../../realm/template-sites.js';
import { importMetaOf } from './import-meta.js';

/** What all restored code shares. */
export interface SharedSupport {
  /** True while private members are put on objects: constructors and field initialisers do nothing then. */
  r: boolean;
  readonly importMeta: (url: string) => object;
  readonly importFrom: (url: string) => (specifier: unknown, options?: ImportCallOptions) => unknown;
  /** Of the code of one graph: the tag that gives a template's arguments with the strings of its site. */
  readonly t?: SiteTable['tagOf'];
}

/** The one that all restored code of this process shares. */
export const SHARED_SUPPORT: SharedSupport = { r: false, importMeta: importMetaOf, importFrom: importerAt };

/** What the code of one graph shares: what all shares, and its templates. */
export function sharedOf(sites: SiteTable): SharedSupport {
  return Object.create(SHARED_SUPPORT, { t: { value: sites.tagOf } }) as SharedSupport;
}

/** Puts a value into a private field of an object. */
export type PrivateWriter = (object: object, value: unknown) => void;

/** What one call of a maker is given, and what it hands back beside its value. */
export class CallSupport {
  /** The heritage of a class. */
  h: unknown;
  /** Keys: the computed ones of a class, or those given to methods. */
  k: readonly (string | symbol | undefined)[] = [];
  /** Values of the parameters a text was wrapped to receive. */
  p: readonly unknown[] = [];
  /** Writers of a class's private fields. */
  w: readonly PrivateWriter[] = [];
  /** Readers of a class's private methods. */
  g: readonly ((object: object) => unknown)[] = [];
  /** The factory of what was written inside a class. */
  f: Function | undefined;
}

const { construct } = Reflect;

/** What the factory of a scope is given, when its text asks for it. */
export class ScopeSupport {
  /** The saved object that `arguments` names. */
  arguments: unknown;
  /** Gives the variable of that name its value, where the text asks for it when everything exists. */
  late: ((saved: unknown) => void) | undefined;
  /** The factory's own `arguments`, where the saved object cannot be had; filled with its content in the end. */
  applied: object | undefined;
  /** The object of a `with` statement. */
  object: unknown;
  /** What all restored code shares, for declarations. */
  readonly shared: SharedSupport;
  /** The maker, when it had to be made inside something constructed. */
  maker: unknown;
  /** Gives `this` to a class that extends it. */
  readonly Base: Function;
  readonly #newTarget: unknown;

  constructor(shared: SharedSupport, thisValue: unknown, newTarget: unknown) {
    this.shared = shared;
    this.#newTarget = newTarget;
    this.Base = function Base() {
      return thisValue;
    };
  }

  construct(fn: Function): unknown {
    construct(fn, [], this.#newTarget as Function);
    return this.maker;
  }
}
