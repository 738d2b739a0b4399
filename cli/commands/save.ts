// `.save`: a snapshot of the session, or its cells as a script, by the extension.

import { extname, resolve } from 'node:path';
import process from 'node:process';
import { exportFormatOf } from '../../src/export/format-of.js';
import { isPattern, matcherOf } from '../../src/library/patterns.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import type { NamedSession } from '../../src/session/places.js';
import type { StoredSession } from '../../src/session/stored.js';
import type { Trial } from '../../src/session/trial.js';
import type { SaveOptions, SaveReport } from '../../src/session/types.js';
import { isAddress } from '../../src/stores/addresses.js';
import { exclusionsFor, readConfig } from '../config.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { fetchedSource, noGeneration, saveTarget, wordOf } from '../session-word.js';
import { COMPRESSIONS, type Config, sizeOfText } from '../settings.js';
import { checkName } from './check-name.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { saveAnswered } from './conflict.js';
import { passphrase } from './passphrase.js';
import { notePartial, saveText } from './report.js';
import { trialLines } from './trial-lines.js';

const SCRIPTS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);

/** True for a file that holds code, by its name. */
export function isScriptName(file: string): boolean {
  return SCRIPTS.has(extname(file).toLowerCase());
}

/** `.save [file] [names…]` */
export const saveCommand: Command = {
  name: 'save',
  usage:
    '[file, name or address] [names…] [--exclude <names>] [--max-size <size>] [--embed <package>] [--by-reference <pattern>] [--redact[=<paths>]] [--merge | --overwrite] [--sign] [--encrypt] [--no-outputs] [--note <text>] [--compress[=<how>]] [--verify] [--title <text>]',
  summary: 'keep the session in a file or a store; .md, .html, .ipynb, .js or .ts make an export of it',
  flags: [
    'strict',
    'json',
    'sign',
    'encrypt',
    'redact',
    'merge',
    'overwrite',
    'verify',
    'no-outputs',
    'compress',
  ],
  valued: ['exclude', 'max-size', 'embed', 'by-reference', 'title', 'note'],
  completes: 'file or session',
  opensAddresses: true,
  run: save,
};

async function save(shell: Shell, given: CommandArguments): Promise<number> {
  const code = await saved(shell, given);
  if (code !== undefined) return code;
  shell.report('nothing was saved');
  return EXIT.ok;
}

/** Saves the whole session as `.save <word>` does. False when the person was asked about a conflict and cancelled. */
export async function saveAs(shell: Shell, word: string): Promise<boolean> {
  const given = { words: [word], flags: new Map(), values: new Map(), rest: word };
  return (await saved(shell, given)) !== undefined;
}

// An exit code; undefined when the person cancelled.
async function saved(shell: Shell, given: CommandArguments): Promise<number | undefined> {
  const [file = shell.currentFile, ...names] = given.words;
  if (file === undefined)
    throw new UsageError('.save needs a file or a name', 'for example: .save work.pkl, or .save work');
  if (exportFormatOf(file) !== undefined) {
    const { exportSession } = await import('./export.js');
    return exportSession(shell, { ...given, words: [file, ...names] }, '.save');
  }
  if (given.flags.has('title'))
    throw new UsageError('--title is for exports', 'for example: .save notes.html --title "First results"');
  const excluded = given.values.get('exclude') ?? [];
  checkWords(shell, [...names, ...excluded]);
  const { config, bytesMax } = policyOf(given);
  const all = shell.evaluator.names();
  // A name that was asked for is saved, whatever was said before.
  const standing = [...shell.excluded].filter((name) => all.includes(name) && !names.includes(name));
  const exclude = [...new Set([...excluded, ...standing, ...exclusionsFor(config, all)])];
  if (given.flags.has('encrypt') && passphrase().passphrase === undefined)
    throw new UsageError('--encrypt needs a passphrase', 'set BRINE_PASSPHRASE before you start brine');
  const isStrict = given.flags.has('strict');
  const note = given.values.get('note')?.at(-1);
  const embed = given.values.get('embed');
  const byReference = given.values.get('by-reference');
  const options: SaveOptions = {
    ...(names.length > 0 ? { names } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(bytesMax === undefined ? {} : { bytesMax }),
    ...secretOptions(config, given),
    ...(isStrict ? { isStrict } : {}),
    ...(given.flags.has('no-outputs') ? { outputs: false } : {}),
    ...(note === undefined ? {} : { note }),
    ...(embed === undefined ? {} : { embed }),
    ...(byReference === undefined ? {} : { byReference }),
    ...(given.flags.has('sign') ? { sign: 'others' as const } : {}),
    ...(given.flags.has('encrypt') ? passphrase() : {}),
    ...compressionOf(config, given),
    ...keepingOf(config),
  };
  const answered = await saveAnswered(
    shell,
    { word: file, flags: given.flags },
    async (word, mayOverwrite) => {
      const saveTo = (target: string | NamedSession | StoredSession): Promise<SaveReport> =>
        shell.withProgress(
          `saving ${displayName(wordOf(target), 40)}`,
          (onProgress) =>
            shell.session.save(target, {
              ...options,
              ...(mayOverwrite ? { onConflict: 'overwrite' as const } : {}),
              ...(onProgress === undefined ? {} : { onProgress }),
            }),
          isAddress(word) ? { bytes: Number.POSITIVE_INFINITY } : {},
        );
      if (isAddress(word)) {
        const { withStore } = await import('../store-word.js');
        return withStore(
          word,
          async (opened) => {
            if (opened.generation !== undefined) throw noGeneration(opened.shown);
            return saveTo(opened);
          },
          keepingOf(config).keeping,
        );
      }
      const target = saveTarget(word);
      return saveTo(target);
    },
  );
  if (answered === undefined) return undefined;
  const { report } = answered;
  shell.currentFile = answered.word;
  notePartial(shell, report.losses);
  if (names.length === 0 && report.leftOut.length === 0) shell.autosave?.noteSaved();
  const isJson = given.flags.has('json');
  if (!isJson) {
    const page = { ...shell, workingDirectory: process.cwd() };
    shell.report(withPristineBuiltins(() => saveText(report, page)));
  }
  const trial = given.flags.has('verify')
    ? await trialOf(shell, (await fetchedSource(answered.word)).path)
    : undefined;
  if (isJson) shell.print(displayJson({ ...report, ...(trial !== undefined && { trial }) }));
  else if (trial !== undefined)
    shell.report(['  undamaged: every checksum is right', ...trialLines(trial)].join('\n'));
  return trial !== undefined && trial.differences.length > 0 ? EXIT.lossy : EXIT.ok;
}

// It was written here a moment ago, so its code may run where it is tried.
async function trialOf(shell: Shell, file: string): Promise<Trial | undefined> {
  const { verifyApart } = await import('./verify.js');
  const { trial } = await shell.withProgress(
    `verifying ${displayName(file, 40)}`,
    (_, signal) => verifyApart(resolve(file), { load: true, trust: true }, signal),
    { bytes: Number.POSITIVE_INFINITY },
  );
  return trial;
}

// What every Node reads fast, unless something else is said.
const COMPRESSION = 'brotli';

function compressionOf(
  { compression }: Config,
  { flags }: CommandArguments,
): Pick<SaveOptions, 'compression'> {
  const said = flags.get('compress');
  if (said === undefined) return compression === undefined ? {} : { compression };
  const wanted = said === true ? COMPRESSION : COMPRESSIONS.find((one) => one === said);
  if (wanted === undefined)
    throw new UsageError(
      `--compress takes ${COMPRESSIONS.join(', ')}, not ${displayName(String(said), 40)}`,
      'for example: --compress, or --compress=zstd',
    );
  return { compression: wanted };
}

// How many saves of a name stay.
function keepingOf({
  generations: countMax,
  generationBytesMax: bytesMax,
}: Config): Pick<SaveOptions, 'keeping'> {
  if (countMax === undefined && bytesMax === undefined) return {};
  return {
    keeping: { ...(countMax !== undefined && { countMax }), ...(bytesMax !== undefined && { bytesMax }) },
  };
}

// What the flags say goes before what the project says.
function policyOf(given: CommandArguments): {
  readonly config: Config;
  readonly bytesMax: number | undefined;
} {
  const config = readConfig(process.cwd());
  const text = given.values.get('max-size')?.at(-1);
  if (text === undefined) return { config, bytesMax: config.bytesMax };
  const bytesMax = sizeOfText(text);
  if (bytesMax === undefined)
    throw new UsageError(
      `--max-size takes a size, not ${displayName(text, 40)}`,
      'for example: --max-size 100MB',
    );
  return { config, bytesMax };
}

// `--redact` takes out what is found, `--redact=path` what is found there.
function secretOptions(
  { secrets, notSecret }: Config,
  { flags, values }: CommandArguments,
): Pick<SaveOptions, 'secrets' | 'redact' | 'notSecret'> {
  const redact = values.get('redact');
  return {
    ...(notSecret.length > 0 ? { notSecret } : {}),
    ...(flags.has('redact')
      ? { secrets: 'redact', ...(redact === undefined ? {} : { redact }) }
      : secrets === undefined
        ? {}
        : { secrets }),
  };
}

// A pattern that matches nothing is a mistake of whoever typed it.
function checkWords(shell: Shell, words: readonly string[]): void {
  for (const word of words) {
    if (shell.evaluator.has(word)) continue;
    if (!isPattern(word)) checkName(shell, word);
    if (!shell.evaluator.names().some(matcherOf(word)))
      throw new CommandError(`no name matches ${displayName(word, 60)}`, '.vars lists the names');
  }
}
