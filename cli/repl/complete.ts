// Tab: commands, file names and names of the session after a command, and Node's own completion for code.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Evaluator } from '../../src/evaluator/index.js';
import { generationsOf } from '../../src/session/places.js';
import { isSessionName, sessionFolder, sessionNames } from '../../src/store/session-folder.js';
import type { Command } from '../commands/command.js';
import { COMMANDS, EDITOR_COMMANDS } from '../commands/index.js';
import { displayName } from '../display-name.js';
import { type BuiltinGetters, memberCompletions } from './members.js';

type Answer = (error: Error | null, result?: [string[], string]) => void;
/** A completer as readline calls it. */
export type Completer = (text: string, answer: Answer) => void;

/** A completer that knows commands and members, and leaves the rest of code to `inner`. */
export function completer(
  inner: Completer,
  evaluator: () => Evaluator | undefined,
  getters: BuiltinGetters,
): Completer {
  return (text, answer) => {
    const shown: Answer = (error, result) => answer(error, result && withoutUnsafe(result));
    const command = /^\s*\.([A-Za-z][\w-]*|)$/.exec(text);
    if (command !== null) return answer(null, commandsFor(command[1]!));
    const given = /^\s*\.([A-Za-z][\w-]*)\s+(?:.*\s)?(\S*)$/.exec(text);
    const found = given === null ? undefined : COMMANDS.find(({ name }) => name === given[1]);
    if (found === undefined) {
      const line = text.slice(text.lastIndexOf('\n') + 1);
      const members = memberCompletions(line, getters);
      return members === undefined ? inner(line, shown) : shown(null, members);
    }
    const word = given![2]!;
    const isFirst = text.trim().split(/\s+/).length <= (word === '' ? 1 : 2);
    const places = isFirst ? placesFor(found, word) : undefined;
    if (places !== undefined) return answer(null, [places, word]);
    if (found.completes === undefined) return answer(null, [[], word]);
    const names = evaluator()?.names() ?? [];
    shown(null, [names.filter((name) => name.startsWith(word)), word]);
  };
}

// What would not be on the screen as it is in the text is not offered.
function withoutUnsafe([names, text]: [string[], string]): [string[], string] {
  return [names.filter((name) => displayName(name) === name), text];
}

function commandsFor(start: string): [string[], string] {
  const names = [...COMMANDS, ...EDITOR_COMMANDS].map(({ name }) => name);
  const hits = names.filter((name) => name.startsWith(start)).sort();
  return [
    hits.length === 1 && hits[0] === start ? [`.${start} `] : hits.map((name) => `.${name}`),
    `.${start}`,
  ];
}

// What a command's first word may name, where that is no name of the session's values.
function placesFor({ completes, name }: Command, start: string): string[] | undefined {
  if (completes === 'file') return filesFor(start);
  if (completes === 'session') return sessionsFor(start, false);
  if (completes === 'command') return COMMANDS.map((one) => one.name).filter((one) => one.startsWith(start));
  if (completes === 'file or session') return [...sessionsFor(start, name === 'load'), ...filesFor(start)];
  return undefined;
}

// `work`, and behind the `@` its saves, newest first. No name of a session has anything in it that a terminal would act on.
function sessionsFor(start: string, hasSaves: boolean): string[] {
  try {
    if (!start.includes('@')) return sessionNames().filter((name) => name.startsWith(start));
    const [name = ''] = start.split('@', 1);
    if (!hasSaves || !isSessionName(name)) return [];
    return generationsOf(sessionFolder(name))
      .toReversed()
      .map(({ generation }) => `${name}@${generation}`)
      .filter((word) => word.startsWith(start));
  } catch {
    return [];
  }
}

function filesFor(start: string): string[] {
  const folder = start.endsWith('/') ? start : dirname(start);
  const lead = start.endsWith('/')
    ? start
    : start.includes('/')
      ? `${dirname(start)}/`.replace('//', '/')
      : '';
  try {
    return readdirSync(join(folder), { withFileTypes: true })
      .map((entry) => `${lead}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .filter((name) => name.startsWith(start) && displayName(name) === name && !name.includes(' '))
      .filter(
        (name) => start.includes('/.') || start.startsWith('.') || !name.slice(lead.length).startsWith('.'),
      )
      .sort();
  } catch {
    return [];
  }
}
