// Options of saves and loads that have the wrong form are errors, with what is allowed. Knows nothing of sessions.

import { SessionError } from '../errors.js';
import { checkCompression } from '../format/index.js';
import { SECRET_POLICIES } from '../library/secrets/policy.js';
import type { LoadOptions, SaveOptions } from './types.js';

const NOTE_CHARACTERS_MAX = 10_000;
const AUTHOR_CHARACTERS_MAX = 200;

/** Checks what a caller says about a save; throws SESSION_OPTION. */
export function checkSaveOptions({
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
  for (const most of Object.values(keeping ?? {}))
    if (most !== undefined && !(typeof most === 'number' && most >= 1))
      throw wrong('keeping', 'give { countMax, bytesMax } with numbers from 1 on');
  // The session is pickled again until it fits, and each time would hand out the buffers.
  if (bytesMax !== undefined && onBuffer !== undefined)
    throw wrong('onBuffer', 'leave out bytesMax, or let the buffers be saved');
}

/** Checks what a caller says about a load; throws SESSION_OPTION. What opens the file is checked where it is opened. */
export function checkLoadOptions(options: LoadOptions): void {
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
