// What commander says of a command line that is called wrongly, in brine's words and with brine's hints.

import type { Command } from 'commander';
import { displayName } from './display-name.js';
import { UsageError } from './errors.js';

/** The error for what commander said of a wrong call. */
export function wrongCall(message: string, program: Command): UsageError {
  const command = calledIn(program);
  const name = command === program ? 'brine' : `brine ${command.name()}`;
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const near = /\(Did you mean (?:one of )?(.*)\?\)/.exec(rest.join(' '))?.[1];
  const hint =
    near === undefined
      ? `usage: ${name} ${command.usage()}; ${name} --help says more`
      : `did you mean ${near}?`;
  return new UsageError(displayName(inOwnWords(first, name)), hint);
}

const WORDINGS: readonly (readonly [RegExp, (name: string, ...found: string[]) => string])[] = [
  [/^unknown option '(.*)'$/s, (name, option) => `${name} has no ${option}`],
  [/^missing required argument '(.*)'$/, (name, argument) => `${name} needs <${argument}>`],
  [/^option '(?:-\w, )?(--[\w-]+).*' argument missing$/, (_, option) => `${option} needs a value`],
  [
    /^too many arguments.*Expected (\d+).*got (\d+)/,
    (name, most, got) =>
      `${name} takes ${most === '0' ? 'no word' : `${most} word${most === '1' ? '' : 's'}`}, and got ${got}`,
  ],
  [
    /^option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s,
    (_, option, value, choices) => `${option} takes one of ${choices}, not ${value}`,
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/s,
    (name, value, argument, choices) => `${name} takes one of ${choices} as <${argument}>, not ${value}`,
  ],
];

function inOwnWords(message: string, name: string): string {
  for (const [pattern, say] of WORDINGS) {
    const found = pattern.exec(message);
    if (found !== null) return say(name, ...found.slice(1));
  }
  return message;
}

// The command that was meant: what stands first.
function calledIn(program: Command): Command {
  const [first] = program.args;
  return program.commands.find((command) => command.name() === first) ?? program;
}
