// Refuses names that the session does not have.

import { nearestName } from '../../src/nearest-name.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import type { Shell } from './command.js';

/** Refuses a name that the session does not have, and says which one was meant. */
export function checkName(shell: Shell, name: string): void {
  if (shell.evaluator.has(name)) return;
  const near = nearestName(name, shell.evaluator.names());
  throw new CommandError(
    `there is no ${displayName(name, 60)}`,
    near === undefined ? '.vars lists the names' : `did you mean ${displayName(near, 60)}?`,
  );
}
