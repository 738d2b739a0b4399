// `.load data.pkl --import`: the plain data of a Python pickle or of a JSON file as one name of the session. A person who
// gives such a file without the flag is asked.
//
// Runs nothing of the file, and gives no name a new value without being told to.

import { isSnapshot, kindOfFile } from '../../src/format/index.js';
import { readFileBytes } from '../../src/store/index.js';
import { isEncrypted } from '../../src/trust/index.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { fittedTable } from '../format.js';
import { askOneOf } from './ask.js';
import { type CommandArguments, EXIT, type Shell } from './command.js';
import { checkKind, startOf } from './foreign-file.js';
import { nameOfFile, namesOf, type PlainData, readPlain } from './plain-file.js';

/** Imports a file of plain data; undefined for a file that is to be loaded, an exit code otherwise. */
export async function importPlain(
  shell: Shell,
  file: string,
  given: CommandArguments,
): Promise<number | undefined> {
  const start = await startOf(file);
  if (start === undefined) return undefined;
  const isWanted = given.flags.has('import');
  const shown = displayName(file);
  if (isSnapshot(start) || isEncrypted(start)) {
    if (isWanted) throw new UsageError(`${shown} is a snapshot`, `.load ${shown} brings its names back`);
    return undefined;
  }
  const kind = kindOfFile(start);
  const isPlain = kind?.name === 'a Python pickle' || kind?.name === 'JSON';
  if (!isPlain && !isWanted) return undefined;
  const name = given.values.get('as')?.at(-1) ?? nameOfFile(file);
  if (!isWanted) {
    if (!shell.isInteractive) checkKind(file, start);
    const question = `${shown} is ${kind?.name ?? 'no snapshot'}; take its plain data as ${displayName(name, 40)}?`;
    const answers = ['[y]es', '[n]o'];
    if ((await askOneOf(shell, `${question} ${answers.join(', ')}:`, answers)) !== 'y') {
      shell.report('nothing was loaded');
      return EXIT.ok;
    }
  }
  checkFree(shell, name, given);
  const data = await readPlain(file, await readFileBytes(file));
  const [[, value] = []] = namesOf(data.value, name);
  shell.evaluator.define({ name, kind: 'let', cell: 0 }, value);
  sayImported(shell, { file, name, data, isJson: given.flags.has('json') });
  return EXIT.ok;
}

function checkFree(shell: Shell, name: string, { flags }: CommandArguments): void {
  if (!shell.evaluator.has(name) || flags.has('take') || flags.has('replace')) return;
  throw new CommandError(
    `${displayName(name, 60)} is here already`,
    `--take gives it the new value, --as another gives that another name`,
  );
}

function sayImported(
  shell: Shell,
  {
    file,
    name,
    data: { from, losses },
    isJson,
  }: {
    readonly file: string;
    readonly name: string;
    readonly data: PlainData;
    readonly isJson: boolean;
  },
): void {
  if (isJson) {
    shell.print(displayJson({ source: file, from, name, losses }));
    return;
  }
  const { style } = shell;
  const rows = losses.map(({ what, became = '' }) => [
    '  changed',
    `${displayName(what, 80)} ${style.arrow} ${displayName(became, 40)}`,
  ]);
  shell.report(
    [
      `${losses.length === 0 ? style.green(style.ok) : style.yellow(style.warning)} ${displayName(file)}   imported: ${displayName(name, 60)} holds its data`,
      ...(rows.length > 0 ? [fittedTable(rows, shell.rowColumns)] : []),
    ].join('\n'),
  );
}
