// The journal of a session: one line an event, each with a checksum, so that a line that was cut short is told from a
// whole one. Reading stops at the first line that is not whole. Pure: text in, entries out.

import { crc32 } from 'node:zlib';
import type { BindingKind, Cell } from '../../evaluator/types.js';
import type { WrittenPrimitive } from './primitives.js';

/** What a cell or a command changed of the session's names, as far as that can be told at once. */
export interface ChangeEntry {
  /** `look`: nothing changed, but there is more to say of what there is. */
  readonly type: 'change' | 'look';
  /** The cell that ran; undefined for a command. */
  readonly cell?: Cell;
  /** The command as typed. */
  readonly command?: string;
  /** Names that now hold another primitive value. */
  readonly primitives?: Readonly<Record<string, WrittenPrimitive>>;
  /** How each of these names was made. */
  readonly kinds: Readonly<Record<string, BindingKind>>;
  /** Names that now hold another object than before. */
  readonly rebound: readonly string[];
  /** Names that are gone. */
  readonly gone: readonly string[];
  /** Fingerprints of what names hold, where they are new or not what they were; behind a `?`: what could not be read. */
  readonly marks?: Readonly<Record<string, string>>;
  /** Names that hold objects and were not looked into this time. */
  readonly unseen?: readonly string[];
  /** Something goes on that is no cell: a timer, a server, a request. */
  readonly isBusy?: boolean;
}

/** A snapshot that is whole on the disk. */
export interface SnapshotEntry {
  readonly type: 'snapshot';
  /** The file's name, in the folder of the journal. */
  readonly file: string;
  /** The number of the last line of what it holds. */
  readonly after: number;
  readonly atMs: number;
  readonly names: number;
  readonly bytes: number;
}

/** The session was saved to a file of the user's own, or thrown away on purpose: nothing before this is unsaved. */
export interface SavedEntry {
  readonly type: 'saved';
  readonly atMs: number;
}

/** What a line says. */
export type JournalEntry = ChangeEntry | SnapshotEntry | SavedEntry;

/** An entry with its line's number. */
export type Numbered<Entry extends JournalEntry = JournalEntry> = Entry & { readonly number: number };

/** The line of an entry, with its end; lines of a journal are numbered upwards. */
export function journalLine(entry: JournalEntry, number: number): string {
  const text = JSON.stringify({ ...entry, number });
  return `${checksumOf(text)} ${text}\n`;
}

/** The entries of a journal up to the first line that is not whole. */
export function readJournal(text: string): Numbered[] {
  const entries: Numbered[] = [];
  const lines = text.split('\n');
  // What follows the last line's end was cut short.
  lines.pop();
  for (const line of lines) {
    const entry = entryOf(line);
    if (entry === undefined) break;
    entries.push(entry);
  }
  return entries;
}

function entryOf(line: string): Numbered | undefined {
  const body = line.slice(9);
  if (line[8] !== ' ' || checksumOf(body) !== line.slice(0, 8)) return undefined;
  try {
    const entry = JSON.parse(body) as Numbered;
    return ['change', 'look', 'snapshot', 'saved'].includes(entry.type) ? entry : undefined;
  } catch {
    return undefined;
  }
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
