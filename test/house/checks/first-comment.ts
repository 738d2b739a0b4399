// Every file says first what it is for.

import type { SourceFiles } from './source-files.js';

/** Files that do not start with a comment (after a `#!` line). */
export function filesWithoutFirstComment(files: SourceFiles): readonly string[] {
  const violations: string[] = [];
  for (const [path, text] of files) {
    const start = text.replace(/^#!.*\n/u, '');
    if (!/^(\/\/|\/\*)[^\S\n]*\S/u.test(start))
      violations.push(`${path}: does not start with a comment on what it is for`);
  }
  return violations;
}
