// What the looks in a journal say of each name: changed since the snapshot for certain, the same as in it, or unknown since
// some moment. Pure: entries in, answers out.

import type { ChangeEntry, JournalEntry, Numbered } from './journal.js';
import { type LookReason, reasonOf } from './reasons.js';

/** What is known of names that hold objects. */
export interface Looks {
  /** Names that hold something else than in the snapshot. */
  readonly changed: ReadonlySet<string>;
  /** The number of the last line up to which a name is as in the snapshot for certain; names that have none are not known. */
  readonly sameUntil: ReadonlyMap<string, number>;
  /** What could not be read of names that were looked into. */
  readonly unread: ReadonlyMap<string, LookReason>;
  /** When the last line was written something went on that was no cell. */
  readonly isBusy: boolean;
}

interface Look {
  readonly mark: string;
  readonly number: number;
}

/**
 * Compares the marks of each name before and after a snapshot.
 *
 * @param entries  The whole journal.
 * @param after    The number of the last line that the snapshot holds.
 */
export function compareLooks(entries: readonly Numbered[], after: number): Looks {
  const looks = new Map<string, Look>();
  let isBusy = false;
  let snapshotLooks: ReadonlyMap<string, Look> = new Map();
  for (const entry of entries) {
    if (!isChange(entry)) continue;
    follow(looks, entry);
    isBusy = entry.isBusy === true;
    // What was not seen at the last line may have been another thing in the snapshot.
    if (entry.number <= after) snapshotLooks = onlyAt(looks, entry.number);
  }
  const changed = new Set<string>();
  const sameUntil = new Map<string, number>();
  const unread = new Map<string, LookReason>();
  for (const [name, { mark }] of looks) {
    const reason = reasonOf(mark);
    if (reason !== undefined) unread.set(name, reason);
  }
  for (const [name, { mark }] of snapshotLooks) {
    const now = looks.get(name);
    if (now === undefined) continue;
    if (now.mark !== mark) {
      if (!isDoubtful(mark) && !isDoubtful(now.mark)) changed.add(name);
    }
    // What may hide something is not known to be the same.
    else if (reasonOf(mark) === undefined) sameUntil.set(name, now.number);
  }
  return { changed, sameUntil, unread, isBusy };
}

// What Node's own objects remember for the next call is seen as well: another mark of such a one may be no change.
function isDoubtful(mark: string): boolean {
  return reasonOf(mark) === 'platform';
}

function isChange(entry: Numbered<JournalEntry>): entry is Numbered<ChangeEntry> {
  return entry.type === 'change' || entry.type === 'look';
}

function follow(
  looks: Map<string, Look>,
  { number, gone, rebound, marks, unseen }: Numbered<ChangeEntry>,
): void {
  for (const name of [...gone, ...rebound]) looks.delete(name);
  // A journal of an earlier brine has no marks.
  if (marks === undefined) return looks.clear();
  const hidden = new Set(unseen);
  for (const [name, { mark }] of looks) if (!hidden.has(name)) looks.set(name, { mark, number });
  for (const [name, mark] of Object.entries(marks)) looks.set(name, { mark, number });
}

function onlyAt(looks: ReadonlyMap<string, Look>, number: number): ReadonlyMap<string, Look> {
  return new Map([...looks].filter(([, look]) => look.number === number));
}
