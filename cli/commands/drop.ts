// `.drop` removes names, `.clear` all of them; a built-in that was hidden comes back.

import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { checkName } from './check-name.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { plural } from './report.js';

/** `.drop <names…>` */
export const dropCommand: Command = {
  name: 'drop',
  isChanging: true,
  usage: '<names…>',
  summary: 'remove names from the session',
  flags: ['json'],
  completes: 'name',
  run: drop,
};

function drop(shell: Shell, given: CommandArguments): number {
  if (given.words.length === 0)
    throw new UsageError('.drop needs a name', '.vars lists them, .clear drops all');
  for (const name of given.words) checkName(shell, name);
  for (const name of given.words) shell.evaluator.drop(name);
  if (given.flags.has('json')) shell.print(displayJson({ dropped: given.words }));
  else shell.report(`dropped ${given.words.map((name) => displayName(name, 60)).join(', ')}`);
  return EXIT.ok;
}

/** `.clear` */
export const clearCommand: Command = {
  name: 'clear',
  isChanging: true,
  usage: '',
  wordsMax: 0,
  summary: 'remove every name from the session',
  flags: ['json'],
  run: clear,
};

function clear(shell: Shell, given: CommandArguments): number {
  const names = shell.evaluator.names();
  shell.evaluator.clear();
  if (given.flags.has('json')) shell.print(displayJson({ dropped: names }));
  else shell.report(names.length === 0 ? 'nothing to drop' : `dropped ${plural(names.length, 'name')}`);
  return EXIT.ok;
}
