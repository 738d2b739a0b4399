// The names that a text of code uses and does not declare. Parses the text; runs nothing.

import { type Options, type Program, parse } from 'acorn';
import type { CodeEntry } from '../graph/code.js';
import { analyseScopes } from '../pickle/capture/analyse.js';

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
};

/** Free names in alphabetical order; none of a text that cannot be read. */
export function freeNames({ source, form }: CodeEntry): string[] {
  const isWhole = form === 'function' || form === 'arrow' || form === 'class';
  const wrapped = isWhole ? [`(${source})`] : [`({ ${source} })`, `(class { ${source} })`];
  for (const text of wrapped) {
    const program = parsed(text);
    if (program === undefined) continue;
    const { references } = analyseScopes(text, program, false);
    const names = references.filter(({ kind, target }) => kind === 'name' && target === null);
    return [...new Set(names.map(({ name }) => name))].filter((name) => name !== 'undefined').sort();
  }
  return [];
}

// Private names of a class around a method are nothing that it declares: texts with them are parsed all the same.
function parsed(text: string): Program | undefined {
  try {
    return parse(text, { ...OPTIONS, checkPrivateFields: false } as Options);
  } catch {
    return undefined;
  }
}
