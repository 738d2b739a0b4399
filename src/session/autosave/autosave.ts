// Autosave: a journal line after every cell and a snapshot whenever the shell is idle, so that a shell that is killed loses
// at most its last line. Who owns the terminal says when a cell ended, when nobody types and when the process ends.
//
// A line costs a look at every name, a pickle of the primitives that changed, a look into objects for a few milliseconds or
// a twentieth of the cell's own time, and one flush in the background. Knows nothing of terminals.

import { join } from 'node:path';
import type { Cell, Evaluator } from '../../evaluator/index.js';
import type { OptionNames } from '../../option-names.js';
import { withPristineBuiltins } from '../../realm/pristine.js';
import { LiveValues } from '../live-values.js';
import { checkSessionNames } from '../options.js';
import type { SaveOptions, SaveReport } from '../types.js';
import { Logbook } from './logbook.js';
import { type Observed, Observer } from './observer.js';
import { autosaveRoot, removePlace } from './place.js';
import { type Point, Points } from './points.js';
import { warmUpLooking } from './warm-up.js';

/** `on`: after cells, when idle and at the end; `exit`: at the end only; `off`: never. */
export type AutosaveMode = 'on' | 'exit' | 'off';

/** What is needed of a session. */
export interface AutosavedSession {
  readonly evaluator: Evaluator;
  save(target: string, options?: SaveOptions): Promise<SaveReport>;
  saveSync(target: string, options?: SaveOptions): SaveReport;
}

/** Options of {@link Autosave}. */
export interface AutosaveOptions {
  /** Default: `on`. */
  readonly mode?: AutosaveMode;
  /** The folder of all autosaves. Default: {@link autosaveRoot}. */
  readonly root?: string;
  /** The most bytes that earlier states may take on the disk. Default: 256 MiB. */
  readonly stateBytesMax?: number;
  /** A snapshot that takes no longer is taken before each cell, so that each can be undone by itself. Default: 30. */
  readonly quickMs?: number;
  /** So many milliseconds after each cell it is looked into objects, or 3 % of the cell's own time if that is more. Default: 1.5. */
  readonly lookMs?: number;
  /** Told once when autosave had to stop: a full disk, for example. */
  onTrouble?(error: unknown): void;
}

const NAMES: OptionNames<AutosaveOptions> = {
  mode: 'any',
  root: 'any',
  stateBytesMax: 'any',
  quickMs: 'any',
  lookMs: 'any',
  onTrouble: 'function',
};

/** A snapshot that is being taken, and the last line of the journal that it holds. */
interface Taken {
  readonly path: string;
  readonly file: string;
  readonly after: number;
  readonly nextCell: number;
  /** No cell and no command ran since the one before. */
  readonly isBackground: boolean;
  readonly live: LiveValues;
}

/** Before what changes the session and is no cell, a snapshot may take so long. */
const CHANGE_MS = 2000;

const NOTHING: Point = {
  ...{ path: '', after: -1, nextCell: 1, atMs: 0, bytes: 0, names: [], losses: [] },
  live: new LiveValues(),
};

/** Milliseconds without a key before a snapshot, at least; and how many times longer than the last snapshot took. */
const IDLE_MS_MIN = 500;
const IDLE_TIMES = 10;
/** Up to so many bytes a snapshot is copied before it is written; while a larger one is written no cell may run. */
const DETACHED_BYTES_MAX = 64 * 2 ** 20;
const QUICK_MS = 30;

/**
 * Keeps one session of this process.
 *
 * @example
 *   const session = new Session();
 *   const autosave = new Autosave(session, { root: 'autosaves' });
 *   const outcome = await session.evaluator.evaluate('let n = 1');
 *   autosave.note(outcome.cell);
 *   await autosave.snapshot();
 *   autosave.discard();
 */
export class Autosave {
  readonly #session: AutosavedSession;
  readonly #log: Logbook;
  readonly #quickMs: number;
  readonly #observer: Observer;
  #isBackgroundOnly = true;
  /** States to go back to. */
  readonly points: Points;
  #mode: AutosaveMode;
  #snapshots = 0;
  #snapshotMs = 0;
  /** Changes since the last snapshot, and since the user last saved. */
  #sinceSnapshot = 0;
  #sinceSave = 0;
  #saving: Promise<void> | undefined;
  #isDetached = true;
  /** Folders of sessions that came back into this one: they go when this one is safe. */
  readonly #adopted: string[] = [];

  /**
   * Begins to watch a session; nothing is written before something changes.
   *
   * @param session  The session; one of a process.
   * @param options  See {@link AutosaveOptions}.
   * @throws {SessionError} SESSION_OPTION for an option that there is not
   */
  constructor(session: AutosavedSession, options: AutosaveOptions = {}) {
    withPristineBuiltins(() => checkSessionNames(options, NAMES));
    this.#session = session;
    this.#mode = options.mode ?? 'on';
    this.#quickMs = options.quickMs ?? QUICK_MS;
    this.#log = new Logbook(options.root ?? autosaveRoot(), options.onTrouble ?? (() => {}));
    this.#observer = new Observer(session.evaluator, options.lookMs);
    this.points = new Points(options.stateBytesMax);
    // Nothing is a state too, and takes no file.
    if (session.evaluator.names().length === 0) this.points.add(NOTHING);
  }

  /** When it saves. Setting it to `off` forgets what there is. */
  get mode(): AutosaveMode {
    return this.#mode;
  }

  set mode(mode: AutosaveMode) {
    this.#mode = mode;
    if (mode === 'off') this.#forget();
    else if (this.#sinceSave > 0) this.#sinceSnapshot++;
  }

  /** True when something changed since the session was last saved or began. */
  get isUnsaved(): boolean {
    return this.#sinceSave > 0;
  }

  /** True when what is unsaved will be on the disk once the process has ended. */
  get isKeeping(): boolean {
    return this.#mode !== 'off' && !this.#log.hasStopped;
  }

  /** How long nobody must have typed before {@link snapshot} is worth it; undefined when there is nothing new. */
  get idleMs(): number | undefined {
    if (this.#mode !== 'on' || this.#log.hasStopped || this.#sinceSnapshot === 0 || this.#saving)
      return undefined;
    return Math.max(IDLE_MS_MIN, this.#snapshotMs * IDLE_TIMES);
  }

  /** Nothing but timers and the like changed something since the last snapshot: there is no hurry. */
  get isBackgroundOnly(): boolean {
    return this.#isBackgroundOnly;
  }

  /**
   * Notes that a cell ran, or a command that may have changed names. The line is written in the background.
   *
   * @param cell     The cell that ran.
   * @param command  The command that ran in its place, as it was typed.
   */
  note(cell: Cell | undefined, command?: string): void {
    withPristineBuiltins(() => this.#note(cell, command));
  }

  /** True when something goes on that is no cell, so that names may change unnoticed: {@link noteBackground} then. */
  get isBusy(): boolean {
    return this.#isOn && this.#observer.isBusy;
  }

  get #isOn(): boolean {
    return this.#mode === 'on' && !this.#log.hasStopped;
  }

  /** Does once what the first line would have to do first; for a moment when nobody waits. */
  warmUp(): void {
    if (this.#isOn) warmUpLooking();
  }

  /** True when there was no time to look into some names after the last cell: {@link lookOn} then, as long as nothing runs. */
  get hasUnseen(): boolean {
    return this.#isOn && this.#observer.hasUnseen;
  }

  /**
   * Looks on into names that there was no time for, for so many milliseconds. Only when nothing ran since the last line.
   *
   * @param budgetMs  How long it may take, in milliseconds.
   */
  lookOn(budgetMs: number): void {
    if (!this.hasUnseen) return;
    withPristineBuiltins(() => {
      const observed = this.#observer.lookOn(budgetMs);
      if (observed !== undefined) this.#write(observed);
    });
  }

  /** Looks whether a timer, a server or a promise changed something. */
  noteBackground(): void {
    if (this.isBusy) withPristineBuiltins(() => this.#note(undefined, undefined));
  }

  #note(cell: Cell | undefined, command: string | undefined): void {
    if (cell !== undefined || command !== undefined) this.#isBackgroundOnly = false;
    if (!this.#isOn) {
      if (this.#observer.glance() || cell !== undefined) this.#count();
      return;
    }
    this.#write(this.#observer.look(cell), cell, command);
  }

  #write({ entry, hasChanged, isNews }: Observed, cell?: Cell, command?: string): void {
    const isChanged = cell !== undefined || hasChanged;
    if (isChanged) this.#count();
    // What is no change makes no folder.
    if (!isChanged && !(isNews && this.#log.isOpen)) return;
    const what = { ...(cell !== undefined && { cell }), ...(command !== undefined && { command }) };
    this.#log.append({ type: isChanged ? 'change' : 'look', ...what, ...entry });
  }

  #count(): void {
    this.#sinceSnapshot++;
    this.#sinceSave++;
  }

  /** Notes that the session was saved to a file of the user's own, or loaded from one: nothing before is unsaved. */
  noteSaved(): void {
    this.#sinceSave = 0;
    if (this.#log.isOpen) this.#log.append({ type: 'saved', atMs: Date.now() });
  }

  /** Takes a snapshot in the background. Resolves when it is on the disk; never rejects. */
  snapshot(): Promise<void> {
    if (this.idleMs === undefined) return Promise.resolve();
    return this.#takeOne();
  }

  /**
   * A cell is about to run: where snapshots are quick, the state before it is kept. Await what it returns, if anything,
   * before the cell: what is being written must not change.
   */
  beforeCell(): Promise<void> | undefined {
    return this.#before(this.#snapshots > 0, this.#quickMs);
  }

  /**
   * The same before something that changes the session and is no cell, such as dropping names: it is rare, so a snapshot may
   * take longer.
   */
  beforeChange(): Promise<void> | undefined {
    return this.#before(true, CHANGE_MS);
  }

  #before(isWorthIt: boolean, longMs: number): Promise<void> | undefined {
    const isQuick = isWorthIt && this.#snapshotMs <= longMs;
    if (this.idleMs !== undefined && isQuick) void this.#takeOne();
    return this.#isDetached ? undefined : this.#saving;
  }

  /** The state that the session is in, on the disk; undefined when none can be kept. */
  async point(): Promise<Point | undefined> {
    await this.#saving;
    if (this.#mode !== 'on' || this.#log.hasStopped) return undefined;
    if (this.#sinceSnapshot > 0 || this.points.newest === undefined) await this.#takeOne();
    return this.points.newest;
  }

  /** Notes that something changed that no cell did. */
  changed(): void {
    this.#isBackgroundOnly = false;
    this.#sinceSnapshot++;
    this.#sinceSave++;
    this.#log.lines++;
  }

  #takeOne(): Promise<void> {
    const start = performance.now();
    const taken = this.#begin();
    if (taken === undefined) return Promise.resolve();
    const isDetached = (this.points.newest?.bytes ?? 0) <= DETACHED_BYTES_MAX;
    this.#isDetached = isDetached;
    const saving = this.#session.save(taken.path, { isDetached, live: taken.live });
    // The part that blocks is over.
    this.#snapshotMs = performance.now() - start;
    this.#saving = saving
      .then((report) => this.#end(taken, report))
      .catch((error: unknown) => this.#log.stop(error))
      .finally(() => {
        this.#saving = undefined;
      });
    return this.#saving;
  }

  /**
   * The process ends: what is unsaved goes to the disk before this returns, to be offered at the next start; a session
   * with nothing unsaved leaves nothing behind.
   */
  finish(): void {
    if (this.#mode === 'off' || this.#log.hasStopped) return;
    if (this.#sinceSave === 0) return this.#forget();
    if (this.#sinceSnapshot === 0 && this.#saving === undefined) return this.#log.flush();
    const taken = this.#begin();
    if (taken === undefined) return;
    try {
      this.#end(taken, this.#session.saveSync(taken.path, { live: taken.live }));
      this.#log.flush();
    } catch (error) {
      this.#log.flush();
      this.#log.stop(error);
    }
  }

  /** Forgets what is unsaved, also of sessions that came back into this one: the user does not want it. */
  discard(): void {
    for (const folder of this.#adopted.splice(0)) removePlace(folder);
    this.#sinceSave = 0;
    this.#sinceSnapshot = 0;
    this.#forget();
  }

  /**
   * Takes over the folder of a session that came back into this one; it is removed once this one is safe.
   *
   * @param folder  `ended.folder` of what {@link endedSessions} found.
   */
  adopt(folder: string): void {
    this.#adopted.push(folder);
    this.#isBackgroundOnly = false;
    this.#sinceSnapshot++;
    this.#sinceSave++;
  }

  #begin(): Taken | undefined {
    const folder = this.#log.open();
    if (folder === undefined) return undefined;
    withPristineBuiltins(() => {
      // What the snapshot holds is what the last line says.
      const observed = this.#isOn ? this.#observer.settle() : undefined;
      if (observed !== undefined) this.#write(observed);
    });
    const file = `snapshot-${++this.#snapshots}.pkl`;
    const isBackground = this.#isBackgroundOnly;
    this.#isBackgroundOnly = true;
    // Whatever happens while the bytes are written belongs to the next one.
    this.#sinceSnapshot = 0;
    const nextCell = this.#session.evaluator.nextCellNumber;
    const live = new LiveValues();
    return { path: join(folder, file), file, after: this.#log.lines, nextCell, isBackground, live };
  }

  #end({ path, file, after, nextCell, isBackground, live }: Taken, report: SaveReport): void {
    const names = [...report.saved, ...report.linked.map(({ name }) => name)];
    this.#log.append({
      type: 'snapshot',
      file,
      after,
      atMs: Date.now(),
      names: names.length,
      bytes: report.storedBytes,
    });
    this.#log.flush();
    const { losses, storedBytes } = report;
    const lost = losses.filter(({ name, path }) => name === path).map(({ name }) => name);
    const all = [...new Set([...names, ...lost])];
    // Going back goes from cell to cell, not from tick to tick.
    const add = isBackground ? 'replaceNewest' : 'add';
    const atMs = Date.now();
    this.points[add]({ path, after, nextCell, atMs, bytes: storedBytes, names: all, losses, live });
    for (const folder of this.#adopted.splice(0)) removePlace(folder);
  }

  #forget(): void {
    this.points.clear();
    this.#log.forget();
  }
}
