// Which packages are saved by value and which files by reference, by what the options say.
//
// Knows nothing of values: names in, decisions out.

import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';

/**
 * What goes by value and what by reference, turned round.
 *
 * @example
 *   const { embed, byReference } = { embed: ['lodash'], byReference: ['src/models/**'] };
 *   loads(dumps({ ok: 1 }, { embed, byReference })).ok; // 1
 */
export interface ModuleOptions {
  /**
   * Packages that are saved by value, so that a process without them can load: names, or `*` for all. What they use of
   * other packages stays by reference. Default: none.
   */
  readonly embed?: readonly string[];
  /**
   * Files of one's own whose exports are saved by reference: patterns such as `lib/**` or `src/models.js`, as seen from
   * the working directory, in which they have to be where it is loaded. Default: none.
   */
  readonly byReference?: readonly string[];
}

/** Decides. */
export interface ModuleChoice {
  /** True for a package that is to be saved by value. */
  isEmbedded(packageName: string): boolean;
  /** The path under which a file of the user's is saved by reference, or undefined when it goes by value. */
  referenceTo(file: string): string | undefined;
}

const PACKAGES_ONLY: ModuleChoice = { isEmbedded: () => false, referenceTo: () => undefined };

/** What options decide. */
export function moduleChoice({ embed = [], byReference = [] }: ModuleOptions): ModuleChoice {
  if (embed.length === 0 && byReference.length === 0) return PACKAGES_ONLY;
  const names = new Set(embed);
  const here = process.cwd();
  const matches = byReference.map((pattern) => matcher(pattern, here));
  return {
    isEmbedded: (name) => names.has(name) || names.has('*'),
    referenceTo(file) {
      if (!matches.some((match) => match(slashed(file)))) return undefined;
      const path = slashed(relative(here, file));
      return path.startsWith('../') ? path : `./${path}`;
    },
  };
}

/** What is wrong with the options, or undefined. */
export function moduleOptionsProblem({ embed, byReference }: ModuleOptions): string | undefined {
  for (const [name, list] of Object.entries({ embed, byReference })) {
    if (list === undefined) continue;
    if (!Array.isArray(list) || !list.every((each) => typeof each === 'string' && each !== ''))
      return `${name} is no list of texts`;
  }
  return undefined;
}

/** The file of a URL that names one whole: an ES module under another query is another module. */
export function fileNameFrom(url: string): string | undefined {
  return url.startsWith('file:') && !/[?#]/.test(url) ? fileURLToPath(url) : undefined;
}

// A folder stands for everything in it.
function matcher(pattern: string, here: string): (file: string) => boolean {
  const path = slashed(resolve(here, pattern));
  const match = picomatch([path, `${path.replace(/\/$/, '')}/**`], { dot: true });
  return (file) => match(file);
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
