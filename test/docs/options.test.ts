// Goal: docs/OPTIONS.md names every option there is, beside the right functions, and none that does not exist.
// Method: the properties of the option types are read from their sources and compared with the words of the tables.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { page, ROOT } from './markdown.js';

/** The properties that interfaces declare. */
function propertiesOf(...interfaces: readonly (readonly [file: string, name: string])[]): string[] {
  return interfaces.flatMap(([file, name]) => {
    const source = readFileSync(`${ROOT}/src/${file}`, 'utf8');
    const body = new RegExp(`export interface ${name}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
    if (body === undefined) throw new Error(`no interface ${name} in ${file}`);
    return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, property]) => property as string);
  });
}

const HELP = [
  ['library/help.ts', 'SaveHelp'],
  ['pickle/module-choice.ts', 'ModuleOptions'],
  ['library/secrets/policy.ts', 'SecretOptions'],
] as const;

const TYPES = {
  Saving: [
    propertiesOf(['session/types.ts', 'SaveOptions'], ...HELP),
    propertiesOf(['library/pickler.ts', 'DumpOptions'], ...HELP),
  ],
  Loading: [
    propertiesOf(['session/types.ts', 'LoadOptions'], ['library/help.ts', 'LoadHelp']),
    propertiesOf(
      ['library/unpickler.ts', 'LoadValueOptions'],
      ['library/index.ts', 'LoadFileOptions'],
      ['library/help.ts', 'LoadHelp'],
    ),
  ],
} as const;

const text = page('docs/OPTIONS.md');
const commands = ['save', 'load']
  .map((name) => readFileSync(`${ROOT}/cli/commands/${name}.ts`, 'utf8'))
  .join();

/** The cells of the table below a title. */
function rowsOf(title: string): string[][] {
  const part = text.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  return part
    .split('\n')
    .filter(
      (line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| at the prompt'),
    )
    .map((line) => line.split('|').slice(1, -1));
}

// Options only, no functions and values.
const optionsIn = (cell: string): string[] =>
  [...cell.matchAll(/`([a-z]\w*)`/g)]
    .map(([, word]) => word as string)
    .filter((word) => !FUNCTIONS.has(word));

const FUNCTIONS = new Set(['dump', 'dumps', 'load', 'loads', 'save', 'salvage']);

for (const title of ['Saving', 'Loading'] as const) {
  describe(title, () => {
    const rows = rowsOf(title);
    [1, 2].forEach((column) => {
      const known = TYPES[title][column - 1] as string[];
      const named = new Set(rows.flatMap((row) => optionsIn(row[column] as string)));
      test(`names every option of column ${column}, and no other`, () => {
        expect(
          [...new Set(known)].filter((option) => !named.has(option) && !inCode(rows, column, option)),
        ).toEqual([]);
        expect([...named].filter((option) => !known.includes(option))).toEqual([]);
      });
    });

    test('names flags that the command has', () => {
      for (const [first] of rows)
        for (const [, flag] of (first as string).matchAll(/`--([a-z-]+)/g))
          expect(commands).toContain(flag as string);
    });
  });
}

// `redact: …` within a longer piece of code.
function inCode(rows: readonly string[][], column: number, option: string): boolean {
  return rows.some((row) => new RegExp(`\`${option}: `).test(row[column] as string));
}
