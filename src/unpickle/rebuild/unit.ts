// A unit: the smallest piece of code that is made by itself, and what it becomes in generated text.
//
// Two rows with equal units in equal scopes are made by the same compiled text. Knows nothing of rows.

import type { CodeText } from './check-text.js';
import { type ClassSource, classSource } from './class-source.js';
import type { TextSource } from './edit.js';
import { functionSource } from './function-source.js';
import { type MethodsSource, methodsSource } from './method-source.js';
import type { UnitOptions } from './types.js';

/**
 * How a text is made a function:
 * - `plain`: as an expression;
 * - `declared`: as a declaration of its scope, whose binding it sees under its own name;
 * - `renamed`: as an expression that does not see itself under its own name;
 * - `global`: like `renamed`, for sloppy code of the global scope, where the text can stay as it is;
 * - `super`: as an arrow function inside a method of a literal, for its `super`;
 * - `methods`: as methods of one literal;
 * - `class`.
 */
export type UnitKind = 'plain' | 'declared' | 'renamed' | 'global' | 'super' | 'methods' | 'class';

/** The template of what was written inside a class. */
export interface InnerTemplate {
  readonly id: number;
  readonly source: string;
}

/** What belongs to a unit besides its texts. */
export interface UnitParts {
  /** What was written inside the class. */
  readonly inner: InnerTemplate | null;
  /** The name that a class without one in its text gets from where it stands. */
  readonly name: string | undefined;
}

/** One piece of code of a template. */
export class Unit {
  /** Equal for units that the same text can make. */
  readonly key: string;
  readonly kind: UnitKind;
  readonly texts: readonly CodeText[];
  /** What was written inside the class. */
  readonly inner: InnerTemplate | null;
  readonly #name: string | undefined;
  #source: TextSource | undefined;

  constructor(key: string, kind: UnitKind, texts: readonly CodeText[], { inner, name }: UnitParts) {
    this.key = key;
    this.kind = kind;
    this.texts = texts;
    this.inner = inner;
    this.#name = name;
  }

  get text(): CodeText {
    return this.texts[0] as CodeText;
  }

  source(options: UnitOptions): TextSource {
    this.#source ??= this.#makeSource(options);
    return this.#source;
  }

  /** The source of a unit of kind `methods`. */
  methods(options: UnitOptions): MethodsSource {
    return this.source(options) as MethodsSource;
  }

  /** The source of a unit of kind `class`. */
  class(options: UnitOptions): ClassSource {
    return this.source(options) as ClassSource;
  }

  #makeSource(options: UnitOptions): TextSource {
    switch (this.kind) {
      case 'methods':
        return methodsSource(this.texts, options);
      case 'class':
        return classSource(this.text, { ...options, inner: this.inner?.source, name: this.#name });
      case 'super': {
        const source = functionSource(this.text, options, false);
        return { ...source, expression: `{m(){return (${source.expression})}}` };
      }
      default:
        return functionSource(this.text, options, this.kind === 'renamed');
    }
  }
}
