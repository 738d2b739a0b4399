// `brine copy <from> <to>`: a snapshot from one place to another, byte for byte: files, sessions by their names, addresses of
// stores. Runs nothing of it. A copy that was interrupted goes on where it was, where the place keeps large ones in parts.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { isSnapshot, KIND_BYTES, kindOfFile } from '../../src/format/index.js';
import { isStored } from '../../src/session/stored.js';
import { isAddress, shownAddress } from '../../src/stores/addresses.js';
import { copyStored } from '../../src/stores/copy.js';
import { oneFile } from '../../src/stores/file-store.js';
import { openStore } from '../../src/stores/open-store.js';
import type { Store } from '../../src/stores/store.js';
import { isEncrypted } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { bytes, duration } from '../format.js';
import { type Page, printFound } from '../page.js';
import { loadSource, namedIn } from '../session-word.js';
import { EXIT } from './command.js';

/** What the command line says. */
export interface CopyFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

interface Place {
  readonly store: Store;
  readonly key: string;
  readonly generation?: number | undefined;
  readonly shown: string;
}

/** Copies; prints on standard output. Returns an exit code. */
export async function copyFile(from: string, to: string, flags: CopyFlags): Promise<number> {
  const start = performance.now();
  try {
    const source = await sourceOf(from);
    try {
      const target = await targetOf(to);
      try {
        await checkSource(source);
        const there = await target.store.stat(target.key);
        if (there !== undefined && flags.force !== true)
          throw new CommandError(
            `${displayName(target.shown)} exists, and was not replaced`,
            'give another name, or --force to replace it',
          );
        const ifVersion = flags.force === true ? {} : { ifVersion: null };
        const stored = await withFileProgress(`brine copy ${source.shown} ${target.shown}`, (onProgress) =>
          copyStored(source, target, {
            ...ifVersion,
            ...(onProgress && {
              onProgress: (done: number, total: number) =>
                onProgress({ phase: 'writing', done, total: total > 0 ? total : undefined }),
            }),
          }),
        );
        const shown = target.store.keepsGenerations ? `${target.shown}@${stored.generation}` : target.shown;
        const durationMs = performance.now() - start;
        const copied = { from: source.shown, to: shown, bytes: stored.bytes, durationMs };
        printFound(flags.json, copied, copiedText);
        return EXIT.ok;
      } finally {
        await target.store.close();
      }
    } finally {
      await source.store.close();
    }
  } catch (error) {
    return failed(error);
  }
}

interface Copied {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly durationMs: number;
}

function copiedText({ from, to, bytes: size, durationMs }: Copied, { style }: Page): string {
  const way = `${displayName(from)} ${style.arrow} ${displayName(to)}`;
  return `${style.green(style.ok)} ${way}   ${bytes(size)} ${style.dot} ${duration(durationMs, true)}`;
}

async function sourceOf(word: string): Promise<Place> {
  if (isAddress(word)) return openStore(word);
  const { source, path } = loadSource(word);
  const shown =
    typeof source === 'string' || isStored(source) ? word : `${source.session}@${source.generation}`;
  return { ...filePlace(path), shown };
}

async function targetOf(word: string): Promise<Place> {
  if (isAddress(word)) {
    const opened = await openStore(word);
    if (opened.generation === undefined) return opened;
    await opened.store.close();
    throw new UsageError(
      `${displayName(shownAddress(word))} names a save that is there; a copy is always the newest one`,
    );
  }
  if (namedIn(word) !== undefined && !existsSync(word))
    throw new UsageError(
      `brine copy writes files and addresses, and ${displayName(word)} is the name of a session`,
      'give a file a dot or a slash: work.pkl, ./work; `brine work.pkl`, then `.save work` makes it a session',
    );
  return filePlace(word);
}

function filePlace(path: string): Place {
  return { store: oneFile(path), key: basename(path), shown: path };
}

async function checkSource({ store, key, generation, shown }: Place): Promise<void> {
  const which = generation === undefined ? {} : { generation };
  const head = await store.read(key, { offset: 0, length: KIND_BYTES, ...which });
  if (isSnapshot(head) || isEncrypted(head)) return;
  const kind = kindOfFile(head);
  throw new CommandError(
    `${displayName(shown)} is ${kind?.name ?? 'no snapshot'}`,
    kind?.hint ?? 'a snapshot is what `.save` or `dump` wrote',
    EXIT.refused,
  );
}
