// `.vars`: the names of the session, what they hold, and whether a save would keep them.

import type { VariableRow } from '../../src/session/types.js';
import { displayJson, displayName } from '../display-name.js';
import { bytes, table } from '../format.js';
import type { Style } from '../style.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { plural } from './report.js';

const PREVIEW_WIDTH = 80;

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
  if (given.flags.has('json')) shell.print(displayJson(rows));
  else shell.print(variablesText(rows, shell, filter));
  return EXIT.ok;
}

/** The table of names. */
export function variablesText(
  rows: readonly VariableRow[],
  { style, columns }: { readonly style: Style; readonly columns: number },
  filter?: string,
): string {
  const { dim, red, green, ok, no } = style;
  if (rows.length === 0)
    return filter === undefined ? 'no names yet' : `no name matches ${displayName(filter, 60)}`;
  const saves = { value: ok, link: 'link', lost: `${no} .why` };
  // Only what is still in a file has a size.
  const hasSizes = rows.some((row) => row.bytes !== undefined);
  const sizeCell = (text: string): string[] => (hasSizes ? [text] : []);
  const left = table([
    ['name', 'kind', 'type', 'save', 'since', ...sizeCell('size'), 'preview'],
    ...rows.map((row) => [
      displayName(row.name, 40),
      row.kind,
      displayName(row.type, 40),
      saves[row.save],
      row.cell > 0 ? `In[${row.cell}]` : '',
      ...sizeCell(row.bytes === undefined ? '' : bytes(row.bytes)),
      displayName(row.preview, PREVIEW_WIDTH),
    ]),
  ]).split('\n');
  // The preview gets what room there is.
  const width = Math.max(columns, (left[0] as string).indexOf('preview'));
  const lines = left.map((line) => displayName(line, width).trimEnd());
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
