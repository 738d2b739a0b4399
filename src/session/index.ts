// A session: the names a person made, saved to a snapshot and restored from one. What the prompt uses; usable from a
// script. Knows nothing of terminals.

import { SessionError, StoreError } from '../errors.js';
import { Evaluator } from '../evaluator/index.js';
import { KIND_BYTES } from '../format/index.js';
import { globalRegistry, type Reducer, ReducerRegistry } from '../graph/registry.js';
import { checkLoadHelp } from '../library/help.js';
import { limitsFor } from '../library/opening.js';
import { isDamage } from '../library/salvage.js';
import { areBuiltinsPristine, withPristineBuiltins } from '../realm/pristine.js';
import { openFile, readFileBytes, readFileBytesSync } from '../store/index.js';
import { realIo, realIoSync } from '../store/io-real.js';
import { runSteps, runStepsSync } from '../store/steps.js';
import { joinedBytes } from './in-memory.js';
import { type RestoreReport, restoreSession } from './load.js';
import { type UndoneSave, undoSave } from './named.js';
import { checkLoadOptions, checkParts, checkPlace, checkSaveOptions } from './options.js';
import { type PickledSave, pickledSave, type SavePlace } from './pickled.js';
import { type PinRun, Pins } from './pins.js';
import { fileOf, type NamedSession, otherKindOf, type Place, placeOf, type Stamp } from './places.js';
import { findLosses, pickleSession } from './save.js';
import {
  fetchStored,
  isStored,
  keyOfStored,
  lookStored,
  type StoredSession,
  shownStored,
  storedConflict,
  storedPlace,
} from './stored.js';
import type {
  LoadOptions,
  LoadReport,
  Loss,
  Pin,
  ProgressListener,
  SaveOptions,
  SaveReport,
  SessionSnapshot,
  VariableRow,
} from './types.js';
import { buryDamaged } from './unread.js';
import { variableRows } from './variables.js';
import { warmUp } from './warm-up.js';
import { isKnownStamp, refuseForeign, type Written, writeSession } from './write.js';

// How long a save at the end of a process waits for another one.
const EXIT_WAIT_MS = 2000;

/**
 * The globals of this process that cells or scripts made, and their way to a file and back.
 *
 * Names are properties of `globalThis`: a process has one session.
 *
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('let a = 1; const f = () => a++');
 *   await session.save('work.pkl');
 *   await session.load('work.pkl');
 */
export class Session {
  /** Runs cells and holds the table of names. */
  readonly evaluator: Evaluator;
  private readonly pinTable: Pins;
  private readonly startedAtMs: number;
  // What stood at each place when this session last loaded or saved it.
  private readonly seen = new Map<string, Stamp>();
  // The same for keys of stores, by what the store says of a content.
  private readonly seenVersions = new Map<string, string>();
  // Names that the last load from a place left there, where a save takes the place of the one before.
  private readonly leftThere = new Map<string, readonly string[]>();
  private readonly registry = new ReducerRegistry(globalRegistry);

  /**
   * @param evaluator    The evaluator to work on. Default: a new one, taking every global there is now as Node's own.
   * @param startedAtMs  When the session began, in milliseconds as `Date.now()` counts: a file that somebody else saved since is
   *   not replaced unasked. Default: now.
   * @throws {SessionError} SESSION_OPTION
   */
  constructor(evaluator?: Evaluator, startedAtMs: number = Date.now()) {
    withPristineBuiltins(() => checkParts(evaluator, startedAtMs));
    this.startedAtMs = startedAtMs;
    this.evaluator = evaluator ?? new Evaluator();
    this.pinTable = new Pins(this.evaluator);
  }

  /**
   * Registers a reducer for the saves and loads of this session only. See {@link registerReducer}.
   *
   * @param constructor  The class.
   * @param reducer      See {@link Reducer}.
   * @throws {PicklingError} PICKLE_OPTION when the reducer has the wrong form
   * @example
   *   const session = new Session();
   *   session.registerReducer(Connection, {
   *     reduce: (connection) => ({ url: connection.url }),
   *     revive: ({ url }) => new Connection(url),
   *   });
   */
  registerReducer<T extends object, S>(
    constructor: abstract new (...args: any) => T,
    reducer: Reducer<T, S>,
  ): this {
    this.registry.register(constructor, reducer);
    return this;
  }

  /**
   * Saves names to a file, replacing it atomically and durably. What cannot be saved becomes a tombstone and is named in
   * the report; it never sinks the rest. Runs no code of the values'. It is signed, so that this user can load it without
   * a question.
   *
   * A name in place of a path, as `{ session: 'work' }`, keeps the saves before it, too: generations. Every save to one
   * place has a number of its own that rises, whoever saves. When somebody else has saved there since this session loaded or
   * saved it, this is an error unless `onConflict` says to overwrite.
   *
   * What is in a store is saved and loaded in the same way: `openStore(address)` gives what `target` takes.
   *
   * @param target   A path, the name of a session, or a key of a store.
   * @param options  See {@link SaveOptions}.
   * @returns Where it went, under which number, what was saved, lost, left out and looks like a secret, and how many bytes it has.
   * @throws {SessionError} SESSION_NAME for a name that does not exist, SESSION_OPTION, SESSION_SIZE when nothing is small
   *   enough for `bytesMax`, SESSION_SECRET when `secrets` refuses what looks like one
   * @throws {PicklingError} PICKLE_UNSAVABLE with `isStrict` when something would be lost; nothing is written.
   *   PICKLE_OPTION for options of the wrong form
   * @throws {StoreError} STORE_WRITE, STORE_DURABILITY; STORE_FOREIGN, STORE_CONFLICT, STORE_BUSY; STORE_READ for a word that is no
   *   name, STORE_KEY for what is no key of a store, STORE_ADDRESS
   * @throws {SignatureError} KEY_STORE when `sign` is given and the keys cannot be had
   * @see `dump_module` of dill, `save.image` of R
   * @example
   *   const session = new Session();
   *   await session.evaluator.evaluate('let a = 1');
   *   (await session.save({ session: 'afternoon' })).target; // 'afternoon@1'
   *   (await session.save({ session: 'afternoon' })).target; // 'afternoon@2'
   *   await session.load({ session: 'afternoon', generation: 1 });
   */
  async save(target: string | NamedSession | StoredSession, options: SaveOptions = {}): Promise<SaveReport> {
    withPristineBuiltins(() => {
      checkPlace(target);
      checkSaveOptions(options);
    });
    const save = (): Promise<SaveReport> =>
      isStored(target) ? this.saveStored(target, options) : this.saveOnce(target, options);
    try {
      return await save();
    } catch (error) {
      if (!this.buries(error, options)) throw error;
      return await save();
    }
  }

  private async saveStored(target: StoredSession, options: SaveOptions): Promise<SaveReport> {
    const shown = shownStored(target);
    const before = await lookStored(target);
    if (options.onConflict !== 'overwrite' && before !== undefined) {
      const kind = otherKindOf(await target.store.read(target.key, { offset: 0, length: KIND_BYTES }));
      refuseForeign({ shownAs: shown, otherKind: () => kind });
    }
    const place = storedPlace(target, before);
    const { writing, report } = this.pickled(place, options);
    const mayOverwrite = options.onConflict === 'overwrite';
    const seen = this.seenVersions.get(place.key);
    const isKnown =
      seen === undefined
        ? before === undefined || (before.savedAtMs ?? Number.POSITIVE_INFINITY) <= this.startedAtMs
        : seen === before?.stored.version || before === undefined;
    if (!isKnown && !mayOverwrite) throw storedConflict(shown);
    const number = (before?.generation ?? 0) + 1;
    const stored = await target.store.put(target.key, writing.chunksOf(number), {
      ...(!mayOverwrite && { ifVersion: before?.stored.version ?? null }),
    });
    this.seenVersions.set(place.key, stored.version);
    return report({ generation: stored.generation ?? number, pruned: [], now: undefined });
  }

  private async saveOnce(target: string | NamedSession, options: SaveOptions): Promise<SaveReport> {
    const place = fileFor(target, options);
    const { writing, report } = this.pickled(place, options);
    // Work that awaits cannot set the session's built-ins aside; Node's own file functions would trip over them.
    if (areBuiltinsPristine()) return report(await runSteps(writeSession(realIo, place, writing)));
    return report(withPristineBuiltins(() => runStepsSync(writeSession(realIoSync, place, writing))));
  }

  /**
   * {@link save}, blocking: for exits and signals, where nothing asynchronous finishes any more.
   *
   * @param target   A path, or the name of a session.
   * @param options  See {@link SaveOptions}.
   * @returns What {@link Session.save} resolves to.
   * @throws {SessionError} SESSION_NAME, SESSION_OPTION, SESSION_SIZE, SESSION_SECRET
   * @throws {PicklingError} PICKLE_UNSAVABLE, PICKLE_OPTION
   * @throws {StoreError} STORE_WRITE, STORE_DURABILITY, STORE_FOREIGN, STORE_CONFLICT, STORE_BUSY, STORE_READ
   * @throws {SignatureError} KEY_STORE
   * @example
   *   const session = new Session();
   *   process.on('exit', () => session.saveSync('work.pkl'));
   */
  saveSync(target: string | NamedSession, options: SaveOptions = {}): SaveReport {
    withPristineBuiltins(() => {
      checkPlace(target);
      checkSaveOptions(options);
    });
    try {
      return this.saveOnceSync(target, options);
    } catch (error) {
      if (!this.buries(error, options)) throw error;
      return this.saveOnceSync(target, options);
    }
  }

  // What is unread may turn out to be damaged when it is taken over: it must not sink the rest.
  private buries(error: unknown, { isStrict }: SaveOptions): boolean {
    if (isStrict === true || !isDamage(error)) return false;
    return withPristineBuiltins(() => buryDamaged(this.evaluator, this.evaluator.names())) > 0;
  }

  private saveOnceSync(target: string | NamedSession, options: SaveOptions): SaveReport {
    const place = fileFor(target, options);
    const { writing, report } = this.pickled(place, options);
    const wait = { ...writing, waitMs: EXIT_WAIT_MS };
    return report(withPristineBuiltins(() => runStepsSync(writeSession(realIoSync, place, wait))));
  }

  /**
   * Restores names from a file, completely or not at all. The code in the file is evaluated when this user signed it, or
   * somebody whom they trust; every other file is refused, unless the options say how to open it.
   *
   * @param from     A path, the name of a session, or a key of a store, both with the number of a save. Default of the number: the
   *   newest.
   * @param options  See {@link LoadOptions}.
   * @returns What came, what is missing, what the session had too, and what the file was opened as.
   * @throws {StoreError} STORE_READ, STORE_ADDRESS for an address that was not opened with openStore
   * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
   * @throws {ProtocolError} PROTOCOL_TOO_NEW
   * @throws {LimitError} LIMIT_EXCEEDED
   * @throws {SessionError} SESSION_GENERATION for a session or a save that is not there, SESSION_NAME for a name that the
   *   file does not have, SESSION_OPTION, SESSION_CONFLICT for names that the session has too when `onConflict` refuses them, or
   *   that are locked, SESSION_LOSSY with `isStrict` when something is missing
   * @throws {UnpicklingError} UNPICKLE_OPTION for options of the wrong form, UNPICKLE_CODE, UNPICKLE_MISSING with
   *   `onMissing: 'throw'`
   * @throws {RestrictedError} RESTRICTED_CODE for a file that nobody signed who is trusted
   * @throws {SignatureError} SIGNATURE_UNKNOWN, SIGNATURE_WRONG, ENCRYPTED, KEY_STORE, KEY_FORM
   * @see `load_module` of dill, `load` of R; `isDryRun` and `under` are what was asked of dill and is not there
   * @example
   *   const session = new Session();
   *   await session.evaluator.evaluate('let a = 1');
   *   await session.save('evening.pkl');
   *   await session.evaluator.evaluate('a = 2');
   *   (await session.load('evening.pkl')).overwritten; // [ 'a' ]
   */
  async load(from: string | NamedSession | StoredSession, options: LoadOptions = {}): Promise<LoadReport> {
    const start = performance.now();
    withPristineBuiltins(() => {
      checkPlace(from);
      checkLoadOptions(options);
      checkLoadHelp(options);
    });
    if (isStored(from)) return this.loadStored(from, options, start);
    const { place, path: source, shownAs } = withPristineBuiltins(() => sourceOf(from));
    options.onProgress?.({ phase: 'reading', done: 0, total: undefined });
    const before = withPristineBuiltins(() => place.look());
    const file = withPristineBuiltins(() => openFile(source));
    let isOpen = false;
    try {
      const bytes = file ?? (await this.readWhole(source));
      const { report, leftThere } = await restoreSession(this.evaluator, bytes, shownAs, {
        ...options,
        registry: this.registry,
      });
      isOpen = report.unread.length > 0;
      const pins = report.isDryRun ? report.pins : await this.takePins(report, options);
      if (!report.isDryRun && !place.isOwn) this.leftThere.set(place.key, leftThere);
      if (!report.isDryRun && before !== undefined) this.seen.set(place.key, place.stampOf(before, report));
      return { ...report, pins, source: shownAs, durationMs: performance.now() - start };
    } finally {
      // Names that are unread keep it open.
      if (!isOpen) file?.close();
    }
  }

  private async loadStored(from: StoredSession, options: LoadOptions, start: number): Promise<LoadReport> {
    const shownAs = shownStored(from);
    options.onProgress?.({ phase: 'reading', done: 0, total: undefined });
    const isData = options.as === 'data' || options.allow !== undefined;
    const { bytes, newest } = await fetchStored(from, {
      bytesMax: limitsFor(!isData, options.limits).fileBytesMax,
      onProgress: (done, total) => options.onProgress?.({ phase: 'reading', done, total }),
    });
    const file = 'close' in bytes ? bytes : undefined;
    let isOpen = false;
    try {
      const more = { ...options, registry: this.registry };
      const { report, leftThere } = await restoreSession(this.evaluator, bytes, shownAs, more);
      isOpen = report.unread.length > 0;
      const pins = report.isDryRun ? report.pins : await this.takePins(report, options);
      if (!report.isDryRun && !from.store.keepsGenerations) this.leftThere.set(keyOfStored(from), leftThere);
      if (!report.isDryRun) this.seenVersions.set(keyOfStored(from), newest.version);
      return { ...report, pins, source: shownAs, durationMs: performance.now() - start };
    } finally {
      if (!isOpen) file?.close();
    }
  }

  /**
   * Says how to make a name's value again when it cannot be saved. Saves keep the expression in place of the value; it runs
   * at a load when that is told to, or by {@link Session.runPin}.
   *
   * @param name    A name of the session.
   * @param source  A JavaScript expression; it may await.
   * @throws {SessionError} SESSION_PIN
   * @example
   *   const session = new Session();
   *   await session.evaluator.evaluate('const db = { query() {} }');
   *   session.pin('db', 'await connect(url)');
   *   session.pins(); // [ { name: 'db', source: 'await connect(url)' } ]
   *   session.unpin('db');
   */
  pin(name: string, source: string): void {
    withPristineBuiltins(() => this.pinTable.set(name, source));
  }

  /**
   * Takes a pin away; false when there is none.
   *
   * @param name  A name of the session.
   * @returns Whether there was one.
   */
  unpin(name: string): boolean {
    return withPristineBuiltins(() => this.pinTable.delete(name));
  }

  /** The names that are pinned, with their expressions, sorted. */
  pins(): Pin[] {
    return withPristineBuiltins(() => this.pinTable.list());
  }

  /**
   * Runs the pin of a name, and gives the name what it makes. What it throws is in the answer.
   *
   * @param name  A name that is pinned.
   * @returns What it made, or what was thrown.
   * @throws {SessionError} SESSION_PIN for a name without a pin
   */
  runPin(name: string): Promise<PinRun> {
    return this.pinTable.run(name);
  }

  /**
   * {@link undoSave} of a name that this session may save to: its next save there follows that, and asks about nobody else's.
   *
   * @param name  The name of a session.
   * @returns The number of the save whose content is the newest again, and the number that it has now.
   * @throws {SessionError} SESSION_GENERATION when there is no session of the name, or no save before its newest one
   * @throws {StoreError} STORE_READ, STORE_WRITE, STORE_DURABILITY, STORE_BUSY
   * @example
   *   const session = new Session();
   *   await session.save({ session: 'morning' });
   *   await session.save({ session: 'morning' });
   *   await session.undoSave('morning'); // { from: 1, generation: 3 }
   *   (await session.save({ session: 'morning' })).generation; // 4
   */
  async undoSave(name: string): Promise<UndoneSave> {
    const place = withPristineBuiltins(() => placeOf({ session: name }));
    const before = withPristineBuiltins(() => place.look());
    const done = await undoSave(name);
    withPristineBuiltins(() => {
      const now = place.look();
      const seen = this.seen.get(place.key);
      const isKnown = before !== undefined && isKnownStamp(before, { seen, startedAtMs: this.startedAtMs });
      // Whoever saved between these looks is somebody else still.
      const isMine = done.generation === (before?.generation ?? 0) + 1 && now?.generation === done.generation;
      if (isKnown && isMine) this.seen.set(place.key, now);
    });
    return done;
  }

  private pickled(place: SavePlace, options: SaveOptions): PickledSave {
    if (options.onConflict !== 'overwrite') withPristineBuiltins(() => this.refuseToLose(place));
    const { evaluator, registry, startedAtMs, seen } = this;
    const session = { evaluator, registry, startedAtMs, seen, pins: this.pins() };
    const { writing, report } = pickledSave(session, place, options);
    const reported = (written: Written): SaveReport => {
      this.leftThere.delete(place.key);
      return report(written);
    };
    return { writing, report: reported };
  }

  // Whoever took some names of a snapshot does not mean to lose the others.
  private refuseToLose({ key, shownAs, look }: SavePlace): void {
    const left = this.leftThere.get(key)?.filter((name) => !this.evaluator.has(name)) ?? [];
    if (left.length === 0 || look() === undefined) return;
    const some = left.slice(0, 3).join(', ') + (left.length > 3 ? ` and ${left.length - 3} more` : '');
    throw new StoreError('STORE_CONFLICT', `"${shownAs}" has names that were not loaded: ${some}`, {
      path: shownAs,
      hint: 'load them or .save --merge; another name keeps both; --overwrite (onConflict: "overwrite") loses them',
    });
  }

  // What the file was opened as decides: nothing of data ever runs, and its pins are not taken for one's own.
  private async takePins(
    { pins, opened }: RestoreReport,
    { runPins, under }: LoadOptions,
  ): Promise<PinRun[]> {
    if (opened === 'data' || under !== undefined) return [...pins];
    withPristineBuiltins(() => this.pinTable.adopt(pins));
    const done: PinRun[] = [];
    for (const pin of pins) {
      const may =
        typeof runPins === 'function' ? await runPins({ name: pin.name, source: pin.source }) : runPins;
      done.push(may === true ? await this.runPin(pin.name) : pin);
    }
    return done;
  }

  private readWhole(source: string): Promise<Uint8Array> | Uint8Array {
    return areBuiltinsPristine()
      ? readFileBytes(source)
      : withPristineBuiltins(() => readFileBytesSync(source));
  }

  /**
   * Gets ready for the first save: tries capturing code once, which takes about a tenth of a second. Worth calling while
   * nothing else is to be done; a save without it does the same then.
   *
   * @example
   *   const session = new Session();
   *   session.prepare();
   */
  prepare(): void {
    warmUp();
  }

  /** The names there are, with a short type and preview each. Runs no code of the values'. */
  variables(): VariableRow[] {
    return variableRows(this.evaluator, this.registry);
  }

  /**
   * What of the session cannot be saved, without saving.
   *
   * @param name  One name. Default: all.
   * @throws {SessionError} SESSION_NAME
   */
  losses(name?: string): Loss[] {
    return findLosses(this.evaluator, {
      names: this.chosen(name === undefined ? undefined : [name]),
      registry: this.registry,
    });
  }

  /**
   * What a save would write, in memory and unsigned, with what a save would report: for questions about the session, and
   * for whoever keeps bytes elsewhere. Runs no code of the values' but registered reducers; names that were not read yet
   * are taken over as they are.
   *
   * @param names       The names. Default: all.
   * @param onProgress  Told now and then while the values are walked. Default: nobody is told.
   * @throws {SessionError} SESSION_NAME for a name that does not exist
   * @example
   *   const session = new Session();
   *   await session.evaluator.evaluate('const list = [1, 2]');
   *   session.snapshot().saved; // [ 'list' ]
   */
  snapshot(names?: readonly string[], onProgress?: ProgressListener): SessionSnapshot {
    const chosen = withPristineBuiltins(() => this.chosen(names));
    const { pieces, report } = pickleSession(this.evaluator, chosen, {
      pins: this.pins(),
      leftOut: [],
      registry: this.registry,
      generation: 1,
      hasOutputs: names === undefined,
      onProgress,
    });
    const { saved, linked, losses, changes, objects, pins } = report;
    const bytes = withPristineBuiltins(() => joinedBytes(pieces));
    return { bytes, saved, linked, losses, changes, objects, pins };
  }

  private chosen(names: readonly string[] | undefined): readonly string[] {
    const all = this.evaluator.names();
    for (const name of names ?? []) {
      if (all.includes(name)) continue;
      throw new SessionError('SESSION_NAME', `the session has no ${name}`, {
        path: name,
        hint: 'see .vars for the names there are',
      });
    }
    return names ?? all;
  }
}

function sourceOf(from: string | NamedSession): { place: Place; path: string; shownAs: string } {
  const place = placeOf(from);
  return { place, ...(typeof from === 'string' ? { path: from, shownAs: from } : fileOf(from)) };
}

// Where a save goes, unless something stands there that no save made.
function fileFor(target: string | NamedSession, { onConflict }: SaveOptions): Place {
  return withPristineBuiltins(() => {
    const place = placeOf(target);
    if (onConflict !== 'overwrite') refuseForeign(place);
    return place;
  });
}
