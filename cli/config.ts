// The project's configuration: what saves leave out. From the nearest folder upwards that has a `.brinerc.json`, or a key
// `brine` in its package.json. Data only: no file of code is ever looked for, let alone run.

import process from 'node:process';
import { lilconfigSync } from 'lilconfig';
import { isPattern } from '../src/library/patterns.js';
import type { SaveOptions } from '../src/session/types.js';
import { nearestName } from '../src/store/nearest-name.js';
import { EXIT } from './commands/command.js';
import { displayName } from './display-name.js';
import { CommandError, UsageError } from './errors.js';

/** What a project says about saves. */
export interface Config {
  /** The file it is from; undefined when there is none. */
  readonly file: string | undefined;
  /** Names and patterns that saves leave out. */
  readonly exclude: readonly string[];
  /** The most bytes of a snapshot. */
  readonly bytesMax: number | undefined;
  /** What saves do about what looks like a secret. */
  readonly secrets: SaveOptions['secrets'] | undefined;
  /** Paths, with patterns, of what looks like a secret and is none. */
  readonly notSecret: readonly string[];
  /** How many saves of a named session stay, and the most bytes of them together. */
  readonly generations: number | undefined;
  readonly generationBytesMax: number | undefined;
  /** What becomes of unsaved changes when somebody leaves the prompt. */
  readonly leaving: Leaving | undefined;
}

/** Unsaved changes at the end go into the session's file, or not, or the person is asked. */
export type Leaving = (typeof LEAVING)[number];

const LEAVING = ['ask', 'yes', 'no'] as const;

const NONE: Config = {
  file: undefined,
  exclude: [],
  bytesMax: undefined,
  secrets: undefined,
  notSecret: [],
  generations: undefined,
  generationBytesMax: undefined,
  leaving: undefined,
};
const SECRETS = ['report', 'redact', 'refuse', 'ignore'] as const;

/** Each key, with what is allowed as an error says it, and how its value is read; undefined when it is not allowed. */
const KEYS: Readonly<
  Record<string, { readonly allowed: string; read(value: unknown): Partial<Config> | undefined }>
> = {
  exclude: {
    allowed: 'a list of names and patterns, for example ["tmp*"]',
    read: (value) => (isWords(value) ? { exclude: value } : undefined),
  },
  secrets: {
    allowed: `one of ${SECRETS.join(', ')}`,
    read: (value) => {
      const secrets = SECRETS.find((one) => one === value);
      return secrets === undefined ? undefined : { secrets };
    },
  },
  notSecret: {
    allowed: 'a list of paths and patterns, for example ["settings.publicToken"]',
    read: (value) => (isWords(value) ? { notSecret: value } : undefined),
  },
  maxSize: {
    allowed: 'a size with its unit, for example "100 MB"',
    read: (value) => {
      const bytesMax = typeof value === 'string' ? sizeOfText(value) : undefined;
      return bytesMax === undefined ? undefined : { bytesMax };
    },
  },
  generations: {
    allowed: 'how many saves of a name stay, from 1 on',
    read: (value) =>
      Number.isSafeInteger(value) && (value as number) >= 1 ? { generations: value as number } : undefined,
  },
  generationsMaxSize: {
    allowed: 'a size with its unit, for example "1 GB"',
    read: (value) => {
      const generationBytesMax = typeof value === 'string' ? sizeOfText(value) : undefined;
      return generationBytesMax === undefined ? undefined : { generationBytesMax };
    },
  },
  saveOnExit: {
    allowed: `one of ${LEAVING.join(', ')}`,
    read: (value) => {
      const leaving = LEAVING.find((one) => one === value);
      return leaving === undefined ? undefined : { leaving };
    },
  },
};

/**
 * What becomes of unsaved changes at the end: what the command line says, else `BRINE_SAVE_ON_EXIT`, else the project's
 * `saveOnExit`, else `ask`. Throws a `UsageError` for another word, and what {@link readConfig} throws.
 */
export function leavingOf(folder: string, flag: string | undefined, environment = process.env): Leaving {
  const wanted = flag ?? environment['BRINE_SAVE_ON_EXIT'];
  if (wanted === undefined || wanted === '') return readConfig(folder).leaving ?? 'ask';
  const leaving = LEAVING.find((one) => one === wanted);
  if (leaving !== undefined) return leaving;
  const what = flag === undefined ? 'BRINE_SAVE_ON_EXIT' : '--save-on-exit';
  throw new UsageError(`${what} takes ${LEAVING.join(', ')}, not ${displayName(wanted, 40)}`);
}

/** Reads the configuration that holds in a folder. Throws a `CommandError` that names file, key and what is allowed. */
export function readConfig(folder: string): Config {
  const places = ['.brinerc.json', 'package.json'];
  const found = lilconfigSync('brine', { searchPlaces: places, loaders: { '.json': parsed } }).search(folder);
  if (found === null || found.isEmpty === true) return NONE;
  const { config, filepath: file } = found as { config: unknown; filepath: string };
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw problem(file, 'it is no object', `the keys are ${Object.keys(KEYS).join(', ')}`);
  let result: Config = { ...NONE, file };
  for (const [key, value] of Object.entries(config)) {
    const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (known === undefined) {
      const near = nearestName(key, Object.keys(KEYS));
      const hint =
        near === undefined ? `the keys are ${Object.keys(KEYS).join(', ')}` : `did you mean ${near}?`;
      throw problem(file, `there is no key ${JSON.stringify(key)}`, hint);
    }
    const read = known.read(value);
    if (read === undefined)
      throw problem(file, `the key ${JSON.stringify(key)} has the wrong form`, `it takes ${known.allowed}`);
    result = { ...result, ...read };
  }
  return result;
}

/** The patterns and names that can leave something out of a session with these names. */
export function exclusionsFor({ exclude }: Config, names: readonly string[]): readonly string[] {
  return exclude.filter((word) => isPattern(word) || names.includes(word));
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
};

/** `100 MB`, `1.5GiB` in bytes; undefined for anything else. */
export function sizeOfText(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  const size = unit === undefined ? 0 : Math.floor(Number(match?.[1]) * unit);
  return size > 0 ? size : undefined;
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string' && word !== '');
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw problem(file, `it is no JSON: ${(error as Error).message}`, 'mend it, or remove it');
  }
}

function problem(file: string, what: string, hint: string): CommandError {
  return new CommandError(`${displayName(file)}: ${what}`, hint, EXIT.usage);
}
