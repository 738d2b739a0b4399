// Parameters of a request as the words and flags of a command. Knows no command.

import type { CommandArguments } from '../commands/command.js';
import type { Reader } from './params.js';

/** Which parameters are flags of a command. */
export interface CommandFlags {
  /** Parameters that are true or false; `dryRun` is `--dry-run`. */
  readonly flags: readonly string[];
  /** Parameters with values, and the flags that take these. */
  readonly valued: Readonly<Record<string, string>>;
}

/** The arguments of a command. */
export function givenOf(
  words: readonly string[],
  params: Reader,
  { flags, valued }: CommandFlags,
): CommandArguments {
  const given = new Map<string, string | true>();
  const values = new Map<string, readonly string[]>();
  for (const name of flags) if (params.isSet(name)) given.set(dashed(name), true);
  for (const [name, flag] of Object.entries(valued)) {
    const texts = params.texts(name);
    if (texts.length === 0) continue;
    values.set(flag, texts);
    given.set(flag, texts.at(-1)!);
  }
  return { words, flags: given, values, rest: words.map((word) => JSON.stringify(word)).join(' ') };
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
