// Packages that are needed only for some of this, loaded when they are; what is said when one is missing.

import { ParallelError } from '../errors.js';

/** The versions that brine was tried with. */
export const PEERS = { tinypool: '2.2.0', bullmq: '6.7.0', ioredis: '5.11.1' } as const;

/** Loads optional packages. Throws PARALLEL_PEER with the line that installs all of them. */
export async function loadPeers<T>(
  names: readonly (keyof typeof PEERS)[],
  what: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new ParallelError(
      'PARALLEL_PEER',
      `${what} need ${names.join(' and ')}, not all of which is installed`,
      {
        hint: `npm install ${names.map((name) => `${name}@${PEERS[name]}`).join(' ')}`,
        cause: error,
      },
    );
  }
}
