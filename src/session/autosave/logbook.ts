// The folder of this shell's autosave and the journal in it: made when there is something to put into it, removed when nothing is
// to be kept. After the first trouble nothing is written any more. Knows nothing of what lines say.

import { join } from 'node:path';
import { withPristineBuiltins } from '../../realm/pristine.js';
import { type JournalEntry, journalLine } from './journal.js';
import { JOURNAL_FILE, makePlace, removePlace } from './place.js';
import { JournalWriter } from './writer.js';

/** A folder with a journal. */
export class Logbook {
  readonly #root: string;
  readonly #onTrouble: (error: unknown) => void;
  #folder: string | undefined;
  #journal: JournalWriter | undefined;
  /** The number of the last line. */
  lines = 0;
  /** Something went wrong. */
  hasStopped = false;

  constructor(root: string, onTrouble: (error: unknown) => void) {
    this.#root = root;
    this.#onTrouble = onTrouble;
  }

  /** There is a journal. */
  get isOpen(): boolean {
    return this.#journal !== undefined;
  }

  /** The folder, made if there is none; undefined after trouble. */
  open(): string | undefined {
    if (this.hasStopped) return undefined;
    if (this.#folder !== undefined) return this.#folder;
    try {
      return withPristineBuiltins(() => {
        this.#folder = makePlace(this.#root);
        const place = { path: join(this.#folder, JOURNAL_FILE), folders: [this.#folder, this.#root] };
        this.#journal = new JournalWriter(place, (error) => this.stop(error));
        return this.#folder;
      });
    } catch (error) {
      this.stop(error);
      return undefined;
    }
  }

  append(entry: JournalEntry): void {
    if (this.open() === undefined) return;
    this.#journal?.append(journalLine(entry, ++this.lines));
  }

  /** Returns when the disk has confirmed every line. */
  flush(): void {
    this.#journal?.flush();
  }

  /** Removes what there is; the next line begins anew. */
  forget(): void {
    this.#journal?.close();
    this.#journal = undefined;
    if (this.#folder !== undefined) removePlace(this.#folder);
    this.#folder = undefined;
  }

  /** Writes nothing any more, and tells why, once. */
  stop(error: unknown): void {
    if (this.hasStopped) return;
    this.hasStopped = true;
    this.#onTrouble(error);
  }
}
