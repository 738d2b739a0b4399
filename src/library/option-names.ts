// Options by their names and sorts: a word that is none, such as `key` for `keys`, would leave out what it was meant to switch on
// without anybody noticing.
//
// Knows nothing of what the options mean.

import { type BrineError, PicklingError, UnpicklingError } from '../errors.js';

/** What an option takes, as far as it is looked at here. */
export type OptionSort = 'any' | 'function';

/** Every option of a function with its sort. */
export type OptionNames<Options> = Readonly<Record<keyof Options, OptionSort>>;

/** Throws PICKLE_OPTION for what is no object, has a name that is no option, or anything else where a function belongs. */
export function checkDumpNames<Options extends object>(options: Options, names: OptionNames<Options>): void {
  check(options, names, (message, hint) => new PicklingError('PICKLE_OPTION', message, { hint }));
}

/** The same for what is loaded: throws UNPICKLE_OPTION. */
export function checkLoadNames<Options extends object>(options: Options, names: OptionNames<Options>): void {
  check(options, names, (message, hint) => new UnpicklingError('UNPICKLE_OPTION', message, { hint }));
}

function check<Options extends object>(
  options: Options,
  names: OptionNames<Options>,
  wrong: (message: string, hint: string) => BrineError,
): void {
  if (typeof options !== 'object' || options === null)
    throw wrong('the options are no object', 'give an object, or leave it out');
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(names, name))
      throw wrong(
        `there is no option ${JSON.stringify(name)}`,
        `the options are ${Object.keys(names).join(', ')}`,
      );
    if (names[name as keyof Options] === 'function' && value !== undefined && typeof value !== 'function')
      throw wrong(`the option ${name} is no function`, 'give a function, or leave it out');
  }
}
