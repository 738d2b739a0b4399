// `.diff` and `brine diff`: what differs between the session and a file, or between two files.

import { type Change, type Difference, detect, diff, type Web } from '../../src/detect/index.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import type { ProgressListener } from '../../src/session/types.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { count } from '../format.js';
import { type Page, printFound } from '../page.js';
import { fileOfWord, pathOfWord } from '../session-word.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { bytesOfFile } from './file-bytes.js';
import { openSource, openToLook } from './keys.js';

/** As of `diff`: nothing differs, something does, it could not be said. */
const DIFF_EXIT = { same: 0, different: 1, trouble: 2 } as const;

/** `.diff [file] [name]` */
export const diffCommand: Command = {
  name: 'diff',
  usage: '[file] [name]',
  summary: 'say what changed since the last save or load, or since a file',
  flags: ['json'],
  completes: 'file',
  run: diffHere,
};

async function diffHere(shell: Shell, given: CommandArguments): Promise<number> {
  const { file, name } = await wanted(shell, given.words);
  const found = await shell.withProgress(
    'answering .diff',
    (onProgress) =>
      withFile(
        file,
        (before) => withPristineBuiltins(() => compared(before, detect(shell.session, onProgress), name)),
        onProgress,
      ),
    { bytes: bytesOfFile(pathOfWord(file)) },
  );
  return withPristineBuiltins(() => {
    shell.print(given.flags.has('json') ? displayJson(found) : diffText(found, shell));
    return EXIT.ok;
  });
}

// One word is a name of the session where there is one, otherwise a file.
async function wanted(
  shell: Shell,
  words: readonly string[],
): Promise<{ file: string; name: string | undefined }> {
  if (words.length > 2)
    throw new UsageError('.diff takes a file and a name', 'for example: .diff work.pkl cfg');
  const [first, name] = words;
  if (first !== undefined && (name !== undefined || !shell.evaluator.has(first)))
    return { file: first, name };
  if (shell.currentFile === undefined)
    throw new CommandError('nothing was saved or loaded yet', 'give a file: .diff work.pkl');
  return { file: await fileOfWord(shell.currentFile), name: first };
}

/** `brine diff <before> <after> [name]`; prints on standard output. Returns an exit code as `diff` does. */
export async function diffFiles(
  files: { readonly before: string; readonly after: string },
  name: string | undefined,
  isJson: boolean,
): Promise<number> {
  try {
    const title = `brine diff ${files.before} ${files.after}`;
    const found = await withFileProgress(title, (onProgress) =>
      withFile(
        files.before,
        (before) => withFile(files.after, (after) => compared(before, after, name), onProgress),
        onProgress,
      ),
    );
    printFound(isJson, found, diffText);
    return found.isSame ? DIFF_EXIT.same : DIFF_EXIT.different;
  } catch (error) {
    failed(error);
    return DIFF_EXIT.trouble;
  }
}

function compared(before: Web, after: Web, name: string | undefined): Difference {
  const isThere = [before, after].some(
    (web) =>
      (name === undefined || web.root(name)) ?? web.meta.session?.bindings.some((one) => one.name === name),
  );
  if (!isThere) throw new CommandError(`neither has a name ${displayName(name ?? '', 60)}`);
  return diff(before, after, name);
}

/** Looks at a file, or at a session by its name. */
export async function withFile<T>(
  file: string,
  use: (web: Web) => T | Promise<T>,
  onProgress?: ProgressListener,
): Promise<T> {
  const { source, close } = await openSource(file);
  try {
    return await use(detect(openToLook(source).reader, onProgress));
  } finally {
    close();
  }
}

const SHOWN = 60;
const PATH_WIDTH = 100;
const LINES_SHOWN = 40;

/** What differs, in words. */
export function diffText(found: Difference, page: Page): string {
  const { style } = page;
  if (found.isSame) return `${style.green(style.ok)} nothing differs`;
  const shown = found.changes.slice(0, SHOWN);
  const more = found.changeCount - shown.length;
  return [
    ...shown.flatMap((change) => changeLines(change, page)),
    ...(more > 0 ? [`  and ${count(more)} more: --json has up to ${count(1000)}`] : []),
    ...(found.unchanged.length > 0 ? [style.dim(`= ${count(found.unchanged.length)} unchanged`)] : []),
  ].join('\n');
}

function changeLines({ kind, path, before = '', after = '', lines }: Change, { style }: Page): string[] {
  const where = displayName(path, PATH_WIDTH) || 'the value';
  const [was, is] = [displayName(before, 60), displayName(after, 60)];
  switch (kind) {
    case 'added':
      return [`${style.green('+')} ${where}  ${is}`];
    case 'removed':
      return [`${style.red('-')} ${where}  ${was}`];
    case 'changed':
      return [
        `${style.yellow('~')} ${where}  ${was === is ? `${is} (not the same)` : `${was} ${style.arrow} ${is}`}`,
      ];
    case 'identity':
      return [`${style.yellow('~')} ${where}  ${identityText(was, is)}`];
    case 'code':
      return [
        `${style.yellow('~')} ${where}  code${lines === undefined ? ', another text' : ''}`,
        ...codeLines(lines, style),
      ];
  }
}

function identityText(before: string, after: string): string {
  if (before !== '' && after !== '') return `was the same as ${before}, is the same as ${after}`;
  return before !== ''
    ? `was the same as ${before}, is one of its own`
    : `is the same as ${after}, was one of its own`;
}

function codeLines(lines: readonly string[] | undefined, style: Page['style']): string[] {
  const shown = (lines ?? []).slice(0, LINES_SHOWN).map((line) => {
    const text = `    ${displayName(line.replaceAll('\t', '  '), 200)}`;
    if (line.startsWith('+')) return style.green(text);
    return line.startsWith('-') ? style.red(text) : style.dim(text);
  });
  const more = (lines?.length ?? 0) - shown.length;
  return more > 0 ? [...shown, `    and ${count(more)} more lines`] : shown;
}
