// What the pickler and the unpickler agree on about code: the words for functions, scopes and classes in a graph.
//
// Declared once, used by both sides: `pickle/capture` fills these from live functions, `unpickle/rebuild` makes live
// functions from them. Knows nothing of V8, of bytes, or of how a scope is rebuilt.

/** How the text of a piece of code is written. */
export type CodeForm = 'function' | 'arrow' | 'method' | 'getter' | 'setter' | 'class';

/** The forms in the order of their numbers in the file. Append only. */
export const CODE_FORMS: readonly CodeForm[] = ['function', 'arrow', 'method', 'getter', 'setter', 'class'];

/** One text of code: every function made from the same place in the same script shares one. */
export interface CodeEntry {
  /** The text exactly as `Function.prototype.toString` gives it. */
  readonly source: string;
  readonly form: CodeForm;
  /**
   * True when the text was a declaration: its name is then a binding of the surrounding scope (or a global), not a
   * private name of its own as in a named function expression. For a class it makes no difference to the inside.
   */
  readonly isDeclaration: boolean;
  /** True when the surrounding code was strict, so that the text must be compiled in strict code. */
  readonly isStrict: boolean;
  /** Where the text stood: a file URL, `In[5]`, or the empty string. For people and stack traces only. */
  readonly url: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based, in UTF-16 units. */
  readonly column: number;
}

/**
 * How a binding of a scope was declared. `function` is a function declaration's binding (assignable), `let` covers
 * `let`, `var`, parameters, catch bindings and class declarations. `this`, `new.target` and `arguments` are what an
 * arrow took from the function around it; their names are `this`, `new.target`, `arguments`.
 */
export type BindingKind = 'let' | 'const' | 'function' | 'this' | 'new.target' | 'arguments';

/** The kinds in the order of their numbers in the file. Append only. */
export const BINDING_KINDS: readonly BindingKind[] = [
  'let',
  'const',
  'function',
  'this',
  'new.target',
  'arguments',
];

/**
 * What sort of scope it is. `block` is any scope of ordinary bindings. `with` has one binding named `with`: its object.
 * `class` has one binding named `class`: the class in whose body the code below was written, so that private names
 * resolve there.
 */
export type ScopeForm = 'block' | 'with' | 'class';

/** The forms in the order of their numbers in the file. Append only. */
export const SCOPE_FORMS: readonly ScopeForm[] = ['block', 'with', 'class'];
