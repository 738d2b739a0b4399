// `.config` and `brine config`: every setting with its value, and where that was said.

import { homedir } from 'node:os';
import process from 'node:process';
import { type From, layersOf, userFile } from '../config.js';
import { displayJson, displayName } from '../display-name.js';
import { failed } from '../failure.js';
import { fittedTable, wrapText } from '../format.js';
import { type Page, printFound } from '../page.js';
import { SETTINGS } from '../settings.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

/** What flags of the command line say, by the names of settings. */
export type FlagsSaid = ReadonlyMap<string, string>;

/** A setting with its value. */
export interface Resolved {
  readonly name: string;
  /** As it is written in a file or a variable; null for the default, and for what is not shown. */
  readonly value: unknown;
  readonly from: From;
  /** The file, the variable or the flag; null for the default. */
  readonly source: string | null;
  /** What holds when nobody says anything. */
  readonly default: string;
  readonly what: string;
}

/** `.config` */
export const configCommand: Command = {
  name: 'config',
  usage: '',
  wordsMax: 0,
  summary: 'show every setting, and where it was said',
  flags: ['json'],
  run: (shell: Shell, given: CommandArguments) => {
    const said = new Map(shell.saveOnExit === undefined ? [] : [['saveOnExit', shell.saveOnExit]]);
    const found = settingsNow(process.cwd(), said);
    shell.print(given.flags.has('json') ? displayJson(found) : configText(found, shell));
    return EXIT.ok;
  },
};

/** `brine config`; prints on standard output. Returns an exit code. */
export function showConfig(said: FlagsSaid, isJson: boolean): number {
  try {
    const found = settingsNow(process.cwd(), said);
    printFound(isJson, found, configText);
    return EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

/** Every setting as it holds in a folder. Throws what reading the configuration throws. */
export function settingsNow(
  folder: string,
  said: FlagsSaid,
  environment: NodeJS.ProcessEnv = process.env,
): Resolved[] {
  // The strongest first.
  const layers = layersOf(folder, environment).reverse();
  return SETTINGS.map(({ name, variable, flags = [], fallback, what, isSecret = false, read }) => {
    const same = { name, default: fallback, what };
    const flag = said.get(name);
    if (flag !== undefined) return { ...same, value: flag, from: 'flag', source: flags[0] ?? null };
    const layer = read === undefined ? undefined : layers.find((one) => one.said.has(name));
    if (layer !== undefined)
      return {
        ...same,
        value: layer.said.get(name),
        from: layer.from,
        source: layer.file ?? variable ?? null,
      };
    const text = read === undefined && variable !== undefined ? environment[variable] : undefined;
    if (text === undefined) return { ...same, value: null, from: 'default', source: null };
    return { ...same, value: isSecret ? null : text, from: 'environment', source: variable ?? null };
  });
}

const VALUE_WIDTH = 40;

/** The settings, in words. */
export function configText(found: readonly Resolved[], { style, columns, rowColumns }: Page): string {
  const rows = found.map(({ name, value, from, source, default: fallback }) => [
    name,
    from === 'default' ? displayName(fallback, VALUE_WIDTH) : valueText(value),
    from,
    source === null || from === 'environment' ? '' : displayName(fromHome(source), 80),
  ]);
  const dimmed = [['setting', 'value', 'from', ''], ...rows].map((row, index) =>
    index === 0 || row[2] === 'default' ? row.map(style.dim) : row,
  );
  const files = `yours is ${displayName(fromHome(userFile()))}, the project's the nearest .brinerc.json upwards, or the key brine of package.json`;
  const settings = fittedTable(dimmed, rowColumns, { isHeaded: true });
  return [settings, wrapText('files    ', files, columns)].join('\n');
}

function valueText(value: unknown): string {
  if (value === null) return '(not shown)';
  if (Array.isArray(value)) return displayName(value.join(', ') || 'nothing', VALUE_WIDTH);
  return displayName(value === '' ? 'empty' : fromHome(String(value)), VALUE_WIDTH);
}

function fromHome(path: string): string {
  const home = homedir();
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
