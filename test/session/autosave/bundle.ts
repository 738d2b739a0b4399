// What tests of autosave share: the bundle of sessions with autosave, and a folder for the state of each run.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';

/** A bundle and folders for state. */
export interface AutosaveBundle {
  readonly library: LibraryBundle;
  /** A folder that nobody had before. */
  freshRoot(): string;
  remove(): void;
}

/** Bundles sessions with autosave. */
export async function bundleAutosave(): Promise<AutosaveBundle> {
  const library = await bundleLibrary([
    'src/session/index.ts',
    'src/session/autosave/index.ts',
    'src/library/index.ts',
  ]);
  const state = mkdtempSync(join(tmpdir(), 'brine-autosave-'));
  let roots = 0;
  return {
    library,
    freshRoot: () => join(state, String(++roots)),
    remove() {
      library.remove();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
