// `.history`: the cells of the session with their numbers and times.

import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { duration } from '../format.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

const SHOWN = 20;

/** `.history [n]` */
export const historyCommand: Command = {
  name: 'history',
  usage: '[n]',
  summary: 'list the last cells',
  flags: ['json'],
  run: history,
};

function history(shell: Shell, given: CommandArguments): number {
  const wanted = Number(given.words[0] ?? SHOWN);
  if (!Number.isInteger(wanted) || wanted < 1) throw new UsageError('.history takes a number of cells');
  const cells = shell.historyCells().slice(-wanted);
  if (given.flags.has('json')) {
    shell.print(displayJson(cells));
    return EXIT.ok;
  }
  if (cells.length === 0) shell.print('no cells yet');
  else shell.print(historyText(shell, cells));
  return EXIT.ok;
}

function historyText({ columns, style }: Shell, cells: ReturnType<Shell['historyCells']>): string {
  const numberWidth = String(cells.at(-1)!.number).length + 1;
  const textWidth = Math.max(20, columns - numberWidth - 14);
  return cells
    .map(({ number, source, durationMs }) => {
      const lines = source.trim().split('\n');
      const more = lines.length > 1 ? ` ${style.ellipsis} ${lines.length - 1} more lines` : '';
      const text = displayName(lines[0]!, Math.max(10, textWidth - more.length)) + more;
      return `${String(number).padStart(numberWidth)}  ${text.padEnd(textWidth)}  ${style.dim(duration(durationMs).padStart(8))}`;
    })
    .join('\n');
}
