// Why a request was not done, as data.

import { BrineError } from '../../src/errors.js';
import { EXIT } from '../commands/command.js';
import { CommandError, describeFailure, exitCodeOf, UsageError } from '../errors.js';
import type { Refusal } from './messages.js';

/** A request that says something wrong. */
export class ParamsError extends Error {}

/** Describes an error. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof BrineError) {
    const { code, message, hint, path } = error;
    return {
      ...{ code, message },
      ...(hint !== undefined && hint !== '' && { hint }),
      ...(typeof path === 'string' && path !== '' && { path }),
      exitCode: exitCodeOf(error),
    };
  }
  if (error instanceof ParamsError) return { code: 'PARAMS', message: error.message, exitCode: EXIT.usage };
  if (error instanceof UsageError || error instanceof CommandError) {
    const { message, hint } = error;
    const exitCode = exitCodeOf(error);
    const code =
      exitCode === EXIT.interrupted ? 'INTERRUPTED' : error instanceof UsageError ? 'USAGE' : 'COMMAND';
    return { code, message, ...(hint !== undefined && { hint }), exitCode };
  }
  return { code: 'INTERNAL', message: describeFailure(error), exitCode: EXIT.failed };
}
