// `.why`: what a save would leave out, with the path, the reason and the cure. Saves nothing.

import { nearestName } from '../../src/store/nearest-name.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { whyText } from './report.js';

/** `.why [name]` */
export const whyCommand: Command = {
  name: 'why',
  usage: '[name]',
  summary: 'say what a save would leave out, and why',
  flags: ['json'],
  completes: 'name',
  run: why,
};

function why(shell: Shell, given: CommandArguments): number {
  const name = given.words[0];
  if (name !== undefined) checkName(shell, name);
  const losses = shell.session.losses(name);
  if (given.flags.has('json')) shell.print(displayJson(losses));
  else if (losses.length > 0) shell.print(whyText(losses, shell.style, shell.columns));
  else {
    const what = name === undefined ? 'every name' : displayName(name, 60);
    shell.print(`${shell.style.green(shell.style.ok)} ${what} can be saved`);
  }
  return EXIT.ok;
}

/** Refuses a name that the session does not have, and says which one was meant. */
export function checkName(shell: Shell, name: string): void {
  if (shell.evaluator.has(name)) return;
  const near = nearestName(name, shell.evaluator.names());
  throw new CommandError(
    `there is no ${displayName(name, 60)}`,
    near === undefined ? '.vars lists the names' : `did you mean ${displayName(near, 60)}?`,
  );
}
