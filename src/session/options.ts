// Options of saves and loads that have the wrong form are errors, with what is allowed. Knows nothing of sessions.

import { SessionError } from '../errors.js';
import { checkCompression } from '../format/index.js';
import { SECRET_POLICIES } from '../library/secrets/policy.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import type { Keeping } from '../store/generations.js';
import { pathOf } from '../store/path-of.js';
import type { NamedSession } from './places.js';
import { isStored, type StoredSession } from './stored.js';
import type { LoadOptions, SaveOptions } from './types.js';

const NOTE_CHARACTERS_MAX = 10_000;
const AUTHOR_CHARACTERS_MAX = 200;

const SAVE: OptionNames<SaveOptions> = {
  names: 'any',
  exclude: 'any',
  bytesMax: 'any',
  secrets: 'any',
  redact: 'any',
  notSecret: 'any',
  outputs: 'any',
  note: 'any',
  author: 'any',
  isStrict: 'any',
  live: 'any',
  sign: 'any',
  compression: 'any',
  passphrase: 'any',
  isDetached: 'any',
  onConflict: 'any',
  keeping: 'any',
  onProgress: 'function',
  embed: 'any',
  byReference: 'any',
  persistentId: 'any',
  reducerOverride: 'any',
  onBuffer: 'any',
  pendingPromises: 'any',
};

const LOAD: OptionNames<LoadOptions> = {
  names: 'any',
  mode: 'any',
  onConflict: 'any',
  under: 'any',
  isDryRun: 'any',
  isStrict: 'any',
  live: 'any',
  runPins: 'any',
  isLazy: 'any',
  as: 'any',
  allow: 'any',
  otherwise: 'any',
  onClassConflict: 'any',
  damaged: 'any',
  onLoss: 'function',
  onClass: 'function',
  limits: 'any',
  keys: 'any',
  passphrase: 'any',
  onProgress: 'function',
  onMissing: 'any',
  persistentLoad: 'any',
  buffers: 'any',
};

const KEEPING: OptionNames<Keeping> = { countMax: 'any', bytesMax: 'any' };
const NAMED: OptionNames<NamedSession> = { session: 'any', generation: 'any' };

/** Throws SESSION_OPTION for what has a name that is no option. */
export function checkSessionNames<Options extends object>(
  options: Options,
  names: OptionNames<Options>,
  of?: string,
): void {
  checkOptionNames(
    options,
    names,
    (message, hint) => new SessionError('SESSION_OPTION', message, { hint }),
    of,
  );
}

/** Throws SESSION_OPTION for a place that is no path, no name of a session and no key of a store; STORE_ADDRESS for an address. */
export function checkPlace(place: string | NamedSession | StoredSession): void {
  if (typeof place === 'string') {
    pathOf(place);
    return;
  }
  if (typeof place !== 'object' || place === null || (place as unknown) instanceof URL)
    throw new SessionError('SESSION_OPTION', 'a session is saved under a path, a name or a key of a store', {
      hint: "give a path, { session: 'work' }, or what openStore gives; fileURLToPath(url) makes a path of a URL",
    });
  if (isStored(place)) return;
  checkSessionNames(place, NAMED, 'a named session');
  if (typeof place.session !== 'string')
    throw wrong('session', "give a name, for example { session: 'work' }");
}

/** Throws SESSION_OPTION for what is no evaluator: options belong to saves and loads. */
export function checkParts(evaluator: unknown, startedAtMs: unknown): void {
  const { evaluate } = (evaluator ?? {}) as { readonly evaluate?: unknown };
  if (evaluator !== undefined && typeof evaluate !== 'function')
    throw new SessionError('SESSION_OPTION', 'what the session is to work on is no Evaluator', {
      hint: 'new Session() makes one; options belong to save and load',
    });
  if (!Number.isFinite(startedAtMs))
    throw wrong('startedAtMs', 'give milliseconds as Date.now() counts, or leave it out');
}

/** Checks what a caller says about a save; throws SESSION_OPTION. */
export function checkSaveOptions(options: SaveOptions): void {
  checkSessionNames(options, SAVE);
  checkSaveForms(options);
}

function checkSaveForms({
  names,
  exclude,
  bytesMax,
  onBuffer,
  secrets,
  redact,
  notSecret,
  onConflict,
  keeping,
  note,
  author,
  compression,
}: SaveOptions): void {
  checkCompression(compression);
  checkWords('names', names);
  checkWords('exclude', exclude);
  checkWords('redact', redact);
  checkWords('notSecret', notSecret);
  checkOne('secrets', secrets, SECRET_POLICIES);
  if (bytesMax !== undefined && !(typeof bytesMax === 'number' && bytesMax > 0))
    throw wrong('bytesMax', 'give a number of bytes above 0');
  checkOne('onConflict', onConflict, ['refuse', 'overwrite']);
  checkText('note', note, NOTE_CHARACTERS_MAX);
  checkText('author', author, AUTHOR_CHARACTERS_MAX);
  if (keeping !== undefined) checkSessionNames(keeping, KEEPING, 'keeping');
  for (const most of Object.values(keeping ?? {}))
    if (most !== undefined && !(typeof most === 'number' && most >= 1))
      throw wrong('keeping', 'give { countMax, bytesMax } with numbers from 1 on');
  // The session is pickled again until it fits, and each time would hand out the buffers.
  if (bytesMax !== undefined && onBuffer !== undefined)
    throw wrong('onBuffer', 'leave out bytesMax, or let the buffers be saved');
}

/** Checks what a caller says about a load; throws SESSION_OPTION. What opens the file is checked where it is opened. */
export function checkLoadOptions(options: LoadOptions): void {
  checkSessionNames(options, LOAD);
  checkWords('names', options.names);
  checkOne('mode', options.mode, ['merge', 'replace']);
  checkOne('onConflict', options.onConflict, ['take', 'keep', 'refuse']);
  checkOne('onClassConflict', options.onClassConflict, ['stored', 'current', 'migrate']);
  checkOne('damaged', options.damaged, ['refuse', 'salvage']);
  const { under } = options;
  if (
    under !== undefined &&
    !(typeof under === 'string' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(under))
  )
    throw wrong('under', 'give a name that a variable can have');
}

function checkText(option: string, text: string | undefined, charactersMax: number): void {
  if (text === undefined || (typeof text === 'string' && text.length <= charactersMax)) return;
  throw wrong(option, `give a text of at most ${charactersMax} characters`);
}

function checkWords(option: string, words: readonly string[] | undefined): void {
  if (words === undefined) return;
  if (!Array.isArray(words) || words.some((word) => typeof word !== 'string' || word === ''))
    throw wrong(option, 'give a list of names; * and ? stand for any text and any character');
}

function checkOne(option: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) throw wrong(option, `give ${allowed.join(', ')}`);
}

function wrong(option: string, hint: string): SessionError {
  return new SessionError('SESSION_OPTION', `the option ${option} has the wrong form`, {
    path: option,
    hint,
  });
}
