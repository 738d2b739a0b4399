// Every option of a pool, of its calls and of a worker of a cluster by its name. Knows nothing of what they mean.

import { ParallelError } from '../errors.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import type { CallOptions, PoolOptions, SubmitOptions } from './types.js';

/** Options of one call. */
export const CALL_NAMES: OptionNames<CallOptions> = {
  signal: 'any',
  taskTimeoutMs: 'any',
  timeoutMs: 'any',
  chunk: 'any',
  transfer: 'any',
  onProgress: 'any',
};

/** Options of `pool`. */
export const POOL_NAMES: OptionNames<PoolOptions> = {
  ...CALL_NAMES,
  kind: 'any',
  workers: 'any',
  snapshot: 'any',
  cluster: 'any',
  retries: 'any',
  backoffMs: 'any',
  keepMs: 'any',
};

/** Options of `submit`. */
export const SUBMIT_NAMES: OptionNames<SubmitOptions> = { name: 'any', chunk: 'any' };

/** Throws PARALLEL_OPTION for what is no object or has a name that is no option. */
export function checkParallelNames<Options extends object>(
  options: Options,
  names: OptionNames<Options>,
): void {
  withPristineBuiltins(() =>
    checkOptionNames(
      options,
      names,
      (message, hint) => new ParallelError('PARALLEL_OPTION', message, { hint }),
    ),
  );
}
