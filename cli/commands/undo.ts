// `.undo` takes the last cell's changes back, `.redo` returns them, `.checkpoint` and `.rollback` go further: real state,
// rebuilt from snapshots, not only bindings.

import { statSync } from 'node:fs';
import { diff } from '../../src/detect/index.js';
import type { RewindReport } from '../../src/session/autosave/index.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { ago, bytes, fittedTable, nameLines } from '../format.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { withFile } from './diff.js';
import { plural } from './report.js';

/** Cells shown one by one. */
const CELLS_SHOWN = 5;

/** `.undo` */
export const undoCommand = step('undo', 'take back what the last cell changed, in objects too', 'took back');

/** `.redo` */
export const redoCommand = step('redo', 'return what .undo took back', 'returned');

/** `.checkpoint [name]` */
export const checkpointCommand: Command = {
  name: 'checkpoint',
  usage: '[name]',
  wordsMax: 1,
  summary: 'keep the state under a name for .rollback; without a name, list them',
  flags: ['json'],
  run: checkpoint,
};

/** `.rollback <name>` */
export const rollbackCommand: Command = {
  name: 'rollback',
  usage: '<name> [--force]',
  wordsMax: 1,
  summary: 'go to the state of a checkpoint; .undo leads back',
  flags: ['force', 'json'],
  run: async (shell, given) => {
    const [name] = given.words;
    if (name === undefined) throw new UsageError('.rollback needs a name', '.checkpoint lists them');
    const report = await rewindOf(shell).rollback(name, optionsOf(given));
    return tell(shell, given, `back at ${displayName(name, 40)}, before`, report);
  },
};

function step(name: 'undo' | 'redo', summary: string, did: string): Command {
  return {
    name,
    usage: '[--force]',
    wordsMax: 0,
    summary,
    flags: ['force', 'json'],
    run: async (shell, given) => tell(shell, given, did, await rewindOf(shell)[name](optionsOf(given))),
  };
}

function rewindOf({ rewind }: Shell): NonNullable<Shell['rewind']> {
  if (rewind !== undefined) return rewind;
  throw new UsageError(
    'going back is for a prompt',
    'in a pipe or a script, keep states yourself: .save before.pkl',
  );
}

function optionsOf(given: CommandArguments): { isForced: boolean } {
  return { isForced: given.flags.has('force') };
}

async function checkpoint(shell: Shell, given: CommandArguments): Promise<number> {
  const rewind = rewindOf(shell);
  const [name] = given.words;
  if (name !== undefined) {
    const point = await rewind.checkpoint(name);
    if (given.flags.has('json')) shell.print(displayJson({ name, names: point.names, bytes: point.bytes }));
    else
      shell.report(
        `checkpoint ${displayName(name, 40)}: ${plural(point.names.length, 'name')}, ${bytes(point.bytes)}`,
      );
    return EXIT.ok;
  }
  const rows = [...rewind.checkpoints].map(([one, point]) => ({
    name: one,
    names: point.names.length,
    bytes: point.bytes,
    atMs: point.atMs,
  }));
  if (given.flags.has('json')) shell.print(displayJson(rows));
  else if (rows.length === 0) shell.report('no checkpoint yet: .checkpoint <name> makes one');
  else {
    const text = rows.map((row) => [
      displayName(row.name, 40),
      plural(row.names, 'name'),
      bytes(row.bytes),
      ago(row.atMs, Date.now()),
    ]);
    shell.print(fittedTable(text, shell.rowColumns));
  }
  return EXIT.ok;
}

async function tell(
  shell: Shell,
  given: CommandArguments,
  did: string,
  report: RewindReport,
): Promise<number> {
  const changed = await changedBetween(report);
  if (given.flags.has('json')) {
    const { left: _, reached: __, ...told } = report;
    shell.print(displayJson({ ...told, ...(changed !== undefined && { changed }) }));
    return EXIT.ok;
  }
  const { style, columns } = shell;
  const { cells, dropped, kept, names } = report;
  const what = cells.length === 0 ? 'what commands changed' : plural(cells.length, 'cell');
  const isNothing = changed?.length === 0 && dropped.length === 0;
  const whole =
    changed === undefined ? `; ${plural(names.length, 'name')}` : isNothing ? ': no name differs' : '';
  const lines = [`${style.green(style.ok)} ${did} ${what}${whole}`];
  for (const { number, source } of cells.slice(-CELLS_SHOWN))
    lines.push(
      `  In[${number}]  ${displayName(source.replace(/\s+/g, ' ').trim(), Math.max(20, columns - 14))}`,
    );
  lines.push(
    ...nameLines('  changed   ', changed ?? [], columns),
    ...nameLines('  dropped   ', dropped, columns),
    ...nameLines('  untouched ', kept, columns),
  );
  shell.report(lines.join('\n'));
  return EXIT.ok;
}

/** Larger states are not compared. */
const COMPARED_BYTES_MAX = 4e6;

// The names whose values differ between the two states; undefined where that would take long. What is gone is no part of it.
async function changedBetween({ left, reached, names }: RewindReport): Promise<string[] | undefined> {
  if (left === '' || reached === '') return [...names];
  if ([left, reached].some((path) => statSync(path).size > COMPARED_BYTES_MAX)) return undefined;
  const { unchanged } = await withFile(left, (before) => withFile(reached, (after) => diff(before, after)));
  const same = new Set(unchanged);
  return names.filter((name) => !same.has(name));
}
