// Writes the text of a scope: a generator function that hands out a maker of everything in it, then takes its bindings.
//
//   function* () {
//     'use strict';
//     function f() { … }                                   declarations, by their own text
//     const v = yield (i, c, s) => { switch (i) {          the maker: unit or inner scope number i
//       case 0: return (() => n++);
//       case 1: return (function* () { … });
//     } };
//     let n = v[0];                                        the bindings, once everything exists
//     return;
//     let late;                                            never reached: stays in the dead zone
//   }
//
// Knows nothing of rows; runs nothing.

import type { OwnNames } from './names.js';
import { type ArgumentsMode, isPseudo } from './scope-plan.js';
import type { ScopeShape, UnitOptions } from './types.js';
import type { Unit } from './unit.js';

/** What a factory is written from. */
export interface FactoryParts {
  readonly shape: ScopeShape;
  readonly units: readonly Unit[];
  /** The factories of the scopes inside. */
  readonly children: readonly { readonly source: string }[];
  readonly isStrict: boolean;
  readonly isInClass: boolean;
  readonly argumentsMode: ArgumentsMode;
  /** True when `new.target` needs the maker to be made in something constructed. */
  readonly isConstructed: boolean;
  /** True when it cannot be a generator function. */
  readonly isPlain: boolean;
  /** True when a declaration, which stands outside of the maker, names what all restored code shares. */
  readonly declaresShared: boolean;
  /** True when the factory wants a `ScopeSupport`. */
  readonly usesSupport: boolean;
}

/** The text of a template's factory, an expression. */
export function factorySource(template: FactoryParts, options: UnitOptions): string {
  const { names } = options;
  const maker = makerSource(template, options);
  const useStrict = template.isStrict && !template.isInClass ? "'use strict';" : '';
  const head = template.usesSupport ? names.args : '';
  const args = argumentsSource(template, names);
  switch (template.shape.form) {
    case 'class':
      return `function(${head}){${args}return ${maker}}`;
    case 'with':
      return `function(${head}){${args}with(${names.args}.object){return ${maker}}}`;
    default: {
      const shared = template.declaresShared ? `const ${names.shared}=${names.args}.shared;` : '';
      const declarations = shared + template.units.map((unit) => declarationSource(unit, options)).join('');
      const made = template.isConstructed ? constructedSource(template, maker, names) : maker;
      if (template.isPlain) {
        return `function(${head}){${args}${declarations}${plainBindings(template, made, names)}}`;
      }
      const fed = isFedArguments(template) ? `let arguments=${names.args}.arguments;` : '';
      return `function*(${head}){${useStrict}${args}${declarations}const ${names.fed}=yield ${made};${fed}${bindings(template, names)}}`;
    }
  }
}

/** The text of the maker of one unit that stands in no scope. */
export function loneMakerSource(
  unit: Unit,
  options: UnitOptions,
): { head: string; text: string; tail: string } {
  const { index, call, shared } = options.names;
  const maker = `(${index},${call},${shared})=>`;
  const text = unitSource(unit, false, options);
  if (!unit.text.entry.isStrict) return { head: maker, text, tail: '' };
  // A function around it, so that `this` is undefined as it is in a module.
  return { head: `(function(){'use strict';return ${maker}`, text, tail: '})()' };
}

function makerSource(template: FactoryParts, options: UnitOptions): string {
  const { index, call, shared } = options.names;
  const parts = template.units.map((unit) =>
    unitSource(unit, !template.isStrict && unit.text.entry.isStrict && unit.kind !== 'class', options),
  );
  for (const child of template.children) parts.push(`(${child.source})`);
  const head = `(${index},${call},${shared})=>`;
  if (parts.length === 1) return `(${head}${parts[0]})`;
  const cases = parts.map((part, i) => `case ${i}:return ${part};`).join('\n');
  return `(${head}{switch(${index}){${cases}}})`;
}

// An expression in parentheses, so that nothing is named by where it stands.
function unitSource(unit: Unit, isStrictInSloppy: boolean, options: UnitOptions): string {
  if (unit.kind === 'declared') return `(${unit.text.name})`;
  const { expression, params } = unit.source(options);
  if (params.length === 0 && !isStrictInSloppy) return `(${expression})`;
  const values = params.map((_, i) => `${options.names.call}.p[${i}]`).join();
  const useStrict = isStrictInSloppy ? "'use strict';" : '';
  return `((${params.join()})=>{${useStrict}return (${expression});})(${values})`;
}

function declarationSource(unit: Unit, options: UnitOptions): string {
  return unit.kind === 'declared' ? `${unit.source(options).expression}\n` : '';
}

function argumentsSource(template: FactoryParts, names: OwnNames): string {
  switch (template.argumentsMode) {
    case 'variable':
    case 'late':
      return isHiddenByMaker(template) || isFedArguments(template) ? '' : argumentsVariable(template, names);
    case 'applied':
      // `arguments` itself cannot stand in a class body, but a function in one can have it.
      return `${names.args}.applied=arguments;`;
    default:
      return '';
  }
}

function argumentsVariable({ argumentsMode }: FactoryParts, { args, fed }: OwnNames): string {
  if (argumentsMode === 'variable') return `let arguments=${args}.arguments;`;
  return `let arguments;${args}.late=(${fed})=>{arguments=${fed}};`;
}

// The variable is declared with the bindings, so that no function of this text assigns to it.
function isFedArguments(template: FactoryParts): boolean {
  const { argumentsMode, shape, isPlain } = template;
  return argumentsMode === 'late' && shape.form === 'block' && !isPlain && !isHiddenByMaker(template);
}

// The function that the maker is made in has `arguments` of its own, so the variable is declared in it.
function isHiddenByMaker({ argumentsMode, isConstructed, isStrict }: FactoryParts): boolean {
  return isConstructed && !isStrict && (argumentsMode === 'variable' || argumentsMode === 'late');
}

// `new.target` can only be had in something constructed. A derived class lets `this` be chosen as well.
function constructedSource(template: FactoryParts, maker: string, names: OwnNames): string {
  const { args } = names;
  const inside = isHiddenByMaker(template) ? argumentsVariable(template, names) : '';
  if (!template.isStrict) return `${args}.construct(function(){${inside}${args}.maker=${maker}})`;
  return `${args}.construct(class extends ${args}.Base{constructor(){super();${args}.maker=${maker}}})`;
}

function bindings(template: FactoryParts, names: OwnNames): string {
  const declared = declaredNames(template);
  const fed: string[] = [];
  const dead: string[] = [];
  let index = 0;
  template.shape.names.forEach((name, i) => {
    const kind = template.shape.kinds[i] as string;
    if (isPseudo(template.shape, i)) return;
    if (!template.shape.isInitialised[i]) {
      dead.push(
        kind === 'const' ? `const ${name}=0;` : `${kind === 'function' ? 'var' : letWord(name)} ${name};`,
      );
      return;
    }
    const value = `${names.fed}[${index++}]`;
    if (declared.has(name)) fed.push(`${name}=${value};`);
    else fed.push(`${kind === 'const' ? 'const' : letWord(name)} ${name}=${value};`);
  });
  return `${fed.join('')}return;${dead.join('')}`;
}

// Without a generator: for bindings named `yield`. Everything is assignable here and nothing is in the dead zone.
function plainBindings(template: FactoryParts, maker: string, names: OwnNames): string {
  const declared = declaredNames(template);
  let index = 0;
  let vars = '';
  let sets = '';
  template.shape.names.forEach((name, i) => {
    if (isPseudo(template.shape, i)) return;
    if (!declared.has(name)) vars += `var ${name};`;
    if (template.shape.isInitialised[i]) sets += `${name}=${names.fed}[${index++}];`;
  });
  return `${vars}return [${maker},(${names.fed})=>{${sets}}];`;
}

function declaredNames(template: FactoryParts): Set<string> {
  return new Set(template.units.filter((unit) => unit.kind === 'declared').map((unit) => unit.text.name));
}

// `let let` cannot be written.
function letWord(name: string): string {
  return name === 'let' ? 'var' : 'let';
}
