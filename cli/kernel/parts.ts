// What a cell is made of: code, and lines that are commands, `.save work.pkl` as at the prompt or `%save work.pkl`. All code between
// two commands is one cell.

import { splitInput } from '../../src/evaluator/statements.js';
import { commandName, isCommandLine } from '../commands/index.js';

/** A part of a cell. */
export interface CellPart {
  readonly kind: 'code' | 'command';
  /** The code, or the command as at the prompt. */
  readonly text: string;
  /** 0-based. */
  readonly line: number;
}

/** The parts of a text in order; what is empty has none. */
export function partsOf(text: string): CellPart[] {
  if (!/^\s*[.%][A-Za-z]/m.test(text)) return text.trim() === '' ? [] : [{ kind: 'code', text, line: 0 }];
  const parts: CellPart[] = [];
  const lines = text.split('\n');
  const isCommand = (line: string): boolean => {
    const dotted = dottedOf(line);
    // A line that can only be a command is one, also when there is no such command.
    return dotted !== undefined && (isCommandLine(dotted) || line.trimStart().startsWith('%'));
  };
  const pieces = splitInput(text, isCommand);
  // Comments alone are no cell.
  const addCode = (from: number, to: number): void => {
    if (pieces.some(({ kind, line }) => kind === 'code' && line >= from && line < to))
      parts.push({ kind: 'code', text: lines.slice(from, to).join('\n'), line: from });
  };
  let from = 0;
  for (const { text: command, line } of pieces.filter(({ kind }) => kind === 'command')) {
    addCode(from, line);
    parts.push({ kind: 'command', text: dottedOf(command) as string, line });
    from = line + 1;
  }
  addCode(from, lines.length);
  return parts.map((part) => unknownCommand(part) ?? part);
}

/** `%save work.pkl` as `.save work.pkl`; undefined for a line that is neither. */
function dottedOf(line: string): string | undefined {
  const dotted = line.replace(/^(\s*)%(?=[A-Za-z])/, '$1.').trim();
  return commandName(dotted) === undefined ? undefined : dotted;
}

// No code begins with `.name`.
function unknownCommand({ kind, text, line }: CellPart): CellPart | undefined {
  const [first = ''] = text.trim().split('\n', 1);
  if (kind !== 'code' || commandName(first) === undefined) return undefined;
  return { kind: 'command', text: first, line };
}
