// Sessions that ended without being saved, as their journals tell. Loads little, because it is asked before every prompt.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ChangeEntry, type Numbered, readJournal, type SnapshotEntry } from './journal.js';
import { compareLooks, type Looks } from './looks.js';
import { type Ended, endedPlaces, JOURNAL_FILE, readPrivate, removePlace } from './place.js';

/** A session that ended, and what its journal says. */
export interface Recovered {
  readonly ended: Ended;
  /** Its last snapshot; undefined when there is none. */
  readonly snapshot: SnapshotEntry | undefined;
  /** What happened after it, oldest first. */
  readonly changes: readonly Numbered<ChangeEntry>[];
  /** What is known of names that hold objects. */
  readonly looks: Looks;
  /** The whole journal. */
  readonly entries: readonly Numbered[];
}

/** The same session as of the snapshot before the one it has; as of nothing when there is none. */
export function asOfEarlier(found: Recovered): Recovered {
  const before = found.snapshot?.after ?? 0;
  const earlier = found.entries.findLast(
    (entry): entry is Numbered<SnapshotEntry> =>
      entry.type === 'snapshot' && entry.after < before && existsSync(join(found.ended.folder, entry.file)),
  );
  return asOf(found.ended, found.entries, earlier);
}

function asOf(ended: Ended, entries: readonly Numbered[], snapshot: SnapshotEntry | undefined): Recovered {
  const after = snapshot?.after ?? 0;
  const changes = entries.filter(
    (entry): entry is Numbered<ChangeEntry> => entry.type === 'change' && entry.number > after,
  );
  return { ended, snapshot, changes, looks: compareLooks(entries, after), entries };
}

/**
 * Every session of this user and machine that ended with something unsaved, newest first. Folders with nothing unsaved are
 * removed. Reads journals only; throws nothing.
 *
 * @param root  The folder of all autosaves, as given to `Autosave`; `autosaveRoot()` is the prompt's.
 * @returns What their journals say; give one to {@link recover}.
 * @see the swap files of Vim
 * @example
 *   endedSessions('autosaves').map(({ snapshot }) => snapshot?.names);
 */
export function endedSessions(root: string): Recovered[] {
  return endedPlaces(root).flatMap((ended) => {
    const found = surveyEnded(ended);
    if (found === 'saved') removePlace(ended.folder);
    return typeof found === 'object' ? [found] : [];
  });
}

/** Reads the journal of a session that ended; undefined when it cannot be read, `saved` when nothing of it is unsaved. */
export function surveyEnded(ended: Ended): Recovered | 'saved' | undefined {
  let entries: Numbered[];
  try {
    entries = readJournal(readPrivate(join(ended.folder, JOURNAL_FILE)));
  } catch {
    return undefined;
  }
  const lastSaved = entries.findLastIndex(({ type }) => type === 'saved');
  const lastChange = entries.findLastIndex(({ type }) => type === 'change');
  const lastSnapshot = entries.findLastIndex(({ type }) => type === 'snapshot');
  // A session that is saved at its end only has no changes in its journal.
  if (Math.max(lastChange, lastSnapshot) < lastSaved || entries.length === 0) return 'saved';
  return asOf(ended, entries, entries[lastSnapshot] as SnapshotEntry | undefined);
}
