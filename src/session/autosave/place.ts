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
  /** The process that started it; missing in notes of earlier releases. */
  readonly parent?: number;
}

/** A folder of a shell that has ended. */
export interface Ended {
  readonly folder: string;
  readonly owner: Owner;
  /** When its journal was last written. */
  readonly lastMs: number;
}

/**
 * The folder of all autosaves: `brine/autosave` in `XDG_STATE_HOME`, or in `~/.local/state`.
 *
 * @param environment  Where `XDG_STATE_HOME` is looked for. Default: `process.env`.
 * @returns An absolute path; nothing need be there.
 * @see the XDG base directories
 * @example
 *   autosaveRoot({ XDG_STATE_HOME: '/state' }); // '/state/brine/autosave'
 */
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
    parent: process.ppid,
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

/** Folders of processes that were left by the one that started them, and that may be about to end. Where the system tells. */
export function leftPlaces(root: string): string[] {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return [];
  }
  return names
    .map((name) => join(root, name))
    .filter((folder) => {
      const owner = ownerOf(folder);
      if (owner?.parent === undefined || !isRunning(owner)) return false;
      const parent = statOf(owner.pid)[1];
      return parent !== undefined && parent !== String(owner.parent);
    });
}

function ownerOf(folder: string): Owner | undefined {
  try {
    // What others could have put there is not offered as one's own work.
    if (othersIn(folder) !== undefined) return undefined;
    const owner = JSON.parse(readPrivate(join(folder, OWNER_FILE))) as Owner;
    const isWhole = typeof owner.pid === 'number' && typeof owner.started === 'string';
    return isWhole && owner.host === hostname() ? owner : undefined;
  } catch {
    return undefined;
  }
}

function endedAt(folder: string): Ended | undefined {
  try {
    const owner = ownerOf(folder);
    if (owner === undefined || isRunning(owner)) return undefined;
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

// When a process was started: field 22 of Linux's /proc/<pid>/stat; the empty string where there is none.
function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

// The fields behind the name, which may hold anything: state, parent, …
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
