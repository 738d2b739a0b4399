// Where the program of a worker lies: in dist/, beside whatever of brine is running.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ParallelError } from '../errors.js';

/** The file that a worker runs. Throws PARALLEL_WORKER when brine was taken out of its package. */
export function workerFile(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, 'dist', 'worker.js');
    if (existsSync(file) && existsSync(join(folder, 'package.json'))) return file;
    if (dirname(folder) === folder) break;
  }
  throw new ParallelError('PARALLEL_WORKER', 'the program of the workers is not there: no dist/worker.js', {
    path: start,
    hint: 'do not bundle brine: mark it as external',
  });
}
