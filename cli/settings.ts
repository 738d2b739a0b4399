// Every setting of brine: where it can be said, what is allowed, what holds when nobody says anything. One table, for reading
// the files, for `brine config` and for its page.
//
// Knows nothing of files; knows nothing of what settings do.

import type { AutosaveMode } from '../src/session/autosave/index.js';
import type { SaveOptions } from '../src/session/types.js';

/** Unsaved changes at the end go into the session's file, or not, or the person is asked. */
export type Leaving = (typeof LEAVING)[number];

export const LEAVING = ['ask', 'yes', 'no'] as const;
/** How saves can be compressed. */
export const COMPRESSIONS = ['none', 'deflate', 'brotli', 'zstd'] as const;
const SECRETS = ['report', 'redact', 'refuse', 'ignore'] as const;
const AUTOSAVE = ['on', 'off', 'exit'] as const;

/** What the files and the environment say; undefined where they say nothing. */
export interface Config {
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
  /** How saves are compressed. */
  readonly compression: SaveOptions['compression'] | undefined;
  /** What becomes of unsaved changes when somebody leaves the prompt. */
  readonly leaving: Leaving | undefined;
  /** When unsaved work is kept without being asked to. */
  readonly autosave: AutosaveMode | undefined;
  /** True when the input line has colours. */
  readonly highlight: boolean | undefined;
}

/** What holds when nobody says anything. */
export const NOTHING_SAID: Config = {
  exclude: [],
  bytesMax: undefined,
  secrets: undefined,
  notSecret: [],
  generations: undefined,
  generationBytesMax: undefined,
  compression: undefined,
  leaving: undefined,
  autosave: undefined,
  highlight: undefined,
};

/** A setting. */
export interface Setting {
  /** Its key in the files; what has none is called after its variable. */
  readonly name: string;
  /** The variable of the environment that says it. */
  readonly variable?: string;
  /** Flags that say it for once. */
  readonly flags?: readonly string[];
  /** What holds when nobody says anything, as `brine config` shows it. */
  readonly fallback: string;
  /** What is allowed, as an error says it. */
  readonly allowed: string;
  readonly what: string;
  /** True when its value is never shown. */
  readonly isSecret?: boolean;
  /** Reads the value of a key in a file; undefined when it is not allowed. Not there for what no file can say. */
  read?(value: unknown): Partial<Config> | undefined;
  /** Makes of the text of a variable what a file would have; undefined for what is not allowed. */
  fromText?(text: string): unknown;
}

/** All of them, in the order of `brine config`. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'exclude',
    flags: ['.save --exclude'],
    fallback: 'nothing',
    allowed: 'a list of names and patterns, for example ["tmp*"]',
    what: 'names that saves leave out; flags add to it',
    read: (value) => (isWords(value) ? { exclude: value } : undefined),
  },
  {
    name: 'maxSize',
    flags: ['.save --max-size'],
    fallback: 'any',
    allowed: 'a size with its unit, for example "100 MB"',
    what: 'the largest snapshot; what is too much is left out, the largest names first',
    read: (value) => {
      const bytesMax = typeof value === 'string' ? sizeOfText(value) : undefined;
      return bytesMax === undefined ? undefined : { bytesMax };
    },
  },
  {
    name: 'secrets',
    flags: ['.save --redact'],
    fallback: 'report',
    allowed: `one of ${SECRETS.join(', ')}`,
    what: 'what saves do about what looks like a secret',
    read: (value) => ofWords(SECRETS, value, (secrets) => ({ secrets })),
  },
  {
    name: 'notSecret',
    fallback: 'nothing',
    allowed: 'a list of paths and patterns, for example ["settings.publicToken"]',
    what: 'what looks like a secret and is none',
    read: (value) => (isWords(value) ? { notSecret: value } : undefined),
  },
  {
    name: 'generations',
    flags: ['gc --keep'],
    fallback: '5',
    allowed: 'how many saves of a name stay, from 1 on',
    what: 'how many saves of a named session stay',
    read: (value) =>
      Number.isSafeInteger(value) && (value as number) >= 1 ? { generations: value as number } : undefined,
  },
  {
    name: 'generationsMaxSize',
    fallback: '1 GiB',
    allowed: 'a size with its unit, for example "1 GB"',
    what: 'the most that they take together; the newest always stays',
    read: (value) => {
      const generationBytesMax = typeof value === 'string' ? sizeOfText(value) : undefined;
      return generationBytesMax === undefined ? undefined : { generationBytesMax };
    },
  },
  {
    name: 'compression',
    flags: ['.save --compress'],
    fallback: 'none',
    allowed: `one of ${COMPRESSIONS.join(', ')}`,
    what: 'how saves are compressed; every Node reads all of them, and writes zstd from 22.15 on',
    read: (value) => ofWords(COMPRESSIONS, value, (compression) => ({ compression })),
  },
  {
    name: 'saveOnExit',
    variable: 'BRINE_SAVE_ON_EXIT',
    flags: ['--save-on-exit'],
    fallback: 'ask',
    allowed: `one of ${LEAVING.join(', ')}`,
    what: 'what becomes of unsaved changes when you leave the prompt',
    read: (value) => ofWords(LEAVING, value, (leaving) => ({ leaving })),
    fromText: (text) => text,
  },
  {
    name: 'autosave',
    variable: 'BRINE_AUTOSAVE',
    flags: ['.autosave'],
    fallback: 'on',
    allowed: `one of ${AUTOSAVE.join(', ')}`,
    what: 'when unsaved work is kept for .recover',
    read: (value) => ofWords(AUTOSAVE, value, (autosave) => ({ autosave })),
    fromText: (text) => text,
  },
  {
    name: 'highlight',
    variable: 'BRINE_HIGHLIGHT',
    fallback: 'true, where there are colours',
    allowed: 'true or false',
    what: 'colours in the input line',
    read: (value) => (typeof value === 'boolean' ? { highlight: value } : undefined),
    fromText: (text) => ({ 1: true, true: true, 0: false, false: false })[text],
  },
  {
    name: 'BRINE_CLUSTER',
    variable: 'BRINE_CLUSTER',
    flags: ['worker --queue'],
    fallback: 'none',
    allowed: 'a URL of a Redis, with #name for a queue of that name',
    what: 'the cluster of brine worker and .jobs',
    isSecret: true,
  },
  {
    name: 'BRINE_HISTORY',
    variable: 'BRINE_HISTORY',
    flags: ['--no-history'],
    fallback: 'brine/history.jsonl in XDG_STATE_HOME or ~/.local/state',
    allowed: 'a file; empty for none',
    what: 'where the history of the prompt is kept',
  },
  {
    name: 'BRINE_HOME',
    variable: 'BRINE_HOME',
    fallback: 'brine in XDG_CONFIG_HOME and XDG_STATE_HOME, or in ~/.config and ~/.local/state',
    allowed: 'a folder',
    what: 'where your keys are, and the sessions that are saved under names',
  },
  {
    name: 'BRINE_PASSPHRASE',
    variable: 'BRINE_PASSPHRASE',
    fallback: 'none',
    allowed: 'a text',
    what: 'what snapshots are encrypted and decrypted with',
    isSecret: true,
  },
  {
    name: 'BRINE_PLAIN',
    variable: 'BRINE_PLAIN',
    fallback: 'by the locale',
    allowed: '1 or 0',
    what: '1: ASCII only, and no views',
  },
  {
    name: 'BRINE_PROGRESS',
    variable: 'BRINE_PROGRESS',
    fallback: 'for large sessions',
    allowed: '1',
    what: '1: progress for small sessions, too',
  },
  {
    name: 'NO_COLOR',
    variable: 'NO_COLOR',
    fallback: 'colours where the output is a terminal',
    allowed: 'any text that is not empty',
    what: 'no colours',
  },
  {
    name: 'FORCE_COLOR',
    variable: 'FORCE_COLOR',
    fallback: 'colours where the output is a terminal',
    allowed: '1 or 0',
    what: 'colours everywhere, or nowhere',
  },
];

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

function ofWords<T extends string>(
  words: readonly T[],
  value: unknown,
  made: (word: T) => Partial<Config>,
): Partial<Config> | undefined {
  const word = words.find((one) => one === value);
  return word === undefined ? undefined : made(word);
}
