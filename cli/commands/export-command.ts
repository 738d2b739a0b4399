// `.export` as a command. What it does is loaded when it is called.

import type { Command } from './command.js';

/** `.export <file>` */
export const exportCommand: Command = {
  name: 'export',
  usage: '<notes.md | .html | .ipynb | .js> [--title <text>] [--no-outputs] [--overwrite]',
  summary: 'write the cells, what they showed and the variables as a page, a notebook or a program',
  flags: ['json', 'overwrite', 'no-outputs'],
  valued: ['title'],
  completes: 'file',
  run: async (shell, given) => {
    const { exportSession } = await import('./export.js');
    return exportSession(shell, given, '.export');
  },
};
