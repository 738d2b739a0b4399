// `.history`: the cells of the session with their numbers and times.

import type { Cell } from '../../src/evaluator/index.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { duration } from '../format.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { plural } from './report.js';

const SHOWN = 20;

/** `.history [n] [text]` */
export const historyCommand: Command = {
  name: 'history',
  usage: '[n] [text] [--full]',
  summary:
    'list the last cells, of those with a text in them when one is given; --full shows all of their lines',
  flags: ['full', 'json'],
  run: history,
};

function history(shell: Shell, given: CommandArguments): number {
  const [first] = given.words;
  const hasCount = first !== undefined && /^\d+$/.test(first);
  const wanted = hasCount ? Number(first) : SHOWN;
  if (wanted < 1) throw new UsageError('.history takes a number of cells from 1 on');
  const text = given.words
    .slice(hasCount ? 1 : 0)
    .join(' ')
    .toLowerCase();
  const cells = shell.evaluator.cells
    .filter(({ source }) => source.toLowerCase().includes(text))
    .slice(-wanted);
  if (given.flags.has('json')) shell.print(displayJson(cells));
  else if (cells.length === 0)
    shell.print(text === '' ? 'no cells yet' : `no cell has ${displayName(text, 60)} in it`);
  else shell.print(historyText(shell, cells, given.flags.has('full')));
  return EXIT.ok;
}

function historyText({ columns, style }: Shell, cells: readonly Cell[], isFull: boolean): string {
  const numberWidth = Math.max(...cells.map(({ number }) => String(number).length)) + 1;
  const textWidth = Math.max(20, columns - numberWidth - 15);
  return cells
    .flatMap(({ number, source, durationMs, isError }) => {
      const lines = source.trim().split('\n');
      const rest = isFull ? lines.slice(1) : [];
      // Shown in full it may go on below.
      const width = isFull ? Number.POSITIVE_INFINITY : textWidth;
      const more =
        lines.length > 1 && !isFull ? ` ${style.ellipsis} ${plural(lines.length - 1, 'more line')}` : '';
      const text = displayName(lines[0]!, Math.max(10, width - more.length)) + more;
      const isLong = text.length > textWidth;
      const took = isLong ? duration(durationMs) : duration(durationMs).padStart(8);
      const mark = isError ? style.red(style.no) : ' ';
      return [
        `${String(number).padStart(numberWidth)} ${mark} ${text.padEnd(textWidth)}  ${style.dim(took)}`,
        ...rest.map((line) => `${' '.repeat(numberWidth + 3)}${displayName(line)}`.trimEnd()),
      ];
    })
    .join('\n');
}
