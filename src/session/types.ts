// What a session reports of its saves and loads: plain data that commands print and scripts read.
// Knows nothing of how it is printed. Names and paths are raw: escape them before they reach a terminal.

import type { BindingKind } from '../evaluator/types.js';
import type { Compression, Damage, MetaLeftOut, MetaPin } from '../format/index.js';
import type { LoadHelp, SaveHelp } from '../library/help.js';
import type { VersionWarning } from '../library/modules.js';
import type { FoundSecret } from '../library/secrets/guard.js';
import type { SecretOptions, SecretPolicy } from '../library/secrets/policy.js';
import type { Limits } from '../limits.js';
import type { Keeping } from '../store/generations.js';
import type { Whose } from '../trust/index.js';
import type { ClassConflict, OnClassConflict } from '../unpickle/class-choice.js';
import type { Allow } from '../unpickle/policy.js';
import type { Withheld } from '../unpickle/types.js';
import type { LiveValues } from './live-values.js';
import type { PinRun } from './pins.js';

/** A value that could not be saved, or could not be restored. */
export interface Loss {
  /** The global it hangs from. */
  readonly name: string;
  /** The full path, for example `db.pool.clients[0].socket`; equal to `name` for the global itself. */
  readonly path: string;
  /** What it is: `Socket`, `Worker`, `native function`. */
  readonly what: string;
  readonly reason: string;
  readonly hint: string;
}

/** A name saved or restored by reference to a module. */
export interface Linked {
  readonly name: string;
  /** `node:fs`, `acorn@8.19.0`. */
  readonly target: string;
  /** Set when it came back different from what was saved: another version, for example. */
  readonly warning?: string;
}

/** What a save did. */
export interface SaveReport {
  /** Where it went: the path as the caller named it, or `name@generation`. */
  readonly target: string;
  /** The number of this save among those to its place, from 1 on. */
  readonly generation: number;
  /** Generations of a named session that were removed, because there were too many or they were too large. */
  readonly pruned: readonly number[];
  /** Names saved by value, sorted. */
  readonly saved: readonly string[];
  readonly linked: readonly Linked[];
  /** Values that became tombstones. */
  readonly losses: readonly Loss[];
  /** Values saved as something a little different, said honestly (`SharedArrayBuffer saved as a copy`). */
  readonly changes: readonly Loss[];
  readonly objects: number;
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** How it is signed: `own` for this user alone, `others` with the public key too; undefined when it is not. */
  readonly signed: 'own' | 'others' | undefined;
  /** Why it is not signed, when it should be. */
  readonly unsignedBecause?: string;
  /** What was left out because the options said so; the file says it too. */
  readonly leftOut: readonly LeftOut[];
  /** What looks like a secret, by its path; the secret itself is not here. */
  readonly secrets: readonly FoundSecret[];
  /** Names whose values were not saved, with the expressions that make them again. */
  readonly pins: readonly Pin[];
  readonly durationMs: number;
}

/** What a save would write, in memory. */
export interface SessionSnapshot
  extends Pick<SaveReport, 'saved' | 'linked' | 'losses' | 'changes' | 'objects' | 'pins'> {
  /** A whole snapshot, unsigned. */
  readonly bytes: Uint8Array;
}

/** Something that a save left out because it was told to. */
export type LeftOut = MetaLeftOut;

/** A name with the expression that makes its value again. */
export type Pin = MetaPin;

/** How the names of a snapshot meet the names of the session. */
export type LoadMode = 'merge' | 'replace';

/** What is known of a name that was not read yet. */
export interface UnreadPart {
  readonly name: string;
  /** A short type, as the snapshot says it. */
  readonly type: string;
  /** Bytes of its own part of the file. */
  readonly bytes: number;
  /** The first bit of the value; empty when there is nothing to show. */
  readonly preview: string;
}

/** What a load did. */
export interface LoadReport {
  readonly source: string;
  /** The number of the save; 0 when the file tells none. */
  readonly generation: number;
  readonly savedAtMs: number;
  /** What whoever saved it says, and who they say they are; the signature says whose the file is. */
  readonly note?: string;
  readonly author?: string;
  /** The Node that wrote it, without the `v`. */
  readonly node: string;
  readonly brine: string;
  readonly host: string;
  /** Names restored by value, sorted. */
  readonly restored: readonly string[];
  /** Those of them that are read when they are touched, sorted. */
  readonly unread: readonly string[];
  /** What the snapshot says of these, in the same order. */
  readonly unreadParts: readonly UnreadPart[];
  readonly linked: readonly Linked[];
  /** Packages that are here in another version than the snapshot was saved with. */
  readonly warnings: readonly VersionWarning[];
  /** Tombstones: what the snapshot does not hold, and why. */
  readonly losses: readonly Loss[];
  /** What the save left out because it was told to. */
  readonly leftOut: readonly LeftOut[];
  /** Expressions that the snapshot has for values that cannot be saved, and what came of them. */
  readonly pins: readonly PinRun[];
  /** Classes that the session has too, with another source; of what is read later, those that have a name of their own. */
  readonly classConflicts: readonly ClassConflict[];
  /** Names of the snapshot that the session has too, and that stayed as they were in the session. */
  readonly kept: readonly string[];
  /** True when nothing was put in: the report says what would have been. */
  readonly isDryRun: boolean;
  /** Names that existed in the session and now have the snapshot's value. */
  readonly overwritten: readonly string[];
  /** Built-ins that the snapshot patched, for example `Array.prototype.last`. */
  readonly patched: readonly string[];
  readonly objects: number;
  /** `data`: nothing of it ran; code is records that show it. */
  readonly opened: 'data' | 'trusted';
  /** Whose signature it has; undefined when none was looked at, because the caller decided. */
  readonly whose: Whose | undefined;
  /** How many values of each sort are records, because it was opened as data. */
  readonly withheld: Withheld;
  /** Damaged places of the file, by their bytes; empty when none was met. What is lost by them is among `losses`. */
  readonly damage: readonly Damage[];
  readonly durationMs: number;
}

/** One row of `.vars`. */
export interface VariableRow {
  readonly name: string;
  readonly kind: BindingKind;
  /** A short type: `Object{5}`, `Array(10,000)`, `class`, `() => …`. */
  readonly type: string;
  /** The first bit of the value; empty when there is nothing to show. */
  readonly preview: string;
  /** Bytes in its file of a name that was not read yet; undefined for what is in memory. */
  readonly bytes: number | undefined;
  /** The cell it came from, 0 when unknown. */
  readonly cell: number;
  /** How a save keeps the value itself; what it holds may still be lost, see `Session.losses`. */
  readonly save: 'value' | 'link' | 'lost';
}

/** Told now and then during a long save, load or question; return nothing, throw nothing. */
export type ProgressListener = (progress: {
  /** The last four are those of questions. */
  readonly phase:
    | 'walking'
    | 'encoding'
    | 'writing'
    | 'reading'
    | 'building'
    | 'linking'
    | 'following'
    | 'weighing'
    | 'comparing';
  /** Bytes so far (encoding, writing, reading), or values. */
  readonly done: number;
  /** The total where it is known. */
  readonly total: number | undefined;
}) => void;

/** Options of a save. */
export interface SaveOptions extends SaveHelp, SecretOptions {
  /** Only these names; `*` and `?` stand for any text and any character. Default: all. */
  readonly names?: readonly string[];
  /** Not these names, patterns as in `names`. What they leave out is in the report and in the file. Default: none. */
  readonly exclude?: readonly string[];
  /**
   * The most bytes that the snapshot may have before it is encrypted. The largest names are left out until it fits; with
   * `isStrict` it is an error. Default: any number.
   */
  readonly bytesMax?: number;
  /**
   * What becomes of what looks like a secret, see {@link SecretOptions.secrets}; with `report` it is named in the report.
   * Names that were loaded and not read yet are looked at only when something is to be taken out. Default: `report`.
   */
  readonly secrets?: SecretPolicy;
  /**
   * Keep what cells showed: values, errors and what was printed. Default: true, but false where the save leaves names out,
   * because outputs may show these.
   */
  readonly outputs?: boolean;
  /** A word to whoever opens it, at most 10,000 characters; it is shown to them. Default: none. */
  readonly note?: string;
  /** Who saves it, for whoever opens it. Default: nobody is named. */
  readonly author?: string;
  /** Fail instead of leaving tombstones. Default: false. */
  readonly isStrict?: boolean;
  /** Notes what this save cannot hold, for loads in this process. Default: none. */
  readonly live?: LiveValues;
  /** Sign it: for this user alone, for others too (`brine key` prints the public key), or not. Default: `own`. */
  readonly sign?: 'own' | 'others' | 'no';
  /**
   * How it is compressed: `brotli` or `deflate`; `zstd` where Node writes it, from 22.15 on. Every Node reads all of them. What
   * would not get smaller stays as it is, and so does what was loaded and not read yet. Default: `none`.
   */
  readonly compression?: Compression;
  /** Encrypt the file; loading it takes the same passphrase. */
  readonly passphrase?: string;
  /**
   * Copy what is to be written, so that values may change while the file is written. Without it the memory of large typed
   * arrays is written from where it is: change nothing until the save is done. Default: false.
   */
  readonly isDetached?: boolean;
  /**
   * What becomes of a save that somebody else put there since this session loaded or saved it: `refuse` throws
   * STORE_CONFLICT, and of a file of which this session loaded some names only. A snapshot that was there before this session began may always be replaced, and a file that is none never
   * is: STORE_FOREIGN. Default: `refuse`.
   */
  readonly onConflict?: 'refuse' | 'overwrite';
  /** How many saves of a named session stay. Default: the newest five, as far as they have 1 GiB together. */
  readonly keeping?: Keeping;
  readonly onProgress?: ProgressListener;
}

/** Options of a load. */
export interface LoadOptions extends LoadHelp {
  /** Only these names; `*` and `?` stand for any text and any character. Default: all. */
  readonly names?: readonly string[];
  /** `merge` keeps the other names of the session, `replace` drops them. Default: `merge`. */
  readonly mode?: LoadMode;
  /**
   * What becomes of names that the session has too: they get the snapshot's value, stay as they are, or the load is
   * refused. Default: `take`.
   */
  readonly onConflict?: 'take' | 'keep' | 'refuse';
  /**
   * Put the names on one object of this name instead of on the global object. Functions among them still look for the
   * names of the session that they were saved in among the globals. Built-ins that the snapshot patched stay as they are.
   */
  readonly under?: string;
  /** Put nothing in and build nothing; say what would be. Default: false. */
  readonly isDryRun?: boolean;
  /** Put nothing in when anything of it is missing. Default: false. */
  readonly isStrict?: boolean;
  /** What the save of this snapshot could not hold and is still alive here; it comes back as itself. Default: none. */
  readonly live?: LiveValues;
  /**
   * Run the expressions that the snapshot has for values that could not be saved: all, none, or those that a function says.
   * Never of a file that is opened as data. Default: false.
   */
  readonly runPins?: boolean | ((pin: Pin) => boolean | Promise<boolean>);
  /**
   * Read and build a name when it is first touched. Default: true for files of 4 MiB and more. Their damage is noticed
   * when what is damaged is read.
   */
  readonly isLazy?: boolean;
  /**
   * What may be made of the file: `trusted` runs its code, `data` runs nothing and shows code as records. Default:
   * trusted when this user signed it or somebody whom they trust; otherwise what `otherwise` says.
   */
  readonly as?: 'data' | 'trusted';
  /**
   * What `data` may look up besides: a list of `intrinsic:Math.max`, `module:node:path#sep`, `reducer:Point`, or a
   * function that is asked for each name before it is looked up. Given without `as`, the file is opened as data, whoever
   * signed it. Default: nothing.
   */
  readonly allow?: Allow;
  /** What becomes of a file that nobody trusted signed. Default: `refuse`. */
  readonly otherwise?: 'refuse' | 'data';
  /**
   * What becomes of a class that the session has under the same name with another source: see
   * {@link LoadValueOptions.onClassConflict}. With `current` and `migrate` the name keeps the session's class. Default:
   * `stored`.
   */
  readonly onClassConflict?: OnClassConflict;
  /**
   * What becomes of a file that is damaged: `refuse` throws; `salvage` restores every name whose part of the file is whole,
   * and puts tombstones in the place of the others. Default: `refuse`.
   */
  readonly damaged?: 'refuse' | 'salvage';
  /** Called for each value that is missing, also for those that turn out to be when a name is read late. Default: none. */
  readonly onLoss?: (loss: Loss) => void;
  /**
   * Called for each class that the session has too, with another source; also for those that turn out to be when a name is
   * read late. Default: none.
   */
  readonly onClass?: (conflict: ClassConflict) => void;
  /** Limits that differ from those of the mode. */
  readonly limits?: Partial<Limits>;
  /** Whose signature counts: public keys, `own`, `trusted`. Default: `trusted`, which includes `own`. */
  readonly keys?: readonly string[];
  /** What the file was encrypted with. */
  readonly passphrase?: string;
  readonly onProgress?: ProgressListener;
}
