// `.verify --replay` and `brine verify work.pkl --replay`: which names come out of the session's inputs again.
//
// The inputs run in a process of its own: nothing of it touches this one. What they print is dropped.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { detect, type Replay, replay } from '../../src/detect/index.js';
import { isTrusted } from '../../src/trust/index.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { count, fittedTable } from '../format.js';
import { printOutSlowly } from '../out.js';
import { type Page, printFound } from '../page.js';
import { fileOfWord } from '../session-word.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { look, openSource } from './keys.js';
import { plural, whoseText } from './report.js';
import { apart, verifiedText, verifyApart } from './verify.js';

/** What the command line says about it. */
export interface ReplayFlags {
  readonly trust?: boolean;
  readonly json?: boolean;
  readonly here?: boolean;
}

/** `brine verify <file> --replay`; prints on standard output. Returns an exit code. */
export async function replayFile(file: string, flags: ReplayFlags): Promise<number> {
  try {
    if (flags.here === true) return await replayHere(file, flags);
    const found = await withFileProgress(`brine verify ${file} --replay`, () =>
      replayApart(file, flags.trust === true),
    );
    printFound(flags.json, found, replayText);
    return found.isReproducible ? EXIT.ok : EXIT.lossy;
  } catch (error) {
    return failed(error);
  }
}

/** `.verify [file] [--replay]` at the prompt. */
export const verifyCommand: Command = {
  name: 'verify',
  usage: '[file] [--replay]',
  summary: 'check the last save or a file; --replay runs the inputs again elsewhere and compares',
  flags: ['replay', 'json'],
  completes: 'file',
  run: verify,
};

async function verify(shell: Shell, given: CommandArguments): Promise<number> {
  const [file = shell.currentFile] = given.words;
  const isJson = given.flags.has('json');
  if (given.flags.has('replay')) {
    const [named] = given.words;
    const found = await apartly(shell, named ?? 'the session', (signal) =>
      named === undefined ? replaySession(shell, signal) : replayApart(named, false, signal),
    );
    shell.print(isJson ? displayJson(found) : replayText(found, shell));
    return EXIT.ok;
  }
  if (file === undefined)
    throw new CommandError('nothing was saved or loaded yet', 'give a file: .verify work.pkl');
  const path = await fileOfWord(file);
  const found = await apartly(shell, file, (signal) => verifyApart(path, {}, signal));
  shell.print(isJson ? displayJson(found) : verifiedText(found));
  return found.code;
}

// Another process may take its time whatever the size of the file.
function apartly<T>(
  { withProgress }: Shell,
  file: string,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  return withProgress(`verifying ${displayName(file, 40)}`, (_, signal) => work(signal), {
    bytes: Number.POSITIVE_INFINITY,
  });
}

// The session as it is now goes to the other process by a file that only this user can read.
async function replaySession(shell: Shell, signal: AbortSignal | undefined): Promise<Replay> {
  const folder = await mkdtemp(join(tmpdir(), 'brine-replay-'));
  try {
    const file = join(folder, 'session.pkl');
    await writeFile(file, shell.session.snapshot().bytes, { mode: 0o600 });
    return await replayApart(file, true, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function replayApart(file: string, trust: boolean, signal?: AbortSignal): Promise<Replay> {
  return apart<Replay>(file, ['--replay', ...(trust ? ['--trust'] : [])], signal);
}

// What the inputs left open must not keep the process, whatever came of them.
async function replayHere(file: string, { trust }: ReplayFlags): Promise<never> {
  try {
    const found = await replayOf(file, trust === true);
    await printOutSlowly(`\n${displayJson(found)}`);
    process.exit(EXIT.ok);
  } catch (error) {
    process.exit(failed(error));
  }
}

async function replayOf(file: string, trust: boolean): Promise<Replay> {
  const { source, close } = await openSource(file);
  try {
    const { reader, whose } = look(source);
    if (!isTrusted(whose) && !trust)
      throw new CommandError(
        `${displayName(file)} is ${whoseText(whose)}: a replay would run its inputs`,
        'give --trust if they may run',
        EXIT.refused,
      );
    return await replay(detect(reader));
  } finally {
    close();
  }
}

/** What a replay found, in words. */
export function replayText(
  { cells, failed, names, isReproducible }: Replay,
  { style, rowColumns }: Page,
): string {
  const same = names.filter(({ state }) => state === 'same');
  const rows = names
    .filter(({ state }) => state !== 'same')
    .flatMap(({ name, state, changes }) => {
      const [first] = changes;
      const what =
        state === 'unsure' ? 'a part of it cannot be saved, so it is not compared' : changeText(first);
      return [[`  ${displayName(name, 40)}`, state, displayName(what, 120)]];
    });
  const head = isReproducible
    ? `${style.green(style.ok)} ${plural(cells, 'input')} run again: all ${plural(names.length, 'name')} come out as they are`
    : `${style.red(style.no)} ${plural(cells, 'input')} run again: ${count(same.length)} of ${plural(names.length, 'name')} come out as they are`;
  const failures = failed.map(({ number, error }) => `  In[${number}] fails now: ${displayName(error, 120)}`);
  return [head, ...(rows.length > 0 ? [fittedTable(rows, rowColumns, { first: 2 })] : []), ...failures].join(
    '\n',
  );
}

function changeText(change: Replay['names'][number]['changes'][number] | undefined): string {
  if (change === undefined) return '';
  const { kind, path, before = '', after = '' } = change;
  if (kind === 'changed') return `${path}  ${before} then, ${after} now`;
  return kind === 'code' ? `${path}  another text of code` : `${path}  ${kind}`;
}
