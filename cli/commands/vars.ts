// `.vars`: the names of the session, what they hold, and whether a save would keep them.

import type { VariableRow } from '../../src/session/types.js';
import { displayName } from '../display-name.js';
import { table } from '../format.js';
import type { Style } from '../style.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { plural } from './report.js';

/** `.vars [filter]` */
export const varsCommand: Command = {
  name: 'vars',
  usage: '[filter]',
  summary: 'list the names of the session',
  flags: ['json'],
  completes: 'name',
  run: vars,
};

function vars(shell: Shell, given: CommandArguments): number {
  const filter = given.words[0]?.toLowerCase();
  const rows = shell.session
    .variables()
    .filter((row) => filter === undefined || row.name.toLowerCase().includes(filter));
  if (given.flags.has('json')) shell.print(JSON.stringify(rows));
  else shell.print(variablesText(rows, shell.style, filter));
  return EXIT.ok;
}

/** The table of names. */
export function variablesText(
  rows: readonly VariableRow[],
  { dim, red, green, ok, no }: Style,
  filter?: string,
): string {
  if (rows.length === 0)
    return filter === undefined ? 'no names yet' : `no name matches ${displayName(filter, 60)}`;
  const saves = { value: ok, link: 'link', lost: `${no} .why` };
  const lines = table([
    ['name', 'kind', 'type', 'save', 'since'],
    ...rows.map((row) => [
      displayName(row.name, 40),
      row.kind,
      displayName(row.type, 40),
      saves[row.save],
      row.cell > 0 ? `In[${row.cell}]` : '',
    ]),
  ]).split('\n');
  const painted = lines.map((line, index) => {
    if (index === 0) return dim(line);
    const row = rows[index - 1]!;
    return row.save === 'lost'
      ? line.replace(saves.lost, red(saves.lost))
      : line.replace(saves.value, green(saves.value));
  });
  const lost = rows.filter((row) => row.save === 'lost').length;
  return [...painted, plural(rows.length, 'name') + (lost > 0 ? `, ${lost} cannot be saved` : '')].join('\n');
}
