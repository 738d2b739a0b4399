// What a word of a command names that is the address of something in a store: opened for a save, fetched to a file of this
// machine for whoever reads files. Addresses are shown without their passwords.

import { basename, join } from 'node:path';
import { DEFAULT_LIMITS } from '../src/limits.js';
import { fetchTo, privateFolder, type StoredSession } from '../src/session/stored.js';
import type { ProgressListener } from '../src/session/types.js';
import type { Keeping } from '../src/store/generations.js';
import { isAddress } from '../src/stores/addresses.js';
import { type OpenedStore, openStore } from '../src/stores/open-store.js';
import { nameFile } from './display-name.js';

/** Opens the store of an address, lets something be done with it, and closes it. */
export async function withStore<T>(
  address: string,
  work: (opened: OpenedStore) => Promise<T>,
  keeping?: Keeping,
): Promise<T> {
  const opened = await openStore(address, keeping === undefined ? {} : { keeping });
  try {
    return await work(opened);
  } finally {
    await opened.store.close();
  }
}

/** What an address leads to, with a copy of it on this machine that stays until the process ends. */
export async function fetched(
  address: string,
  onProgress?: ProgressListener,
): Promise<StoredSession & { readonly copy: { readonly path: string } }> {
  const opened = await openStore(address);
  try {
    const path = join(privateFolder(), basename(opened.key));
    const newest = await fetchTo(opened, path, {
      bytesMax: DEFAULT_LIMITS.fileBytesMax,
      onProgress: (done, total) => onProgress?.({ phase: 'reading', done, total }),
    });
    nameFile(path, opened.shown);
    return { ...opened, copy: { path, newest } };
  } finally {
    await opened.store.close();
  }
}

/** What the arguments of a command of the command line are called that read a snapshot. */
const READ_ARGUMENTS: ReadonlySet<string> = new Set(['snapshot', 'before', 'after', 'a', 'b', 'source']);

/** Fetches what the arguments of a command name by an address: the command sees files. */
export async function fetchArguments(command: {
  readonly registeredArguments: readonly { name(): string }[];
  readonly processedArgs: unknown[];
}): Promise<void> {
  for (const [index, argument] of command.registeredArguments.entries()) {
    const word: unknown = command.processedArgs[index];
    if (typeof word !== 'string' || !READ_ARGUMENTS.has(argument.name()) || !isAddress(word)) continue;
    command.processedArgs[index] = (await fetched(word)).copy.path;
  }
}
