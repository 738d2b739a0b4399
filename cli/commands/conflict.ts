// Somebody else has saved to the same place: a person is asked what is to become of both, a program has said it by flags
// or gets an error. Knows nothing of how a save is made.

import { StoreError } from '../../src/errors.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import type { SaveReport } from '../../src/session/types.js';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { fetchedSource } from '../session-word.js';
import { askOneOf } from './ask.js';
import type { CommandArguments, Shell } from './command.js';
import { passphrase } from './passphrase.js';

/** A save that was made, and the word for where it went. */
export interface Answered {
  readonly word: string;
  readonly report: SaveReport;
}

/** Makes a save, with a question where somebody else has saved meanwhile; undefined when the person cancels. */
export async function saveAnswered(
  shell: Shell,
  { word: first, flags }: { readonly word: string; readonly flags: CommandArguments['flags'] },
  save: (word: string, mayOverwrite: boolean) => Promise<SaveReport>,
): Promise<Answered | undefined> {
  if (flags.has('merge') && flags.has('overwrite'))
    throw new UsageError('.save takes --merge or --overwrite, not both');
  let word = first;
  let mayOverwrite = flags.has('overwrite');
  if (flags.has('merge')) await merge(shell, word);
  for (;;) {
    try {
      return { word, report: await save(word, mayOverwrite) };
    } catch (error) {
      if (!isConflict(error) || !shell.isInteractive) throw error;
      const answers = ['[m]erge it into yours', '[o]verwrite it', 'save under a [n]ew name', '[c]ancel'];
      const letter = await askOneOf(shell, `${displayName(error.message)}: ${answers.join(', ')}:`, answers);
      if (letter === 'm') await merge(shell, word);
      else if (letter === 'o') mayOverwrite = true;
      else if (letter === 'n') {
        const name = (await shell.ask('save as: '))?.trim();
        if (name === undefined || name === '') return undefined;
        word = name;
      } else return undefined;
    }
  }
}

// What only the other one has comes in; what both have stays as it is here, and is named.
async function merge(shell: Shell, word: string): Promise<void> {
  const { source: from } = await fetchedSource(word);
  const { restored, linked, kept, source } = await shell.session.load(from, {
    onConflict: 'keep',
    ...passphrase(),
  });
  withPristineBuiltins(() => {
    const came = [...restored, ...linked.map(({ name }) => name)].filter((name) => !kept.includes(name));
    const list = (names: readonly string[]): string =>
      names.length === 0 ? 'nothing' : names.map((name) => displayName(name, 40)).join('  ');
    shell.report(`merged ${displayName(source)}: ${list(came)} came in; yours stayed: ${list(kept)}`);
  });
}

function isConflict(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'STORE_CONFLICT';
}
