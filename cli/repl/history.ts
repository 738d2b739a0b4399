// The history across sessions: one JSON line a cell in a file of one's own.
//
// `BRINE_HISTORY` names the file; the empty string or the null device turn it off. What cannot be read or written is
// left alone: a prompt without history is better than none. A link is neither read nor written through.

import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { devNull, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { withoutSecrets } from '../../src/stores/addresses.js';

/** Entries kept for the Up key. */
export const ENTRIES_MAX = 1000;
/** The file is cut to its newest entries when it is longer than this. */
const FILE_BYTES_MAX = 2_000_000;
/** A longer cell, which is data rather than code, is not kept. */
const CELL_CHARACTERS_MAX = 100_000;

/** One line of the file. */
interface Entry {
  readonly cell: string;
  readonly time: number;
  readonly cwd: string;
}

/** The file of the history, or undefined when it is turned off. */
export function historyFile(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const wanted = environment['BRINE_HISTORY'];
  if (wanted === '' || wanted === devNull || wanted === '/dev/null') return undefined;
  if (wanted !== undefined) return wanted;
  const state = environment['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(state, 'brine', 'history.jsonl');
}

/** The history of one prompt. */
export class History {
  /** Newest first. */
  readonly cells: string[] = [];
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined) return;
    const entries = readEntries(file);
    for (const { cell } of entries) this.#remember(cell);
    if (sizeOf(file) > FILE_BYTES_MAX) cut(file, entries);
  }

  /** Adds a cell, unless it repeats the last one. */
  add(cell: string): void {
    if (cell.trim() === '' || cell.length > CELL_CHARACTERS_MAX || this.cells[0] === cell) return;
    this.#remember(cell);
    if (this.#file === undefined) return;
    // A password is not for a file.
    const kept = /^\s*\./u.test(cell) ? withoutSecrets(cell) : cell;
    const entry: Entry = { cell: kept, time: Date.now(), cwd: process.cwd() };
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      append(this.#file, `${JSON.stringify(entry)}\n`);
    } catch {
      // A full or read-only disk must not disturb the prompt.
    }
  }

  #remember(cell: string): void {
    const known = this.cells.indexOf(cell);
    if (known >= 0) this.cells.splice(known, 1);
    this.cells.unshift(cell);
    if (this.cells.length > ENTRIES_MAX) this.cells.pop();
  }
}

function readEntries(file: string): Entry[] {
  let text: string;
  try {
    text = withFile(file, constants.O_RDONLY, (open) => readFileSync(open, 'utf8'));
  } catch {
    return [];
  }
  const entries: Entry[] = [];
  for (const line of text.split('\n').slice(-ENTRIES_MAX - 1)) {
    try {
      const entry = JSON.parse(line) as Partial<Entry> | null;
      if (typeof entry?.cell === 'string') entries.push(entry as Entry);
    } catch {
      // A line that another program cut short.
    }
  }
  return entries;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

function append(file: string, line: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT } = constants;
  withFile(file, O_WRONLY | O_APPEND | O_CREAT, (open) => appendFileSync(open, line));
}

// What was looked at is what is used, and it is a file and no link.
function withFile<T>(file: string, flags: number, work: (open: number) => T): T {
  const open = openSync(file, flags | (constants.O_NOFOLLOW ?? 0), 0o600);
  try {
    if (!fstatSync(open).isFile()) throw new Error('no file');
    return work(open);
  } finally {
    closeSync(open);
  }
}

function cut(file: string, entries: readonly Entry[]): void {
  const shorter = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    writeFileSync(shorter, text, { mode: 0o600, flag: 'wx' });
    try {
      renameSync(shorter, file);
    } catch {
      unlinkSync(shorter);
    }
  } catch {
    // The longer file still works.
  }
}
