// What a person may still do with a file that was opened as data, because nobody whom they trust signed it: look at it, load
// it once with its code, or trust its signer.
//
// Asked at a terminal only. No answer, or any other, leaves it as data. Knows nothing of how a file is loaded.

import { type BigIntStats, statSync } from 'node:fs';
import type { LoadOptions, LoadReport } from '../../src/session/types.js';
import { fingerprint, KeyStore } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import { askOneOf } from './ask.js';
import type { CommandArguments, Shell } from './command.js';
import { descriptionOf } from './describe.js';

/** A file as it was before it was opened: what it is asked about must be what is loaded afterwards. */
export type Seen = string | undefined;

/** What tells a file from another at the same place; undefined for what is no file and cannot be read twice. */
export function seenNow(file: string): Seen {
  let stat: BigIntStats;
  try {
    stat = statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
  if (!stat.isFile()) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = stat;
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** True when nobody has said yet how a file is to be opened, and somebody is there to be asked. */
export function isOffered(shell: Shell, { flags }: CommandArguments, seen: Seen): boolean {
  const isDecided = ['data', 'trust', 'allow', 'dry-run', 'json'].some((flag) => flags.has(flag));
  return shell.isInteractive && seen !== undefined && !isDecided;
}

/** Asks what is to become of a file that was opened as data; `again` loads it in another way. */
export async function offer(
  shell: Shell,
  { file, seen, report }: { readonly file: string; readonly seen: Seen; readonly report: LoadReport },
  again: (options: Pick<LoadOptions, 'as'>) => Promise<number>,
): Promise<number | undefined> {
  const { whose } = report;
  for (;;) {
    switch (await answerOf(shell, whose)) {
      case 'i':
        shell.print(await descriptionOf(file, 'inspect', { columns: shell.columns }), true);
        break;
      case 'o':
        if (whose?.whose === 'forged') return undefined;
        checkSame(file, seen);
        return again({ as: 'trusted' });
      case 't': {
        if (whose?.whose !== 'stranger') return undefined;
        // The key that was shown, not whatever has signed the file by now.
        new KeyStore().trust(whose.publicKey, '');
        shell.print(`files signed with ${fingerprint(whose.publicKey)} are trusted from now on`);
        return again({});
      }
      default:
        return undefined;
    }
  }
}

async function answerOf(shell: Shell, whose: LoadReport['whose']): Promise<string | undefined> {
  const ways = ['[i]nspect it'];
  if (whose?.whose !== 'forged') ways.push('load it [o]nce with its code');
  if (whose?.whose === 'stranger') ways.push(`[t]rust its signer ${fingerprint(whose.publicKey)}`);
  const leave = '[Enter] to leave it as data';
  return askOneOf(shell, `${ways.join(', ')}, or ${leave}:`, [...ways, leave]);
}

function checkSame(file: string, seen: Seen): void {
  if (seenNow(file) === seen) return;
  throw new CommandError(
    `${displayName(file)} has changed since it was opened, and was not loaded again`,
    'load it again to see what it is now',
  );
}
