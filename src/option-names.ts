// Options by their names and sorts: a word that is none, such as `key` for `keys`, would leave out what it was meant to switch on
// without anybody noticing.
//
// Knows nothing of what the options mean, and of whose they are: callers give the error.

import type { BrineError } from './errors.js';
import { nearestName } from './nearest-name.js';

/** What an option takes, as far as it is looked at here. */
export type OptionSort = 'any' | 'function';

/** Every option of a function with its sort. */
export type OptionNames<Options> = Readonly<Record<keyof Options, OptionSort>>;

/** Makes the error of whoever was given the options. */
export type OptionError = (message: string, hint: string) => BrineError;

/**
 * Throws what `wrong` makes for what is no object, has a name that is no option, or anything else where a function belongs.
 *
 * @param options  What a caller gave.
 * @param names    Every option there is.
 * @param wrong    The error.
 * @param of       Whose options they are, where a message would not say it.
 */
export function checkOptionNames<Options extends object>(
  options: Options,
  names: OptionNames<Options>,
  wrong: OptionError,
  of?: string,
): void {
  const whose = of === undefined ? '' : ` of ${of}`;
  if (typeof options !== 'object' || options === null)
    throw wrong(`the options${whose} are no object`, 'give an object, or leave it out');
  const known = Object.keys(names);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(names, name)) {
      const near = nearestName(name, known);
      const all = `the options${whose} are ${known.join(', ')}`;
      throw wrong(
        `there is no option ${JSON.stringify(name)}${whose}`,
        near === undefined ? all : `did you mean ${near}? ${all}`,
      );
    }
    if (names[name as keyof Options] === 'function' && value !== undefined && typeof value !== 'function')
      throw wrong(`the option ${name}${whose} is no function`, 'give a function, or leave it out');
  }
}
