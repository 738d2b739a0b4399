// Finds the text and the static analysis of a live function: its script is fetched and parsed once a run.
//
// A position is turned into the innermost function or class of the script that contains it; that is the one V8 means,
// because a position is where the parameter list starts. The text must then be what `toString` says, or the answer is
// null. Knows nothing of scopes at run time.

import { type Node, parse } from 'acorn';
import { nativeFunctionToString } from '../../realm/function-to-string.js';
import { analyseScopes } from './analyse.js';
import type { FunctionPlace } from './entries.js';
import type { V8Session } from './inspector.js';
import type { CodeUnit, StaticScript } from './scopes.js';
import { now, Wait } from './wait.js';

/** A script as analysed, with what is needed to find positions in it. */
export interface Script {
  readonly id: string;
  readonly url: string;
  readonly isModule: boolean;
  readonly analysis: StaticScript;
  /** Offsets of the starts of lines. */
  readonly lines: readonly number[];
  readonly startLine: number;
  readonly startColumn: number;
}

/** The text of functions, `Function.prototype.toString` as it was before user code could patch it. */
export function textOf(fn: Function): string {
  return apply(nativeFunctionToString, fn, []) as string;
}

/** The scripts of one run. */
export class Scripts {
  readonly #session: V8Session;
  readonly #known = new Map<string, Script | null>();

  constructor(session: V8Session) {
    this.#session = session;
  }

  /** The script with this id, or null when it cannot be read or parsed. */
  script(id: string): Script | null {
    let script = this.#known.get(id);
    if (script === undefined) {
      script = this.#read(id);
      this.#known.set(id, script);
    }
    return script;
  }

  /** The function or class at a place. A class's constructor is its class. */
  unitAt(place: FunctionPlace): { script: Script; unit: CodeUnit } | null {
    const script = this.script(place.scriptId);
    if (script === null) return null;
    const unit = innermostUnit(script.analysis.units, offsetOf(script, place));
    if (unit === null) return null;
    const isConstructor = unit.classUnit?.node.body.body[unit.element].kind === 'constructor';
    return { script, unit: isConstructor ? (unit.classUnit as CodeUnit) : unit };
  }

  #read(id: string): Script | null {
    const info = this.#session.script(id);
    if (info === undefined) return null;
    const source = this.#session.source(id);
    const before = parsed.get(id);
    if (before?.analysis.source === source) {
      forgetting.begin(keptMs);
      return before;
    }
    const start = now();
    const program = parseScript(source, info.isModule);
    if (program === null) return null;
    const script: Script = {
      id,
      url: info.url,
      isModule: info.isModule,
      analysis: analyseScopes(source, program, info.isModule),
      lines: lineStarts(source),
      startLine: info.startLine,
      startColumn: info.startColumn,
    };
    keep(script, now() - start);
    return script;
  }
}

// What was parsed waits for the next run for as long as parsing took: whoever pickles one closure after the other would read
// the same script each time, and in a bundle it is the whole program. Ids of scripts are never given again; a debugger may
// change a text.
const KEPT_MS_MAX = 1000;
const parsed = new Map<string, Script>();
const forgetting = new Wait(() => {
  parsed.clear();
  keptMs = 0;
});
let keptMs = 0;

function keep(script: Script, parsingMs: number): void {
  parsed.set(script.id, script);
  keptMs = Math.min(KEPT_MS_MAX, keptMs + parsingMs);
  forgetting.begin(keptMs);
}

/** Parses a whole script; null when it is no JavaScript that acorn knows. */
export function parseScript(source: string, isModule: boolean): Node | null {
  try {
    return parse(source, {
      ecmaVersion: 'latest',
      sourceType: isModule ? 'module' : 'script',
      allowReturnOutsideFunction: true,
      allowSuperOutsideMethod: true,
      allowHashBang: true,
      // The text of a class or function alone may have `import.meta`.
      allowImportExportEverywhere: true,
      checkPrivateFields: false,
    });
  } catch {
    return null;
  }
}

/** The place of an offset, as V8 counts. */
export function placeOf(script: Script, offset: number): FunctionPlace {
  let low = 0;
  let high = script.lines.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((script.lines[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  const column = offset - (script.lines[low] as number);
  return {
    scriptId: script.id,
    line: low + script.startLine,
    column: low === 0 ? column + script.startColumn : column,
  };
}

// — helpers —

const apply = Reflect.apply;

function lineStarts(source: string): number[] {
  const starts = [0];
  const lineEnd = /\r\n|[\n\r\u2028\u2029]/g;
  while (lineEnd.exec(source) !== null) starts.push(lineEnd.lastIndex);
  return starts;
}

/** The offset of a place, as the syntax tree counts. */
export function offsetOf(script: Script, place: FunctionPlace): number {
  const line = place.line - script.startLine;
  const column = line === 0 ? place.column - script.startColumn : place.column;
  return (script.lines[line] ?? 0) + column;
}

function innermostUnit(units: readonly CodeUnit[], offset: number): CodeUnit | null {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((units[middle] as CodeUnit).innerStart <= offset) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0; i--) {
    const unit = units[i] as CodeUnit;
    if (unit.innerStart <= offset && offset < unit.end) return unit;
  }
  return null;
}
