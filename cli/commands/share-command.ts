// `.share` as a command. What it does is loaded when it is called.

import type { Command } from './command.js';

/** `.share <file>` */
export const shareCommand: Command = {
  name: 'share',
  usage:
    '<file> [names…] [--note <text>] [--author <name>] [--exclude <names>] [--embed <package>] [--redact | --with-secrets] [--encrypt] [--no-outputs] [--overwrite]',
  summary: 'write a snapshot for others: signed by you, with the history, what it showed and a note',
  flags: ['json', 'redact', 'with-secrets', 'encrypt', 'no-outputs', 'overwrite'],
  valued: ['note', 'author', 'exclude', 'embed'],
  completes: 'file',
  run: async (shell, given) => {
    const { shareSession } = await import('./share.js');
    return shareSession(shell, given);
  },
};
