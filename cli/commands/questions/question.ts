// A question about values, asked at the prompt about the session (`.why db`) or on the command line about a file
// (`brine why work.pkl db`): one function behind both.
//
// The session is looked at as a save in memory, a file as it lies there; nothing of either is built or run.

import { detect, type Web } from '../../../src/detect/index.js';
import { nearestName } from '../../../src/nearest-name.js';
import { withPristineBuiltins } from '../../../src/realm/pristine.js';
import { displayJson, displayName } from '../../display-name.js';
import { CommandError, UsageError } from '../../errors.js';
import { failed } from '../../failure.js';
import { withFileProgress } from '../../file-progress.js';
import { outputPage, type Page, printFound } from '../../page.js';
import type { Command, Shell } from '../command.js';
import { EXIT } from '../command.js';
import { openSource, openToLook } from '../keys.js';

/** A page that answers to questions are printed on. */
export interface AnswerPage extends Page {
  /** How a command is called where the question was asked: `.vars`, or `brine vars work.pkl`. */
  command(name: string): string;
}

/** An answer: what `--json` prints, and the text. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
  /** The exit code of `brine <name>`; a prompt goes on. Default: 0. */
  readonly code?: number;
}

/** A question. */
export interface Question {
  readonly name: string;
  /** Words after the name at the prompt: `<a> <b>`. */
  readonly usage: string;
  readonly summary: string;
  /** The fewest words. */
  readonly wordsMin: number;
  /** True when all words are one path, blanks and all. */
  readonly isOnePath: boolean;
  /** Throws an error of the command line for what is not there. */
  ask(web: Web, words: readonly string[], page: AnswerPage): Answer;
}

/** The question as a command of the prompt and the pipe. */
export function questionCommand(question: Question): Command {
  return {
    name: question.name,
    usage: question.usage,
    summary: question.summary,
    flags: ['json'],
    completes: 'name',
    run: async (shell: Shell, given) => {
      const words = wordsOf(question, question.isOnePath ? onePath(given.rest) : given.words);
      const { json, text } = await askSession(shell, `.${question.name}`, (web) =>
        question.ask(web, words, pageOf(shell)),
      );
      return withPristineBuiltins(() => {
        shell.print(given.flags.has('json') ? displayJson(json) : text);
        return EXIT.ok;
      });
    },
  };
}

/** `brine <name> <file> <words…>`; prints on standard output. Returns an exit code. */
export async function askFile(
  question: Question,
  file: string,
  given: readonly string[],
  isJson: boolean,
): Promise<number> {
  try {
    const words = wordsOf(question, given);
    const { source, close } = await openSource(file);
    try {
      const command = (name: string): string => `brine ${name} ${displayName(file, 60)}`;
      const page = { ...outputPage(), command };
      const { json, text, code } = await withFileProgress(`brine ${question.name} ${file}`, (onProgress) =>
        question.ask(detect(openToLook(source).reader, onProgress), words, page),
      );
      printFound(isJson, json, () => text);
      return code ?? EXIT.ok;
    } finally {
      close();
    }
  } catch (error) {
    return failed(error);
  }
}

/** Answers from what a session holds now; with progress where that takes long, until Ctrl-C. */
export function askSession<T>(
  { session, withProgress }: Shell,
  command: string,
  answer: (web: Web) => T,
): Promise<T> {
  // What waits runs with the session's built-ins again.
  return withProgress(`answering ${command}`, async (onProgress) =>
    withPristineBuiltins(() => answer(detect(session, onProgress))),
  );
}

/** What a prompt or a pipe prints answers on. */
export function pageOf({ style, columns, rowColumns }: Page): AnswerPage {
  return { style, columns, rowColumns, command: (name) => `.${name}` };
}

// As it was typed: quotes belong to paths such as `map.get("key")`. Quotes around all of it do not.
function onePath(rest: string): string[] {
  const path = rest.replace(/(?:^|\s)--json(?=\s|$)/g, '').trim();
  const quoted = /^(["'])([^"']*)\1$/.exec(path);
  return path === '' ? [] : [quoted?.[2] ?? path];
}

function wordsOf(
  { name, usage, wordsMin, isOnePath }: Question,
  given: readonly string[],
): readonly string[] {
  const words = isOnePath && given.length > 0 ? [given.join(' ')] : given;
  const isRight = words.length >= wordsMin && (isOnePath || words.length === wordsMin);
  if (isRight) return words;
  throw new UsageError(`${name} takes ${usage}`, 'quote a path with blanks in it: "f → captures db"');
}

/** The error for a path that leads nowhere. */
export function nowhere(web: Web, path: string, { command }: AnswerPage): CommandError {
  const names = [
    ...web.roots.map(({ name }) => name),
    ...(web.meta.session?.bindings ?? []).map(({ name }) => name),
  ];
  const name = /^[^.[ ]*/.exec(path)?.[0] ?? path;
  if (names.includes(name))
    return new CommandError(
      `${displayName(name, 60)} has nothing at ${displayName(path, 80)}`,
      `paths are as ${command('size')} prints them: list[0], map.get("key"), f → captures db`,
    );
  const near = nearestName(name, names);
  return new CommandError(
    `there is no ${displayName(name, 60)}`,
    near === undefined ? `${command('vars')} lists the names` : `did you mean ${displayName(near, 60)}?`,
  );
}
