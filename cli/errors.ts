// Errors as the command line prints them, and the exit codes they stand for.

import { BrineError } from '../src/errors.js';
import { EXIT } from './commands/command.js';
import { displayLines, displayName } from './display-name.js';
import { FOLDER_GONE, FOLDER_GONE_HINT, isFolderGone } from './working-folder.js';

const REFUSED = /^(?:SNAPSHOT|PROTOCOL|LIMIT|RESTRICTED|UNPICKLE|SIGNATURE|ENCRYPTED)/;

/** A mistake in how a command was called. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** A command that could not do what it was asked. */
export class CommandError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: number;
  constructor(message: string, hint?: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The exit code that an error of a command stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof CommandError) return error.exitCode;
  if (!(error instanceof BrineError)) return EXIT.failed;
  if (error.code === 'PICKLE_UNSAVABLE' || error.code === 'SESSION_LOSSY') return EXIT.lossy;
  if (error.code === 'SESSION_SECRET') return EXIT.refused;
  return REFUSED.test(error.code) ? EXIT.refused : EXIT.failed;
}

/** What a command prints when it failed: what, and on a second line what to do. */
export function describeFailure(error: unknown): string {
  if (error instanceof BrineError || error instanceof UsageError || error instanceof CommandError) {
    const hint = error.hint === undefined ? '' : `\n  ${displayName(error.hint)}`;
    const code = error instanceof BrineError ? `  [${error.code}]` : '';
    // A line end in it is a name's.
    return `${displayName(error.message)}${hint}${code}`;
  }
  if (isFolderGone(error)) return `${FOLDER_GONE}\n  ${FOLDER_GONE_HINT}`;
  return displayLines(error instanceof Error ? (error.stack ?? String(error)) : String(error));
}
