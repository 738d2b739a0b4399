// Tab: commands, file names and names of the session after a command, and Node's own completion for code.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Evaluator } from '../../src/evaluator/index.js';
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
    const command = /^\s*\.([A-Za-z]*)$/.exec(text);
    if (command !== null) return answer(null, commandsFor(command[1]!));
    const given = /^\s*\.([A-Za-z]+)\s+(?:.*\s)?(\S*)$/.exec(text);
    const found = given === null ? undefined : COMMANDS.find(({ name }) => name === given[1]);
    if (found === undefined) {
      const line = text.slice(text.lastIndexOf('\n') + 1);
      const members = memberCompletions(line, getters);
      return members === undefined ? inner(line, shown) : shown(null, members);
    }
    const word = given![2]!;
    const isFirst = text.trim().split(/\s+/).length <= (word === '' ? 1 : 2);
    if (found.completes === 'file' && isFirst) return answer(null, [filesFor(word), word]);
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
