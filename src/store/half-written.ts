// The files that this process has made and not yet finished with: temporary files, claims, a copy of what is to be replaced. Whoever
// ends the process by a signal can take them along; a process that is killed outright leaves them to the next save.
//
// Knows nothing of signals, and of what the files are.

import { unlinkSync } from 'node:fs';

const paths = new Set<string>();
let watcher: ((isSome: boolean) => void) | undefined;

/** Says that a file of this process is there until {@link finished}. */
export function begun(path: string): void {
  paths.add(path);
  if (paths.size === 1) watcher?.(true);
}

/** Says that a file is what it was to become, or is gone. */
export function finished(path: string): void {
  if (paths.delete(path) && paths.size === 0) watcher?.(false);
}

/** Removes what is there. Throws nothing. */
export function removeHalfWritten(): void {
  for (const path of paths) {
    try {
      unlinkSync(path);
    } catch {} // It is gone, or the next save sweeps it.
  }
  paths.clear();
}

/** Tells one listener when there begins to be something, and when there is nothing any more. */
export function watchHalfWritten(listener: ((isSome: boolean) => void) | undefined): void {
  watcher = listener;
}
