// Every test on disk is run: a test file that the runner's pattern misses passes for ever.

import type { SourceFiles } from './source-files.js';

/**
 * Files that look like tests and are not among those the runner runs: by their name (`x.test.ts`, `x.spec.js`), or
 * because they import the runner's `test`, `it` or `describe`.
 */
export function testsNotRun(files: SourceFiles, run: ReadonlySet<string>): readonly string[] {
  const violations: string[] = [];
  for (const [path, text] of files) {
    if (run.has(path)) continue;
    if (/\.(test|spec)\.[cm]?[jt]sx?$/u.test(path))
      violations.push(`${path}: is named as a test and is not run`);
    else if (importsRunner(text)) violations.push(`${path}: defines tests and is not run`);
  }
  return violations;
}

function importsRunner(text: string): boolean {
  for (const [, names, source] of text.matchAll(/import\s*\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/gu)) {
    const isRunner = source === 'vitest' || source === 'node:test';
    if (isRunner && /(^|[\s,])(test|it|describe)\s*($|,|\sas\s)/u.test(names!.trim())) return true;
  }
  return false;
}
