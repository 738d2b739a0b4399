// What the command line needs of a session.

import type { UndoneSave } from '../src/session/named.js';
import type { PinRun } from '../src/session/pins.js';
import type { NamedSession } from '../src/session/places.js';
import type { StoredSession } from '../src/session/stored.js';
import type {
  LoadOptions,
  LoadReport,
  Loss,
  Pin,
  ProgressListener,
  SaveOptions,
  SaveReport,
  SessionSnapshot,
  VariableRow,
} from '../src/session/types.js';

/** The session as commands see it. */
export interface SessionLike {
  save(target: string | NamedSession | StoredSession, options?: SaveOptions): Promise<SaveReport>;
  saveSync(target: string | NamedSession, options?: SaveOptions): SaveReport;
  load(source: string | NamedSession | StoredSession, options?: LoadOptions): Promise<LoadReport>;
  undoSave(name: string): Promise<UndoneSave>;
  prepare(): void;
  variables(): VariableRow[];
  losses(name?: string): Loss[];
  snapshot(names?: readonly string[], onProgress?: ProgressListener): SessionSnapshot;
  pin(name: string, source: string): void;
  unpin(name: string): boolean;
  pins(): Pin[];
  runPin(name: string): Promise<PinRun>;
}
