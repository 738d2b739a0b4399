// `.pin`, `.pins`, `.unpin`: how to make values again that cannot be saved.

import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { fittedTable } from '../format.js';
import { checkName } from './check-name.js';
import { type Command, EXIT, type Shell } from './command.js';

/** `.pin <name> "<expression>"`, or `.pin <name> --run` to make it now. */
export const pinCommand: Command = {
  name: 'pin',
  usage: '<name> ("<expression>" | --run)',
  summary: 'keep an expression that makes a value again; a load asks before it runs',
  flags: ['run', 'json'],
  completes: 'name',
  run: async (shell, given) => {
    const [name, ...words] = given.words;
    const isRunning = given.flags.has('run');
    if (name === undefined || (words.length === 0) !== isRunning)
      throw new UsageError(
        '.pin needs a name and an expression',
        'for example: .pin db "await connect(url)"',
      );
    checkName(shell, name);
    if (isRunning) return runPin(shell, name, given.flags.has('json'));
    shell.session.pin(name, words.join(' '));
    const pin = shell.session.pins().find((one) => one.name === name);
    if (given.flags.has('json')) shell.print(displayJson(pin));
    else shell.report(`${displayName(name, 60)} is made again with ${displayName(pin?.source ?? '', 200)}`);
    return EXIT.ok;
  },
};

/** `.pins` */
export const pinsCommand: Command = {
  name: 'pins',
  usage: '',
  wordsMax: 0,
  summary: 'list the expressions that make values again',
  flags: ['json'],
  run: (shell, given) => {
    const pins = shell.session.pins();
    if (given.flags.has('json')) shell.print(displayJson(pins));
    else if (pins.length === 0) shell.print('nothing is pinned');
    else {
      const rows = pins.map(({ name, source }) => [displayName(name, 40), displayName(source, 200)]);
      shell.print(fittedTable(rows, shell.rowColumns));
    }
    return EXIT.ok;
  },
};

/** `.unpin <names…>` */
export const unpinCommand: Command = {
  name: 'unpin',
  usage: '<names…>',
  summary: 'forget how values are made again',
  flags: ['json'],
  completes: 'name',
  run: (shell, given) => {
    if (given.words.length === 0) throw new UsageError('.unpin needs a name', '.pins lists them');
    const pinned = new Set(shell.session.pins().map(({ name }) => name));
    for (const name of given.words)
      if (!pinned.has(name))
        throw new CommandError(`${displayName(name, 60)} is not pinned`, '.pins lists what is');
    for (const name of given.words) shell.session.unpin(name);
    if (given.flags.has('json')) shell.print(displayJson({ unpinned: given.words }));
    else shell.report(`unpinned ${given.words.map((name) => displayName(name, 60)).join(', ')}`);
    return EXIT.ok;
  },
};

/** Runs a pin and says what came of it. */
export async function runPin(shell: Shell, name: string, isJson = false): Promise<number> {
  const ran = await shell.session.runPin(name);
  const { state, source, error = '' } = ran;
  if (isJson) {
    shell.print(displayJson(ran));
    return state === 'made' ? EXIT.ok : EXIT.failed;
  }
  const { style } = shell;
  const text = `${displayName(name, 60)} ${style.arrow} ${displayName(source, 200)}`;
  if (state === 'made') {
    shell.report(`${style.green(style.ok)} ${text}`);
    return EXIT.ok;
  }
  shell.note(`${style.red(style.no)} ${text}\n  ${displayName(error, 300)}`);
  return EXIT.failed;
}
