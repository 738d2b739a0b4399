// Takes out of an error's stack what is not the user's: the frames below a cell.
//
// Knows nothing of how stacks are shown.

import { types } from 'node:util';
import { withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import type { ColumnShift } from './tree.js';

const OWN_FRAME = /^\s+at (?:new )?(?:Script|sigintHandlersWrap|(?:Script\.)?runInThisContext)\b.*\(node:vm:/;
const ESCAPES = /\u001b\[[0-9;]*m/g;

/** Where the code of a cell stands otherwise than as it was typed. */
export interface CellFrame {
  /** The lines on which the wrapper of a cell that awaits is called. */
  readonly wrapperLines: Set<number>;
  readonly shifts: ColumnShift[];
}

/**
 * Shortens the stack of a native error to the frames above the evaluator, and makes columns those of the text as typed.
 *
 * @param error  Whatever was thrown; only native errors are touched.
 * @param cells  The cells whose frames need it, by their name in stack traces.
 */
export function trimStack(error: unknown, cells: ReadonlyMap<string, CellFrame>): void {
  if (!types.isNativeError(error)) return;
  try {
    // To read it may run a hook of the user's.
    const stack: unknown = withSessionBuiltins(() => error.stack);
    if (typeof stack !== 'string') return;
    const value = withPristineBuiltins(() => trimmed(stack, cells));
    if (value !== stack) Object.defineProperty(error, 'stack', { value, configurable: true, writable: true });
  } catch {
    // An error that will not be read or changed keeps its stack.
  }
}

function trimmed(stack: string, cells: ReadonlyMap<string, CellFrame>): string {
  const lines = stack.split('\n');
  const cut = lines.findIndex((line) => OWN_FRAME.test(line));
  const kept: string[] = [];
  for (const line of cut < 0 ? lines : lines.slice(0, cut)) {
    const frame = line.startsWith('    at ') ? asTyped(line, cells) : line;
    if (frame !== undefined && frame !== kept.at(-1)) kept.push(frame);
  }
  return kept.join('\n');
}

/**
 * Drops the evaluator's own frames from a text that shows errors: those inside of other values, which cannot be reached
 * to be trimmed.
 */
export function withoutOwnFrames(text: string): string {
  if (!text.includes('node:vm') && !text.includes(HERE)) return text;
  const kept: string[] = [];
  let isBelow = false;
  for (const line of text.split('\n')) {
    const plain = line.replace(ESCAPES, '');
    const isFrame = /^\s+at /.test(plain);
    isBelow = isFrame && (isBelow || OWN_FRAME.test(plain));
    if (!isBelow && !(isFrame && plain.includes(HERE))) kept.push(line);
    else {
      // What follows the last frame belongs to the value: the properties of the error, the end of a list.
      const tail = /(?:(?: \{)|[\]})]+,?|,)$/.exec(plain.replace(/\(.*\)/, ''))?.[0];
      if (tail !== undefined && kept.length > 0) kept[kept.length - 1] += tail;
    }
  }
  return kept.join('\n');
}

function asTyped(frame: string, cells: ReadonlyMap<string, CellFrame>): string | undefined {
  if (isInside(frame)) return undefined;
  const place = /^(.*?([^\s(]+):)(\d+):(\d+)(\)?)$/.exec(frame);
  const cell = place === null ? undefined : cells.get(place[2]!);
  if (place === null || cell === undefined) return frame;
  const line = Number(place[3]);
  const column = Number(place[4]);
  if (cell.wrapperLines.has(line) && column === 3) return undefined;
  let moved = 0;
  for (const shift of cell.shifts) {
    const { origin } = shift;
    if (
      origin !== undefined &&
      shift.line === line &&
      column >= shift.column &&
      column < shift.column + origin.length
    )
      return `${place[1]}${origin.line}:${origin.column}${place[5]}`;
    // A frame inside of what was put there is that of the place.
    if (shift.line === line && shift.column <= column) moved += Math.min(shift.by, column - shift.column);
  }
  return `${place[1]}${line}:${column - moved}${place[5]}`;
}

// Frames of Node's own and of this program, below and between the user's.
function isInside(frame: string): boolean {
  return (
    /\(node:internal\//.test(frame) || /at (?:async )?node:internal\//.test(frame) || frame.includes(HERE)
  );
}

// The bundle's folder; unbundled, that of the evaluator.
const HERE = new URL(import.meta.url.includes('/chunks/') ? '..' : '.', import.meta.url).href;
