// Loads zeromq, which is an optional package, and says how to install it when it is missing.

import { CommandError } from '../errors.js';

/** The version that brine was tried with. */
export const ZEROMQ_VERSION = '6.8.0';

/** Loads it. Throws a `CommandError` with the line that installs it. */
export async function loadZeromq(): Promise<typeof import('zeromq')> {
  try {
    return await import('zeromq');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    const [reason] = message.split('\n', 1);
    throw new CommandError(
      isMissing
        ? 'the Jupyter kernel needs the package zeromq, which is not installed'
        : `zeromq does not load here: ${reason}`,
      `npm install zeromq@${ZEROMQ_VERSION}, where brine is installed (with -g when that was)`,
    );
  }
}
