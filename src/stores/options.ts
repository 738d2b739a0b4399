// Every option of a store by its name: a word that is none would go by unnoticed, and `delete` with one would take all saves for
// the one that was meant. Knows nothing of what the options mean.

import { StoreError } from '../errors.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import type { Keeping } from '../store/generations.js';
import type { GetOptions, PutOptions, WhichSave } from './store.js';

/** Options of `put`. */
export const PUT: OptionNames<PutOptions> = { ifVersion: 'any', onProgress: 'function', signal: 'any' };
/** Options of `get`. */
export const GET: OptionNames<GetOptions> = { generation: 'any', offset: 'any', signal: 'any' };
/** Options of `stat` and `delete`. */
export const WHICH: OptionNames<WhichSave> = { generation: 'any' };
/** What `read` is told. */
export const RANGE: OptionNames<{ readonly offset: number; readonly length: number } & WhichSave> = {
  offset: 'any',
  length: 'any',
  generation: 'any',
};
/** Options of stores that keep the saves before the newest. */
export const KEEPS: OptionNames<{ readonly keeping?: Keeping }> = { keeping: 'any' };

const KEEPING: OptionNames<Keeping> = { countMax: 'any', bytesMax: 'any' };

/** Throws STORE_OPTION for what is no object or has a name that is no option. */
export function checkStoreNames<Options extends object>(
  options: Options,
  names: OptionNames<Options>,
  of?: string,
): void {
  checkOptionNames(options, names, (message, hint) => new StoreError('STORE_OPTION', message, { hint }), of);
}

/** The options, once they were looked at. */
export function checked<Options extends object>(options: Options, names: OptionNames<Options>): Options {
  checkStoreNames(options, names);
  return options;
}

/** Throws STORE_OPTION for what is to be kept, said in other words. */
export function checkKeeping(keeping: Keeping | undefined): void {
  if (keeping === undefined) return;
  checkStoreNames(keeping, KEEPING, 'keeping');
  for (const [name, most] of Object.entries(keeping))
    if (most !== undefined && !(typeof most === 'number' && most >= 1))
      throw new StoreError('STORE_OPTION', `the option ${name} of keeping has the wrong form`, {
        hint: 'give a number from 1 on',
      });
}
