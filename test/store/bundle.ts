// Bundles the store into one plain module, so that a process of its own can use today's source without a build.

import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

/** Writes the bundle into a folder and returns its URL. */
export function bundleStore(folder: string): string {
  const outfile = join(folder, 'store.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('../../src/store/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    outfile,
    logLevel: 'error',
  });
  return pathToFileURL(outfile).href;
}
