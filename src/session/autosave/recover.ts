// Brings a session back that ended without being saved: its last snapshot, then what the journal knows exactly, and the
// names that may be older than their last change. Nothing of what was typed runs again.

import { join } from 'node:path';
import { BrineError, type ErrorCode } from '../../errors.js';
import type { BindingKind, Cell, Evaluator } from '../../evaluator/index.js';
import type { LoadOptions, LoadReport } from '../types.js';
import { asOfEarlier, type Recovered } from './ended.js';
import type { ChangeEntry } from './journal.js';
import { readPrimitive } from './primitives.js';
import type { UnsureReason } from './reasons.js';
import { namesInBackground, staleNames } from './stale.js';

/** A snapshot in which nothing could be read. */
export interface PassedOver {
  readonly path: string;
  /** The error's code; undefined when it could be opened, and every name in it is damaged. */
  readonly code: ErrorCode | undefined;
}

/** What came back. */
export interface RecoverReport {
  /** What the snapshot brought; undefined when there is none. */
  readonly loaded: LoadReport | undefined;
  /** Newer snapshots, newest first, in which nothing could be read; with `damaged: 'salvage'` the one before is taken. */
  readonly passedOver: readonly PassedOver[];
  /** Names that are as they were after the last cell, though no snapshot has them like this. */
  readonly exact: readonly string[];
  /** Names that changed after the snapshot: they are as it has them, and older than their last change. */
  readonly older: readonly string[];
  /**
   * Names that may be older than their last change: there was no time to look into them, they hold something that no look can
   * read, or a timer or a promise may have changed them after the last look.
   */
  readonly unsure: readonly string[];
  /** Why, for each of these. */
  readonly unsureBecause: Readonly<Record<string, UnsureReason>>;
  /** Names that were made after the snapshot and are not there. */
  readonly missing: readonly string[];
  /** Cells that ran after the snapshot, oldest first. They did not run again. */
  readonly cellsSince: readonly Cell[];
  /** When the snapshot was taken; undefined when there is none. */
  readonly snapshotAtMs: number | undefined;
}

/** What is needed of a session. */
export interface RecoveringSession {
  readonly evaluator: Evaluator;
  load(source: string, options?: LoadOptions): Promise<LoadReport>;
}

/**
 * Brings back into a session what another one left: its snapshot, then the primitives that the journal knows exactly. No
 * cell runs again.
 *
 * @param session  The session that takes it.
 * @param found    One of `endedSessions`.
 * @param options  How its snapshot is loaded; it is signed by this user, so that no option is needed.
 * @returns What came back, and which names are as they were after the last cell, older, perhaps older, or not there.
 * @throws what `Session.load` throws: SNAPSHOT_CHECKSUM, RESTRICTED_CODE and so on; nothing has changed then
 * @see `vim -r`
 * @example
 *   const [found] = endedSessions('autosaves');
 *   if (found !== undefined) {
 *     const { older, unsure, missing } = await recover(new Session(), found);
 *     console.log('as of the last snapshot:', older, 'perhaps:', unsure, 'not there:', missing);
 *   }
 */
export async function recover(
  session: RecoveringSession,
  found: Recovered,
  options: LoadOptions = {},
): Promise<RecoverReport> {
  const { evaluator } = session;
  const { from, loaded, passedOver } = await loadReadable(session, found, options);
  const { snapshot, changes, looks } = from;
  const before = evaluator.cells.map(({ source }) => source);
  const cells = changes.flatMap(({ cell }) => cell ?? []);
  const made = new Set<string>();
  const exact = new Set<string>();
  for (const change of changes) apply(evaluator, change, { made, exact });
  for (const cell of cells) evaluator.cells.push(cell);
  evaluator.nextCellNumber = cells.reduce(
    (next, { number }) => Math.max(next, number + 1),
    evaluator.nextCellNumber,
  );
  const names = new Set(evaluator.names());
  const missing = [...made].filter((name) => !names.has(name)).sort();
  // What was given another object since is older for certain.
  const isOlder = (name: string): boolean => !exact.has(name) && (looks.changed.has(name) || made.has(name));
  const older = [...names].filter((name) => isOlder(name) && isObjectNow(evaluator, name)).sort();
  const maybe = unsureNames(names, before, changes, looks);
  const isUnsure = (name: string): boolean =>
    (maybe.objects.has(name) && !exact.has(name) && isObjectNow(evaluator, name)) || maybe.any.has(name);
  const unsure = [...names].filter((name) => !older.includes(name) && isUnsure(name)).sort();
  const because = (name: string): UnsureReason =>
    maybe.any.has(name) ? 'background' : (looks.unread.get(name) ?? 'unseen');
  return {
    loaded,
    passedOver,
    exact: [...exact].filter((name) => !unsure.includes(name)).sort(),
    older,
    unsure,
    unsureBecause: Object.fromEntries(unsure.map((name) => [name, because(name)])),
    missing,
    cellsSince: cells,
    snapshotAtMs: snapshot?.atMs,
  };
}

interface Loaded {
  readonly from: Recovered;
  readonly loaded: LoadReport | undefined;
  readonly passedOver: readonly PassedOver[];
}

// Snapshots are taken from the newest on until something of one can be read.
async function loadReadable(
  session: RecoveringSession,
  found: Recovered,
  options: LoadOptions,
): Promise<Loaded> {
  const passedOver: PassedOver[] = [];
  for (let from = found; ; from = asOfEarlier(from)) {
    if (from.snapshot === undefined) return { from, loaded: undefined, passedOver };
    const path = join(from.ended.folder, from.snapshot.file);
    try {
      const loaded = await session.load(path, options);
      const isNothing = loaded.damage.length > 0 && loaded.restored.length + loaded.linked.length === 0;
      if (!isNothing) return { from, loaded, passedOver };
      passedOver.push({ path, code: undefined });
    } catch (error) {
      if (options.damaged !== 'salvage' || !isUnreadable(error)) throw error;
      passedOver.push({ path, code: error.code });
    }
  }
}

function isUnreadable(error: unknown): error is BrineError {
  return error instanceof BrineError && (error.code.startsWith('SNAPSHOT_') || error.code === 'STORE_READ');
}

/** Names that nothing is known of, as far as the texts of what ran tell: those with objects, and any others. */
function unsureNames(
  names: ReadonlySet<string>,
  before: readonly string[],
  changes: Recovered['changes'],
  { sameUntil, isBusy }: Recovered['looks'],
): { readonly objects: ReadonlySet<string>; readonly any: ReadonlySet<string> } {
  const sources = (list: Recovered['changes']): string[] => list.flatMap(({ cell }) => cell?.source ?? []);
  const all = [...before, ...sources(changes)];
  const any = isBusy ? namesInBackground(all, names) : new Set<string>();
  // Names that were last looked into at the same line share the answer.
  const byLine = new Map<number, string[]>();
  for (const name of names) {
    const line = sameUntil.get(name) ?? -1;
    byLine.set(line, [...(byLine.get(line) ?? []), name]);
  }
  const objects = new Set<string>();
  for (const [line, those] of byLine) {
    const since = changes.filter(({ number }) => number > line);
    if (since.length === 0) continue;
    const until = sources(changes.filter(({ number }) => number <= line));
    const reached = staleNames([...before, ...until], sources(since), names);
    for (const name of those) if (reached.has(name)) objects.add(name);
  }
  return { objects, any };
}

function apply(
  evaluator: Evaluator,
  { cell, primitives, kinds, rebound, gone }: ChangeEntry,
  { made, exact }: { readonly made: Set<string>; readonly exact: Set<string> },
): void {
  for (const name of gone) {
    evaluator.drop(name);
    made.delete(name);
    exact.delete(name);
  }
  for (const name of rebound) {
    made.add(name);
    exact.delete(name);
  }
  if (primitives === undefined) return;
  for (const [name, written] of Object.entries(primitives)) {
    const kind = (kinds[name] ?? 'let') as BindingKind;
    evaluator.define({ name, kind, cell: cell?.number ?? 0 }, readPrimitive(written));
    made.delete(name);
    exact.add(name);
  }
}

// A primitive that no change names is as the snapshot has it, and that is how it was.
function isObjectNow(evaluator: Evaluator, name: string): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (evaluator.binding(name)?.kind === 'import') return false;
  if (descriptor === undefined || !('value' in descriptor)) return true;
  const value: unknown = descriptor.value;
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
