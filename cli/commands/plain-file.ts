// Plain data from files that are no snapshots: JSON and Python pickles. Recognised by what is in them.
//
// Runs nothing. The readers load when they are used.

import { basename } from 'node:path';
import { kindOfFile } from '../../src/format/index.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import type { JsonLoss } from '../plain/json-text.js';
import { EXIT } from './command.js';

/** Plain data of a file. */
export interface PlainData {
  readonly from: 'json' | 'python-pickle';
  readonly value: unknown;
  /** What became a record, because its class is not known here. */
  readonly losses: readonly JsonLoss[];
}

/** Reads a file's plain data. Throws a `CommandError` that says what the file is instead. */
export async function readPlain(path: string, bytes: Uint8Array): Promise<PlainData> {
  const kind = kindOfFile(bytes);
  if (kind?.name === 'a Python pickle') return fromPython(path, bytes);
  if (kind === undefined || kind.name === 'JSON' || kind.name === 'a text file') return fromJson(path, bytes);
  throw new CommandError(`${displayName(path)} is ${kind.name}`, kind.hint, EXIT.refused);
}

function fromJson(path: string, bytes: Uint8Array): PlainData {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError(
      `${displayName(path)} is no JSON: it is not UTF-8 text`,
      'brine reads its own snapshots, JSON and Python pickles',
      EXIT.refused,
    );
  }
  try {
    return { from: 'json', value: JSON.parse(text) as unknown, losses: [] };
  } catch (error) {
    throw new CommandError(
      `${displayName(path)} is no JSON: ${displayName((error as Error).message, 200)}`,
      'brine reads its own snapshots, JSON and Python pickles',
      EXIT.refused,
    );
  }
}

async function fromPython(path: string, bytes: Uint8Array): Promise<PlainData> {
  const { readPythonPickle } = await import('../plain/python-pickle.js');
  try {
    const { value, records } = readPythonPickle(bytes);
    const losses = [...records].map(([name, number]) => ({
      path: '',
      what: `${number} of Python's ${name}`,
      became: isKnown(name) ? 'plain data' : 'a record',
    }));
    return { from: 'python-pickle', value, losses };
  } catch (error) {
    throw new CommandError(
      `${displayName(path)} cannot be read as a Python pickle: ${displayName((error as Error).message, 200)}`,
      'in Python, write what you need as JSON and read that here',
      EXIT.refused,
    );
  }
}

function isKnown(name: string): boolean {
  return /^(?:datetime|decimal|fractions|collections)\./.test(name);
}

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const RESERVED =
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield arguments eval'.split(
    ' ',
  );

/**
 * The names that plain data gets: those of an object whose keys can all be names and hide nothing; otherwise `data`, or
 * what the caller says, for all of it.
 */
export function namesOf(value: unknown, as: string | undefined): [string, unknown][] {
  if (as !== undefined) {
    if (!canBeName(as))
      throw new CommandError(`${displayName(as, 60)} cannot be a name`, 'for example: --as data', EXIT.usage);
    return [[as, value]];
  }
  const isObject =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  const entries = isObject ? Object.entries(value) : [];
  const isFit = entries.length > 0 && entries.every(([name]) => canBeName(name) && !(name in globalThis));
  return isFit ? entries : [['data', value]];
}

/** A name after a file: `my-data.pkl` is `my_data`. */
export function nameOfFile(path: string): string {
  const stem = basename(path).replace(/\.[^.]*$/, '');
  const name = stem.replace(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?=[^\p{ID_Start}$_])/u, '_');
  return canBeName(name) && !(name in globalThis) ? name : 'data';
}

function canBeName(word: string): boolean {
  return NAME.test(word) && !RESERVED.includes(word);
}
