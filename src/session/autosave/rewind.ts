// Going back to an earlier state of the session and forward again: real state, rebuilt from the snapshots that autosave
// takes. What a snapshot cannot hold (a socket, a promise that waits) comes back as itself, in the state that it is in by
// now, as long as it is alive. Otherwise it stays as it is when a name as a whole is lost; when it is part of something
// else, going back would lose it, and is refused unless that is asked for. Knows nothing of terminals.

import { SessionError } from '../../errors.js';
import type { Cell, Evaluator } from '../../evaluator/index.js';
import type { OptionNames } from '../../option-names.js';
import { withPristineBuiltins } from '../../realm/pristine.js';
import { checkSessionNames } from '../options.js';
import type { LoadOptions, LoadReport, Loss } from '../types.js';
import type { Autosave } from './autosave.js';
import type { Point } from './points.js';

/** What is needed of a session. */
export interface RewindableSession {
  readonly evaluator: Evaluator;
  load(source: string, options?: LoadOptions): Promise<LoadReport>;
}

/** What going back or forward did. */
export interface RewindReport {
  /** Cells whose changes were taken back or returned, oldest first. */
  readonly cells: readonly Cell[];
  /** Names that are as they were in that state. */
  readonly names: readonly string[];
  /** Names that did not exist then. */
  readonly dropped: readonly string[];
  /** Names whose values no snapshot can hold and that are gone: they stayed as they are. */
  readonly kept: readonly string[];
  /** The snapshots of the state that was left and of the one that was gone to; the empty string for one without names. */
  readonly left: string;
  readonly reached: string;
}

/** How to go. */
export interface RewindOptions {
  /** Go even where values that no snapshot can hold are lost. Default: false. */
  readonly isForced?: boolean;
}

const NAMES: OptionNames<RewindOptions> = { isForced: 'any' };

function checkOptions(options: RewindOptions): void {
  withPristineBuiltins(() => checkSessionNames(options, NAMES));
}

/** A state that the session is in, and the number of cells when it came there. */
interface Place {
  readonly point: Point;
  readonly cells: number;
}

/** Where going somewhere led. */
interface Origin extends Place {
  /** The journal's line at which it was gone there: states after that were kept since. */
  readonly after: number;
  /** The number of the first cell that ran since. */
  readonly nextCell: number;
}

/**
 * The states of a session that `Autosave` keeps.
 *
 * @example
 *   const session = new Session();
 *   const autosave = new Autosave(session, { root: 'autosaves' });
 *   const rewind = new Rewind(session, autosave);
 *   await rewind.checkpoint('clean');
 *   autosave.note((await session.evaluator.evaluate('var list = [1]')).cell);
 *   await rewind.rollback('clean');
 *   autosave.discard();
 */
export class Rewind {
  readonly #session: RewindableSession;
  readonly #autosave: Autosave;
  /** The state that the session is in after going somewhere, and the number of cells then. */
  #at: Place | undefined;
  #forward: Point[] = [];
  /** Where going somewhere led last: what ran since began there, whatever was taken before. */
  #origin: Origin | undefined;

  /**
   * Leads back and forth in a session.
   *
   * @param session   The session.
   * @param autosave  What keeps its states.
   */
  constructor(session: RewindableSession, autosave: Autosave) {
    this.#session = session;
    this.#autosave = autosave;
  }

  /** States with a name, oldest name first. */
  get checkpoints(): ReadonlyMap<string, Point> {
    return this.#autosave.points.named;
  }

  /**
   * Goes back to the last state before this one. How far that is depends on when snapshots were taken: where they are
   * quick, before each cell.
   *
   * @param options  See {@link RewindOptions}.
   * @throws {SessionError} SESSION_STATE when there is none, or when going would lose something; SESSION_OPTION
   */
  async undo(options: RewindOptions = {}): Promise<RewindReport> {
    checkOptions(options);
    const settled = this.#settled()?.point;
    const here = settled ?? (await this.#take());
    const before = this.#autosave.points.before(here);
    const origin = settled === undefined ? this.#originSince(before) : undefined;
    const target = origin?.point ?? before;
    if (target === undefined)
      throw new SessionError('SESSION_STATE', 'there is no earlier state to go back to', {
        hint: 'states are kept while autosave is on, within a budget of 256 MB',
      });
    const report = await this.#go(target, here, options, origin?.nextCell);
    this.#forward.push(here);
    return report;
  }

  /**
   * Takes the last {@link undo} back; not after another cell ran.
   *
   * @param options  See {@link RewindOptions}.
   * @throws {SessionError} SESSION_STATE when nothing was undone, or when going would lose something; SESSION_OPTION
   */
  async redo(options: RewindOptions = {}): Promise<RewindReport> {
    checkOptions(options);
    const here = this.#settled()?.point;
    const target = this.#forward.at(-1);
    if (here === undefined || target === undefined)
      throw new SessionError('SESSION_STATE', 'nothing was undone since the last cell', {
        hint: '.undo goes back; a cell that runs afterwards makes a new state',
      });
    const report = await this.#go(target, here, options);
    this.#forward.pop();
    return report;
  }

  /**
   * Keeps the state that the session is in under a name until the process ends.
   *
   * @param name  Any text; an earlier state of that name is forgotten.
   * @returns The state.
   * @throws {SessionError} SESSION_STATE when no state can be kept
   */
  async checkpoint(name: string): Promise<Point> {
    const point = this.#settled()?.point ?? (await this.#take());
    this.#autosave.points.name(name, point);
    return point;
  }

  /**
   * Goes to a state with a name. {@link undo} leads back.
   *
   * @param name     As it was given to {@link checkpoint}.
   * @param options  See {@link RewindOptions}.
   * @throws {SessionError} SESSION_STATE when no state has that name, or when going would lose something; SESSION_OPTION
   */
  async rollback(name: string, options: RewindOptions = {}): Promise<RewindReport> {
    checkOptions(options);
    const target = this.#autosave.points.named.get(name);
    if (target === undefined) {
      const names = [...this.#autosave.points.named.keys()];
      throw new SessionError('SESSION_STATE', `there is no checkpoint ${name}`, {
        path: name,
        hint: names.length === 0 ? '.checkpoint <name> makes one' : `there is ${names.join(', ')}`,
      });
    }
    // The state before stays in the list, so that going there can be undone.
    const here = this.#settled()?.point ?? (await this.#take());
    const report = await this.#go(target, here, options);
    this.#at = undefined;
    return report;
  }

  // Where going somewhere led, unless a cell ran since.
  #settled(): Place | undefined {
    if (this.#at?.cells === this.#session.evaluator.cells.length) return this.#at;
    this.#at = undefined;
    this.#forward = [];
    return undefined;
  }

  // Where it led, when cells ran since and no state was kept after that.
  #originSince(before: Point | undefined): Origin | undefined {
    const origin = this.#origin;
    const { points } = this.#autosave;
    const isOldest = origin !== undefined && (before === undefined || before.after <= origin.after);
    if (!isOldest || this.#session.evaluator.cells.length === origin.cells) return undefined;
    const isKept = [...points.list, ...points.named.values()].includes(origin.point);
    return isKept ? origin : undefined;
  }

  async #take(): Promise<Point> {
    const point = await this.#autosave.point();
    if (point !== undefined) return point;
    throw new SessionError('SESSION_STATE', 'no state can be kept', {
      hint: 'going back needs autosave: .autosave on',
    });
  }

  async #go(
    target: Point,
    here: Point,
    { isForced = false }: RewindOptions,
    firstCell?: number,
  ): Promise<RewindReport> {
    const { evaluator } = this.#session;
    const { live } = target;
    const lost = target.losses.filter(({ name, path }) => name !== path && live.get(path) === undefined);
    if (lost.length > 0 && !isForced) throw wouldLose(lost);
    const known = new Set(target.names);
    const gone = target.losses.filter(({ name, path }) => name === path && live.get(path) === undefined);
    const whole = new Set(gone.map(({ name }) => name));
    const names = target.names.filter((name) => !whole.has(name));
    const isBack = target.after < here.after;
    const [from, to] = isBack ? [target, here] : [here, target];
    const first = firstCell ?? from.nextCell;
    const cells = evaluator.cells.filter(({ number }) => number >= first && number < to.nextCell);
    // It lies in a folder of this user's own, and this process wrote it.
    if (names.length > 0)
      await this.#session.load(target.path, { names, as: 'trusted', isLazy: false, live });
    const dropped = evaluator.names().filter((name) => !known.has(name));
    for (const name of dropped) evaluator.drop(name);
    this.#at = { point: target, cells: evaluator.cells.length };
    this.#origin = { ...this.#at, after: here.after, nextCell: evaluator.nextCellNumber };
    // What runs next starts from a state of its own.
    this.#autosave.changed();
    const kept = [...whole].filter((name) => evaluator.has(name)).sort();
    return { cells, names, dropped, kept, left: here.path, reached: target.path };
  }
}

function wouldLose(losses: readonly Loss[]): SessionError {
  const [first] = losses as readonly [Loss, ...Loss[]];
  const more = losses.length > 1 ? `, and ${losses.length - 1} more` : '';
  return new SessionError('SESSION_STATE', `going there would lose ${first.path} (${first.what})${more}`, {
    path: first.path,
    hint: 'no snapshot can hold it, and nothing else held it since: --force goes all the same',
  });
}
