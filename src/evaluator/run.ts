// Runs planned code in the main realm.
//
// Function declarations go through an eval that is itself called from a script: `import()` in them then resolves from
// the working directory, and they are configurable properties of the global object. Knows nothing of bindings.

import { isAbsolute } from 'node:path';
import { compileScript, importModule, runGlobalEval, runScript } from '../realm/compile.js';
import { notingEval, notingScript } from '../realm/known-scripts.js';
import type { Plan } from './transform.js';

/** Where a cell stands. */
export interface CellPlace {
  readonly fileName: string;
  readonly lineOffset: number;
  /** Added to the columns of the cell's first line. */
  readonly columnOffset: number;
}

/** Compiles the body of a plan. Throws the engine's `SyntaxError`. */
export function compileBody(plan: Plan, place: CellPlace): ReturnType<typeof compileScript> {
  const at = { ...place, columnOffset: place.columnOffset - plan.prefixLength };
  try {
    return notingScript(plan.body, at, () => compileScript(plan.body, at));
  } catch (error) {
    throw withFrame(error as SyntaxError, place, plan.prefixLength);
  }
}

/** Declares the functions of a plan. */
export function declareFunctions(plan: Plan, place: CellPlace): void {
  if (plan.functions === undefined) return;
  if (plan.isStrict) {
    // Strict code run by eval would keep its functions to itself. A script's functions can never be dropped.
    const { functions } = plan;
    notingScript(functions, place, () => runScript(functions, { ...place }));
    return;
  }
  const lines = '\n'.repeat(place.lineOffset) + ' '.repeat(Math.max(0, place.columnOffset));
  try {
    notingEval(`${lines}${plan.functions}`, place.fileName, runGlobalEval);
  } catch (error) {
    // Nothing but declarations is in the text: the process forbids eval.
    if (!(error instanceof EvalError)) throw error;
    runScript(plan.functions, { ...place });
  }
}

/** The engine's own words on what is wrong with a text, or undefined when it accepts it as a script. */
export function engineError(source: string, place: CellPlace): SyntaxError | undefined {
  const first = compileError(source, place);
  if (first === undefined || !/\bawait\b|\bimport\b|\bexport\b|reserved word/.test(first.message))
    return first;
  if (/^\s*(?:import|export)\b/m.test(source)) return first;
  const head = '(async()=>{';
  return (
    compileError(
      `${head}${source}\n})`,
      { ...place, columnOffset: place.columnOffset - head.length },
      head.length,
    ) ?? first
  );
}

function compileError(source: string, place: CellPlace, prefixLength = 0): SyntaxError | undefined {
  try {
    compileScript(source, place);
    return undefined;
  } catch (error) {
    const columnOffset = place.columnOffset + prefixLength;
    return withFrame(error as SyntaxError, { ...place, columnOffset }, prefixLength);
  }
}

// The engine draws where the text is wrong; the frame says it as for any other error. `prefixLength` characters of the
// first line are not the user's.
function withFrame(error: SyntaxError, place: CellPlace, prefixLength: number): SyntaxError {
  const stack = error.stack ?? '';
  const drawn = /^(.+:(\d+))\n(.*)\n( *)(\^*)\n\n(?!.*\n\s+at .*\[)/.exec(stack);
  if (drawn === null) return error;
  const isFirst = Number(drawn[2]) === place.lineOffset + 1;
  const cut = isFirst ? Math.min(prefixLength, drawn[4]!.length) : 0;
  const column = drawn[4]!.length - cut + 1 + (isFirst ? place.columnOffset : 0);
  const [message] = stack.slice(drawn[0].length).split('\n    at ', 1);
  // At the end of the text it draws nothing.
  const drawing = `${drawn[3]!.slice(cut)}\n${drawn[4]!.slice(cut)}${drawn[5] || '^'}`;
  const value = `${drawn[1]}\n${drawing}\n\n${message}\n    at ${drawn[1]}:${column}`;
  Object.defineProperty(error, 'stack', { value, configurable: true, writable: true });
  return error;
}

const importers = new Map<string, typeof importModule>();

/** Imports as code in a file would; as code at the prompt would when `fileName` is not an absolute path. */
export function importFrom(fileName: string): typeof importModule {
  if (!isAbsolute(fileName)) return importModule;
  const known = importers.get(fileName);
  if (known !== undefined) return known;
  const importer = runScript('(s, o) => o === undefined ? import(s) : import(s, o)', {
    fileName,
  }) as typeof importModule;
  importers.set(fileName, importer);
  return importer;
}

/** An error of the class given that points at a place in a cell. */
export function errorAt<E extends Error>(error: E, source: string, offset: number, place: CellPlace): E {
  const before = source.slice(0, offset).split('\n');
  const line = before.length + place.lineOffset;
  const column = before[before.length - 1]!.length + 1 + (before.length === 1 ? place.columnOffset : 0);
  const text = source.split('\n')[before.length - 1] ?? '';
  const where = `${place.fileName}:${line}\n${text}\n${' '.repeat(before[before.length - 1]!.length)}^\n\n`;
  const isSyntax = error instanceof SyntaxError;
  Object.defineProperty(error, 'stack', {
    value: `${isSyntax ? where : ''}${error.name}: ${error.message}\n    at ${place.fileName}:${line}:${column}`,
    configurable: true,
    writable: true,
  });
  return error;
}
