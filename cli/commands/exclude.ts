// `.exclude`: names that this session's saves leave out from here on.

import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { nameLines } from '../format.js';
import { checkName } from './check-name.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

/** `.exclude [names…]` */
export const excludeCommand: Command = {
  name: 'exclude',
  usage: '[names…] [--not]',
  summary:
    'leave names out of every save of this session from here on; --not saves them again; without names, list them',
  flags: ['not', 'json'],
  completes: 'name',
  run: exclude,
};

function exclude(shell: Shell, given: CommandArguments): number {
  const { excluded } = shell;
  const isTakenBack = given.flags.has('not');
  if (isTakenBack && given.words.length === 0)
    throw new UsageError('.exclude --not needs a name', '.exclude lists what is excluded');
  for (const name of given.words) {
    if (isTakenBack) {
      if (!excluded.has(name))
        throw new UsageError(`${displayName(name, 60)} is not excluded`, '.exclude lists what is excluded');
    } else checkName(shell, name);
  }
  for (const name of given.words) {
    if (isTakenBack) excluded.delete(name);
    else excluded.add(name);
  }
  const names = [...excluded].sort();
  if (given.flags.has('json')) shell.print(displayJson({ excluded: names }));
  else if (names.length === 0) shell.report('nothing is excluded');
  else shell.report(nameLines('excluded  ', names, shell.columns).join('\n'));
  return EXIT.ok;
}
