// The working directory that is gone: somebody removed it, or it may not be looked at. Node says so with an error of its own from
// wherever it is asked first.

import process from 'node:process';

/** What is said of it, and what to do. */
export const FOLDER_GONE = 'the working directory is gone: it was removed, or cannot be read';
export const FOLDER_GONE_HINT = 'go into a folder that is there, and start brine again';

/** True for the error of Node that says so. */
export function isFolderGone(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'uv_cwd';
}

/** True where there is a working directory; once Node has said so, it says so for ever. */
export function hasWorkingFolder(): boolean {
  try {
    process.cwd();
    return true;
  } catch {
    return false;
  }
}
