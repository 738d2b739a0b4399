// `.load`: brings a snapshot's names back, or runs a script as one program, by what the file holds.

import { hostname } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { isDamage } from '../../src/library/salvage.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { intactSave } from '../../src/session/named.js';
import type { NamedSession } from '../../src/session/places.js';
import { isStored, type StoredSession } from '../../src/session/stored.js';

import type { LoadOptions, LoadReport, Loss } from '../../src/session/types.js';
import { isAddress, readAddress } from '../../src/stores/addresses.js';

import { keyText } from '../../src/trust/index.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { fetchedSource, loadSource, shownWord, wordOf } from '../session-word.js';
import { askOneOf } from './ask.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { bytesOfFile } from './file-bytes.js';
import { namedError } from './foreign-file.js';
import { importPlain } from './import.js';
import { isOffered, offer, seenNow } from './offer.js';
import { passphrase } from './passphrase.js';
import { runPin } from './pin.js';
import { readProgram } from './program-file.js';
import { loadText, notePartial } from './report.js';
import { isScriptName } from './save.js';

type Source = string | NamedSession | StoredSession;

function isNamed(source: Source): source is NamedSession {
  return typeof source !== 'string' && !isStored(source);
}

/** `.load <file> [names…]` */
export const loadCommand: Command = {
  name: 'load',
  isChanging: true,
  usage:
    '<file, name or address> [names…] [--replace | --take | --keep] [--as <name>] [--dry-run] [--run-pins] [--class-conflict stored|current|migrate] [--eager] [--salvage] [--data [--allow <name>]… | --trust] [--import]',
  summary: 'bring back what a file keeps; a .js or .ts file is run',
  flags: [
    'replace',
    'take',
    'keep',
    'dry-run',
    'run-pins',
    'eager',
    'strict',
    'json',
    'data',
    'trust',
    'allow',
    'salvage',
    'import',
  ],
  valued: ['as', 'allow', 'class-conflict'],
  completes: 'file or session',
  opensAddresses: true,
  run: load,
};

async function load(shell: Shell, given: CommandArguments): Promise<number> {
  const [file, ...names] = given.words;
  if (file === undefined)
    throw new UsageError(
      '.load needs a file or a name',
      'for example: .load work.pkl, .load work, .load work@2',
    );
  if (isScriptName(file)) return loadScript(shell, file);
  checkContradictions(given);
  const { source, path } = isAddress(file)
    ? await shell.withProgress(
        `fetching ${shownWord(file)}`,
        (onProgress) => fetchedSource(file, onProgress),
        { bytes: Number.POSITIVE_INFINITY },
      )
    : loadSource(file);
  const isFile = typeof source === 'string' || isStored(source);
  const imported = isFile ? await importPlain(shell, path, given) : undefined;
  if (imported !== undefined) return imported;
  const options = optionsOf(shell, given, names);
  const onConflict = await conflictAnswer(shell, source, given, options);
  if (onConflict === 'cancel') {
    shell.report('nothing was loaded');
    return EXIT.ok;
  }
  const seen = seenNow(path);
  const isAsked = isOffered(shell, given, seen);
  const before = new Set(shell.evaluator.names());
  const first = { ...options, ...(onConflict === undefined ? {} : { onConflict }) };
  const report = await loadOnce(shell, { source, path, given, isAsked }, first);
  if (report.isDryRun) return EXIT.ok;
  if (isAsked && report.opened === 'data') {
    const again = async (how: Pick<LoadOptions, 'as'>): Promise<number> => {
      const wanted = { ...options, ...how, onConflict: 'take' as const };
      const kept = onConflict === 'keep' ? before : new Set<string>();
      const chosen = kept.size === 0 ? {} : { names: await newNames(shell, source, wanted, kept) };
      const more = await loadOnce(shell, { source, path, given, isAsked: false }, { ...wanted, ...chosen });
      return outcomeOf(shell, more);
    };
    const code = await offer(shell, { file: path, seen, report }, again);
    if (code !== undefined) return code;
  }
  return outcomeOf(shell, report);
}

// Names that were there before the file was opened as data stay what they were.
async function newNames(
  shell: Shell,
  source: Source,
  options: LoadOptions,
  before: ReadonlySet<string>,
): Promise<string[]> {
  const { restored, linked, losses } = await shell.session.load(source, { ...options, isDryRun: true });
  const lost = losses.filter(({ name, path }) => name === path).map(({ name }) => name);
  const all = new Set([...restored, ...linked.map(({ name }) => name), ...lost]);
  return [...all].filter((name) => !before.has(name));
}

async function outcomeOf(shell: Shell, report: LoadReport): Promise<number> {
  const isPinFailing = report.pins.some(({ state }) => state === 'failed');
  const asked = await askPins(shell, report);
  const isLossy = report.damage.length > 0 && report.losses.some(({ what }) => what === 'damaged');
  return isPinFailing ? EXIT.failed : isLossy ? Math.max(asked, EXIT.lossy) : asked;
}

async function loadOnce(
  shell: Shell,
  {
    source,
    path,
    given,
    isAsked,
  }: { source: Source; path: string; given: CommandArguments; isAsked: boolean },
  options: LoadOptions,
): Promise<LoadReport> {
  const report = await shell
    .withProgress(
      `loading ${displayName(wordOf(source), 40)}`,
      (onProgress) =>
        shell.session.load(source, { ...options, ...(onProgress === undefined ? {} : { onProgress }) }),
      { bytes: bytesOfFile(path) },
    )
    .catch((error: unknown) => {
      if (typeof source === 'string') return namedError(error, source);
      if (isDamage(error) && isNamed(source)) sayIntact(shell, source);
      throw error;
    });
  // The next `.save` without a name must not put what survived in the place of a damaged file, nor what was opened as data in the place
  // of a file with code.
  const word = isNamed(source) ? source.session : typeof source === 'string' ? source : withoutSave(given);
  const isDamaged = report.damage.length > 0;
  const isPartlyBuilt =
    report.opened === 'data' && (Object.keys(report.withheld).length > 0 || report.unread.length > 0);
  const isWhole = !isDamaged && !isPartlyBuilt;
  if (!report.isDryRun && options.under === undefined) shell.currentFile = isWhole ? word : undefined;
  const here = { ...report, host: report.host === hostname() ? '' : report.host };
  const { under } = options;
  // Names of an object are no names of the session.
  const inUnder = ({ path, ...loss }: Loss): Loss => ({
    ...loss,
    name: under ?? '',
    path: `${under}.${path}`,
  });
  if (!report.isDryRun) notePartial(shell, under === undefined ? report.losses : report.losses.map(inUnder));
  if (given.flags.has('json')) shell.print(displayJson({ ...report, ...signerOf(report) }));
  else
    shell.report(
      withPristineBuiltins(() =>
        loadText(
          here,
          { ...shell, workingDirectory: process.cwd(), isAsked, under },
          Date.now(),
          process.versions.node,
        ),
      ),
    );
  if (isDamaged && isNamed(source)) sayIntact(shell, source);
  return report;
}

// A save goes to the place, not to one of the saves that are there.
function withoutSave({ words }: CommandArguments): string | undefined {
  const [word] = words;
  return word !== undefined && readAddress(word).generation !== undefined ? word.replace(/@\d+$/, '') : word;
}

// Damage to one save leaves the others alone: the newest that is whole, newer or older.
function sayIntact(shell: Shell, { session, generation }: NamedSession): void {
  const intact = intactSave(session, generation);
  shell.note(
    intact === undefined
      ? `  no other save of ${session} is undamaged`
      : `  ${shell.style.arrow} .load ${session}@${intact} is undamaged`,
  );
}

const CONTRADICTIONS = [
  ['data', 'trust'],
  ['take', 'keep'],
  ['replace', 'take'],
  ['replace', 'keep'],
  ['data', 'run-pins'],
  ['allow', 'trust'],
  ['allow', 'run-pins'],
] as const;

function checkContradictions({ flags }: CommandArguments): void {
  for (const [one, other] of CONTRADICTIONS)
    if (flags.has(one) && flags.has(other))
      throw new UsageError(`.load takes --${one} or --${other}, not both`);
}

function optionsOf(shell: Shell, { flags, values }: CommandArguments, names: readonly string[]): LoadOptions {
  const under = values.get('as')?.at(-1);
  const allow = values.get('allow');
  if (flags.has('allow') && allow === undefined)
    throw new UsageError('--allow needs a name', 'for example: --allow intrinsic:Math.max');
  const onClassConflict = values.get('class-conflict')?.at(-1) as LoadOptions['onClassConflict'];
  return {
    ...(names.length > 0 ? { names } : {}),
    ...(flags.has('eager') ? { isLazy: false } : {}),
    ...(flags.has('strict') ? { isStrict: true } : {}),
    ...(flags.has('dry-run') ? { isDryRun: true } : {}),
    ...(flags.has('run-pins') ? { runPins: true } : {}),
    ...(under === undefined ? {} : { under }),
    ...(onClassConflict === undefined ? {} : { onClassConflict }),
    ...(flags.has('replace') ? { mode: 'replace' as const } : {}),
    ...(flags.has('trust') ? { as: 'trusted' as const } : {}),
    ...(flags.has('data') ? { as: 'data' as const } : {}),
    ...(allow === undefined ? {} : { allow }),
    // A person sees the line that says so; a program would go on with what is not what it asked for.
    otherwise: shell.isInteractive ? 'data' : 'refuse',
    damaged: shell.isInteractive || flags.has('salvage') ? 'salvage' : 'refuse',
    ...passphrase(),
  };
}

// Names that are there already: a person is asked, a program gets the file's and is told.
async function conflictAnswer(
  shell: Shell,
  source: Source,
  { flags }: CommandArguments,
  options: LoadOptions,
): Promise<'take' | 'keep' | 'cancel' | undefined> {
  if (flags.has('take')) return 'take';
  if (flags.has('keep')) return 'keep';
  const isDecided = flags.has('replace') || flags.has('dry-run') || !shell.isInteractive;
  if (isDecided || shell.evaluator.names().length === 0) return undefined;
  const { overwritten } = await shell.session.load(source, { ...options, isDryRun: true });
  if (overwritten.length === 0) return undefined;
  const shown = overwritten.slice(0, 8).map((name) => displayName(name, 40));
  const more = overwritten.length > shown.length ? `, and ${overwritten.length - shown.length} more` : '';
  const answers =
    options.under === undefined
      ? ['[t]ake those of the file', '[k]eep yours', '[c]ancel']
      : ['[t]ake what is in the file', '[c]ancel'];
  const question = `${shown.join(', ')}${more}: here already; ${answers.join(', ')}:`;
  const letter = await askOneOf(shell, question, answers);
  return letter === 't' ? 'take' : letter === 'k' ? 'keep' : 'cancel';
}

// Each is shown before it runs: it is code of whoever saved the file.
async function askPins(shell: Shell, { pins, opened }: LoadReport): Promise<number> {
  let code: number = EXIT.ok;
  if (opened === 'data') return code;
  for (const { name, source, state } of pins) {
    if (state !== 'waiting') continue;
    const question = `make ${displayName(name, 60)} again with ${displayName(source, 200)}?`;
    const answers = ['[y]es', '[n]o'];
    const letter = await askOneOf(shell, `${question} ${answers.join(', ')}:`, answers);
    if (letter === 'y') code = Math.max(code, await runPin(shell, name));
  }
  return code;
}

// Whose it is as one word, and the key as people hand it round.
function signerOf({ whose }: LoadReport): { whose: string | undefined; key?: string } {
  return {
    whose: whose?.whose,
    ...(whose !== undefined && 'publicKey' in whose ? { key: keyText(whose.publicKey) } : {}),
  };
}

async function loadScript(shell: Shell, file: string): Promise<number> {
  const source = await readProgram(file);
  return (await shell.runProgram(source, resolve(file))) ? EXIT.ok : EXIT.failed;
}
