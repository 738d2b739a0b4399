// The one place where text becomes code: the evaluator's cells, restored functions, generated readers and writers.
//
// A test holds that nothing else in src/ uses `node:vm`, `eval`, `Function` or `import()` of a computed name.
// Knows nothing of what it compiles, and trusts its callers to have the right to.

import vm from 'node:vm';

const importDynamic = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;

/** Where a text stands, for stack traces. */
export interface TextPlace {
  /** Not a URL: a name that parses as one breaks relative `import()`. For example `In[5]`, `work.pkl/inc`. */
  readonly fileName: string;
  /** Added to line numbers; 0 by default. */
  readonly lineOffset?: number;
  /** Added to columns of the first line; 0 by default. */
  readonly columnOffset?: number;
}

/**
 * Compiles a script of the main realm; run it with `runInThisContext`. `import()` in it resolves from the working
 * directory. Throws the engine's `SyntaxError`.
 */
export function compileScript(source: string, place: TextPlace): vm.Script {
  warnOnceQuietly();
  noteImports(source);
  return new vm.Script(source, {
    filename: place.fileName,
    lineOffset: place.lineOffset ?? 0,
    columnOffset: place.columnOffset ?? 0,
    importModuleDynamically: importDynamic,
  });
}

let mayImport = false;

// Whatever contains the word may import when it runs.
function noteImports(source: string): void {
  mayImport ||= source.includes('import');
}

/** True when a text that was compiled here may have imported modules. */
export function mayHaveImported(): boolean {
  return mayImport;
}

/** Does what the first text of a process needs beside itself, so that compiling a text compiles nothing else. */
export function prepareCompiling(): void {
  warnOnceQuietly();
  globalEvaluator();
}

let hasWarned = false;

// Node 20 announces the loader constant as experimental when it is first used. Whoever pickles a value did not ask for
// that line: exactly this one warning is passed over, once.
function warnOnceQuietly(): void {
  if (hasWarned) return;
  hasWarned = true;
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('USE_MAIN_CONTEXT_DEFAULT_LOADER'))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    const script = new vm.Script("void import('node:process')", { importModuleDynamically: importDynamic });
    script.runInThisContext();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Compiles and runs a script of the main realm; returns its completion value. */
export function runScript(source: string, place: TextPlace): unknown {
  return compileScript(source, place).runInThisContext();
}

let evaluatorOnce: ((text: string) => unknown) | undefined;

/**
 * Runs a text by indirect eval: its `function` and `var` declarations become *configurable* global properties, which
 * those of a script are not. `import()` in it resolves from where `eval` is called: from a script, the working directory.
 */
export function runGlobalEval(source: string): unknown {
  noteImports(source);
  return globalEvaluator()(source);
}

function globalEvaluator(): (text: string) => unknown {
  evaluatorOnce ??= runScript('((run) => (text) => run(text))(eval)', { fileName: 'brine-eval' }) as (
    text: string,
  ) => unknown;
  return evaluatorOnce;
}

/** A sloppy function without parameters; modules are strict and cannot write one. */
export function sloppyFunction(body: string): Function {
  return runScript(`(function () { ${body} })`, { fileName: 'brine-sloppy' }) as Function;
}

/** Compiles a function whose body may use V8's natives syntax; the caller has set the flag for this moment. */
export function compileWithNatives(parameters: string, body: string): Function {
  return new Function(parameters, body);
}

/** A function that nobody needs; undefined where the process forbids code from text. The same text may give the same script. */
export function compileMark(text: string): Function | undefined {
  try {
    return new Function(text);
  } catch {
    return undefined;
  }
}

/**
 * Compiles a function from parameters and a body that brine itself wrote; undefined where the process forbids code from
 * text or is told to take plain ways, so that callers take theirs.
 */
export function compileGenerated(parameters: string, body: string): Function | undefined {
  if (process.env['BRINE_PLAIN_PATHS'] === '1') return undefined;
  try {
    return new Function(parameters, body);
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** Imports a module by specifier as seen from the working directory. */
export function importModule(
  specifier: string,
  options?: ImportCallOptions,
): Promise<Record<string, unknown>> {
  return importer()(specifier, options) as Promise<Record<string, unknown>>;
}

type Importer = (specifier: unknown, options?: ImportCallOptions) => unknown;
const importers = new Map<string, Importer>();

/**
 * `import()` as code in the file of a URL has it; the file need not exist. A package that is not to be found from there is
 * looked for from the working directory.
 */
export function importerAt(url: string): Importer {
  let importAt = importers.get(url);
  if (importAt !== undefined) return importAt;
  const text = '(s, o) => o === undefined ? import(s) : import(s, o)';
  const there = runScript(text, { fileName: url }) as Importer;
  importAt = async (specifier, options) => {
    // As `import()` does, and once.
    const name = `${specifier as string}`;
    try {
      return await there(name, options);
    } catch (error) {
      const isPackage = !/^(\.{0,2}\/|[a-z][a-z+.-]*:)/i.test(name);
      if (!isPackage || (error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
      return importer()(name, options);
    }
  };
  importers.set(url, importAt);
  return importAt;
}

let importerOnce: ((specifier: string, options?: ImportCallOptions) => unknown) | undefined;

// A script whose name is no URL resolves from the working directory, a module would resolve from this file.
function importer(): (specifier: string, options?: ImportCallOptions) => unknown {
  importerOnce ??= runScript('(s, o) => o === undefined ? import(s) : import(s, o)', {
    fileName: 'brine-import',
  }) as (specifier: string, options?: ImportCallOptions) => unknown;
  return importerOnce;
}
