// Where autosaves lie: a folder a running shell, with a note of who writes in it. Tells which of them belong to a shell
// that has ended. Knows nothing of what journals say.

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { StoreError } from '../../errors.js';
import { makeOwnFolder, othersIn } from '../../store/own-folder.js';

/** The names of files in a folder. */
export const OWNER_FILE = 'owner.json';
export const JOURNAL_FILE = 'journal.jsonl';

/** Who writes in a folder. */
export interface Owner {
  readonly pid: number;
  /** When the process started, as the system counts it; tells a process from a later one of the same number. */
  readonly started: string;
  readonly host: string;
  readonly workingDirectory: string;
  readonly startedAtMs: number;
}

/** A folder of a shell that has ended. */
export interface Ended {
  readonly folder: string;
  readonly owner: Owner;
  /** When its journal was last written. */
  readonly lastMs: number;
}

/** The folder of all autosaves: `brine/autosave` in `XDG_STATE_HOME`, or in `~/.local/state`. */
export function autosaveRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment['XDG_STATE_HOME'];
  const base = state !== undefined && isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(base, 'brine', 'autosave');
}

/** Makes a folder for this process; readable by nobody else. Throws STORE_WRITE where others could put something there. */
export function makePlace(root: string): string {
  makeOwnFolder(root);
  const reason = othersIn(root);
  if (reason !== undefined)
    throw new StoreError('STORE_WRITE', `cannot keep autosaves in "${root}": ${reason.why}`, {
      path: root,
      hint: reason.hint,
    });
  const folder = join(root, `${process.pid}-${randomBytes(6).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 });
  const owner: Owner = {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    workingDirectory: process.cwd(),
    startedAtMs: Date.now(),
  };
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify(owner), { mode: 0o600, flag: 'wx' });
  return folder;
}

/** Folders of shells of this machine that have ended, newest first. What cannot be read is passed over. */
export function endedPlaces(root: string): Ended[] {
  let names: string[];
  try {
    if (othersIn(root) !== undefined) return [];
    names = readdirSync(root);
  } catch {
    return [];
  }
  const found = names.flatMap((name) => endedAt(join(root, name)) ?? []);
  return found.sort((a, b) => b.lastMs - a.lastMs);
}

function endedAt(folder: string): Ended | undefined {
  try {
    // What others could have put there is not offered as one's own work.
    if (othersIn(folder) !== undefined) return undefined;
    const owner = JSON.parse(readPrivate(join(folder, OWNER_FILE))) as Owner;
    if (typeof owner.pid !== 'number' || typeof owner.started !== 'string' || owner.host !== hostname())
      return undefined;
    if (isRunning(owner)) return undefined;
    const { mtimeMs } = lstatSync(join(folder, JOURNAL_FILE));
    return { folder, owner, lastMs: mtimeMs };
  } catch {
    return undefined;
  }
}

/** Reads a small file that must be a file and no link. */
export function readPrivate(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    if (!fstatSync(file).isFile()) throw new Error('not a file');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Removes a folder with everything in it; a folder that is gone is no failure. */
export function removePlace(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function isRunning({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return now === '' || started === '' || now === started;
}

// Field 22 of Linux's /proc/<pid>/stat; the empty string where there is none. The name before it may hold anything.
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
