// `.rerun`: runs earlier cells again, as new cells of this session.

import { displayJson } from '../display-name.js';
import { cellsOf } from './cells.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

/** `.rerun [n | n-m]…` */
export const rerunCommand: Command = {
  name: 'rerun',
  usage: '[n | n-m]…',
  summary:
    'run earlier cells again as new ones, the last one when none is named; stops at the first that fails',
  flags: ['json'],
  run: rerun,
};

async function rerun(shell: Shell, given: CommandArguments): Promise<number> {
  const wanted = cellsOf(shell.evaluator.cells, given.words);
  const ran: { readonly from: number; readonly number: number; readonly isError: boolean }[] = [];
  for (const { number: from, source } of wanted) {
    const cell = await shell.runCell(source.trim());
    if (cell === undefined) break;
    ran.push({ from, number: cell.number, isError: cell.isError });
    if (cell.isError) break;
  }
  if (given.flags.has('json')) shell.print(displayJson(ran));
  const isWhole = ran.length === wanted.length && ran.every(({ isError }) => !isError);
  return isWhole ? EXIT.ok : EXIT.failed;
}
