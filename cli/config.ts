// The configuration: what the user's file says, then the project's, then the environment. The project's is from the nearest folder
// upwards that has a `.brinerc.json`, or a key `brine` in its package.json; the user's is `.brinerc.json` in the home folder. Data
// only: no file of code is ever looked for, let alone run.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { lilconfigSync } from 'lilconfig';
import { isPattern } from '../src/library/patterns.js';
import { nearestName } from '../src/nearest-name.js';
import { EXIT } from './commands/command.js';
import { displayName } from './display-name.js';
import { CommandError, UsageError } from './errors.js';
import { type Config, LEAVING, type Leaving, NOTHING_SAID, SETTINGS, type Setting } from './settings.js';

/** Where a setting was said. */
export type From = 'default' | 'user' | 'project' | 'environment' | 'flag';

/** One file, or the environment, with what it says. */
export interface Layer {
  readonly from: Exclude<From, 'default' | 'flag'>;
  /** The file; undefined for the environment. */
  readonly file: string | undefined;
  /** What it says, by the names of settings: values as they are written. */
  readonly said: ReadonlyMap<string, unknown>;
}

const FILE_NAME = '.brinerc.json';
const KEYS = SETTINGS.filter(({ read }) => read !== undefined);

/** Where the user's file is, whether it is there or not. */
export function userFile(): string {
  return join(homedir(), FILE_NAME);
}

/**
 * What is said, the weakest first: the user's file, the project's, the environment. Throws a `CommandError` that names file, key
 * and what is allowed, and a `UsageError` for a variable.
 */
export function layersOf(folder: string, environment: NodeJS.ProcessEnv = process.env): Layer[] {
  const layers: Layer[] = [];
  const own = readUser();
  if (own !== undefined) layers.push(own);
  const found = lilconfigSync('brine', {
    searchPlaces: [FILE_NAME, 'package.json'],
    loaders: { '.json': parsed },
  }).search(folder);
  // In a folder of the home folder the search ends there.
  if (found !== null && found.isEmpty !== true && found.filepath !== userFile())
    layers.push({ from: 'project', file: found.filepath, said: checked(found.filepath, found.config) });
  layers.push({ from: 'environment', file: undefined, said: variablesOf(environment) });
  return layers;
}

/** Reads the files that hold in a folder, and an environment where one is given. Throws what {@link layersOf} throws. */
export function readConfig(folder: string, environment: NodeJS.ProcessEnv = {}): Config {
  let config = NOTHING_SAID;
  for (const { said } of layersOf(folder, environment))
    for (const setting of KEYS)
      if (said.has(setting.name)) config = { ...config, ...setting.read?.(said.get(setting.name)) };
  return config;
}

/**
 * What becomes of unsaved changes at the end: what the command line says, else the environment, the project, the user; else
 * `ask`. Throws a `UsageError` for another word, and what {@link readConfig} throws.
 */
export function leavingOf(folder: string, flag: string | undefined, environment = process.env): Leaving {
  if (flag === undefined || flag === '') return readConfig(folder, environment).leaving ?? 'ask';
  const leaving = LEAVING.find((one) => one === flag);
  if (leaving !== undefined) return leaving;
  throw new UsageError(`--save-on-exit takes ${LEAVING.join(', ')}, not ${displayName(flag, 40)}`);
}

/** The patterns and names that can leave something out of a session with these names. */
export function exclusionsFor({ exclude }: Config, names: readonly string[]): readonly string[] {
  return exclude.filter((word) => isPattern(word) || names.includes(word));
}

function readUser(): Layer | undefined {
  const file = userFile();
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Not there, or not for this user.
    return undefined;
  }
  return { from: 'user', file, said: checked(file, parsed(file, text)) };
}

function checked(file: string, config: unknown): Map<string, unknown> {
  const keys = KEYS.map(({ name }) => name);
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw problem(file, 'it is no object', `the keys are ${keys.join(', ')}`);
  const said = new Map<string, unknown>();
  for (const [key, value] of Object.entries(config)) {
    const setting = KEYS.find(({ name }) => name === key);
    if (setting === undefined) {
      const near = nearestName(key, keys);
      const hint = near === undefined ? `the keys are ${keys.join(', ')}` : `did you mean ${near}?`;
      throw problem(file, `there is no key ${JSON.stringify(key)}`, hint);
    }
    if (setting.read?.(value) === undefined)
      throw problem(file, `the key ${JSON.stringify(key)} has the wrong form`, `it takes ${setting.allowed}`);
    said.set(key, value);
  }
  return said;
}

// Variables that are settings of the files, too; the empty text says nothing.
function variablesOf(environment: NodeJS.ProcessEnv): Map<string, unknown> {
  const said = new Map<string, unknown>();
  for (const setting of KEYS) {
    const text = setting.variable === undefined ? undefined : environment[setting.variable];
    if (text === undefined || text === '') continue;
    said.set(setting.name, ofVariable(setting, text));
  }
  return said;
}

function ofVariable({ variable = '', allowed, fromText, read }: Setting, text: string): unknown {
  const value = fromText?.(text);
  if (value !== undefined && read?.(value) !== undefined) return value;
  const takes = allowed.replace(/^one of /, '');
  throw new UsageError(`${variable} takes ${takes}, not ${displayName(text, 40)}`);
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
