// `.vars`: the names of the session, what they hold, and whether a save would keep them.

import { withPristineBuiltins } from '../../src/realm/pristine.js';
import type { VariableRow } from '../../src/session/types.js';
import { displayJson, displayName } from '../display-name.js';
import { bytes, fittingRows, hasRoomForLast, stackedRows, table } from '../format.js';
import type { Style } from '../style.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { plural } from './report.js';

const PREVIEW_WIDTH = 80;

/** `.vars [filter]` */
export const varsCommand: Command = {
  name: 'vars',
  usage: '[filter] [-i | --size]',
  summary: 'list the names of the session; -i looks around in them, --size says what they take',
  flags: ['interactive', 'size', 'json'],
  completes: 'name',
  run: vars,
};

async function vars(shell: Shell, given: CommandArguments): Promise<number> {
  if (given.flags.has('interactive')) return lookAround(shell);
  const filter = given.words[0]?.toLowerCase();
  const all = given.flags.has('size') ? await withSizes(shell) : shell.session.variables();
  return withPristineBuiltins(() => {
    const rows = all.filter((row) => filter === undefined || row.name.toLowerCase().includes(filter));
    if (given.flags.has('json')) shell.print(displayJson(rows));
    else shell.print(variablesText(rows, shell, filter));
    return EXIT.ok;
  });
}

async function lookAround(shell: Shell): Promise<number> {
  const { screenFor, Variables } = await import('./browse.js');
  const screen = screenFor(shell, '.vars');
  const variables = new Variables(shell);
  await shell.withTerminal?.(async () => {
    const { browse } = await import('../views/browser.js');
    await browse(variables, screen);
  }, true);
  // Nothing of the view stays on the screen.
  const dropped = variables.dropped().map((name) => displayName(name, 60));
  if (dropped.length > 0) shell.report(`dropped ${dropped.join('  ')}`);
  return EXIT.ok;
}

async function withSizes(shell: Shell): Promise<VariableRow[]> {
  const { sizesOfNames } = await import('./sizes-of-names.js');
  const sizes = await shell.withProgress('answering .vars --size', async (onProgress) =>
    withPristineBuiltins(() => sizesOfNames(shell.session, onProgress)),
  );
  return withPristineBuiltins(() =>
    shell.session.variables().map((row) => ({ ...row, bytes: row.bytes ?? sizes.get(row.name) })),
  );
}

/** The table of names. */
export function variablesText(
  rows: readonly VariableRow[],
  {
    style,
    columns,
    rowColumns,
    excluded = new Set(),
    partial = new Set(),
  }: {
    readonly style: Style;
    readonly columns: number;
    readonly rowColumns?: number | undefined;
    readonly excluded?: ReadonlySet<string>;
    readonly partial?: ReadonlySet<string>;
  },
  filter?: string,
): string {
  const { dim, red, green, ok, no } = style;
  if (rows.length === 0)
    return filter === undefined ? 'no names yet' : `no name matches ${displayName(filter, 60)}`;
  // A part is known to be missing since the last save or load.
  const isPartly = ({ name, save }: VariableRow): boolean => save === 'value' && partial.has(name);
  const saves = { value: ok, link: 'link', lost: `${no} .why` };
  // Otherwise only what is still in a file has a size.
  const hasSizes = rows.some((row) => row.bytes !== undefined);
  const sizeCell = (text: string): string[] => (hasSizes ? [text] : []);
  const cells = [
    ['name', 'kind', 'type', 'save', 'since', ...sizeCell('size'), 'preview'],
    ...rows.map((row) => [
      displayName(row.name, 40),
      row.kind,
      displayName(row.type, 40),
      excluded.has(row.name) ? 'excluded' : isPartly(row) ? 'part .why' : saves[row.save],
      row.cell > 0 ? `In[${row.cell}]` : '',
      ...sizeCell(row.bytes === undefined ? '' : bytes(row.bytes)),
      displayName(row.preview, PREVIEW_WIDTH),
    ]),
  ];
  const fitting = fittingRows(cells, columns, ['since', 'kind']);
  const lost = rows.filter((row) => row.save === 'lost').length;
  const total = plural(rows.length, 'name') + (lost > 0 ? `, ${lost} cannot be saved` : '');
  // With names so long that nothing fits beside them, all stands below.
  if (rowColumns !== undefined && !hasRoomForLast(fitting, columns))
    return `${stackedRows(cells, columns, { isHeaded: true })}\n${total}`;
  const left = table(fitting).split('\n');
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
  return [...painted, total].join('\n');
}
