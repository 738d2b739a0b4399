// Goal: docs/CONFIGURATION.md has every setting, variable and flag, as the program has them.
// Method: its tables are compared with the table of settings and with the tree of commands; the variables that the sources read are
// looked for in it. With BRINE_UPDATE_DOCS=1 the tables of settings and flags are written anew.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SETTINGS } from '../../cli/settings.js';
import { page, ROOT } from './markdown.js';

Reflect.set(globalThis, '__BRINE_VERSION__', '0.0.0');
const { programOf } = await import('../../cli/arguments.js');

const NAME = 'docs/CONFIGURATION.md';
const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``);
const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replace(/(?<![`\w/~])(\.?--?[a-z][\w-]*|\.[a-z]+|BRINE_\w+|\["[^\]]*\])(?![`\w/])/g, '`$1`');

function settingRows(): string[] {
  return SETTINGS.map(({ name, variable = '', flags = [], fallback, allowed, what }) =>
    row(code(name), code(variable), flags.map(code).join(', '), cell(fallback), cell(allowed), cell(what)),
  );
}

function flagRows(): string[] {
  const program = programOf();
  return [program, ...program.commands].flatMap((command) =>
    command.options
      .filter(({ hidden }) => !hidden)
      .map(({ flags, description, argChoices }) =>
        row(
          code(command === program ? 'brine' : `brine ${command.name()}`),
          code(flags),
          cell(`${description}${argChoices === undefined ? '' : `: ${argChoices.join(', ')}`}`),
        ),
      ),
  );
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

// The rows below the head that starts so.
function tableIn(text: string, head: string): string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(head));
  expect(start, head).toBeGreaterThan(0);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return lines.slice(start + 2, end);
}

const TABLES = [
  ['| setting | variable |', settingRows],
  ['| command | flag |', flagRows],
] as const;

test('its tables are those of the program', () => {
  let text = page(NAME);
  if (process.env['BRINE_UPDATE_DOCS'] === '1') {
    for (const [head, rows] of TABLES) {
      const lines = text.split('\n');
      const start = lines.findIndex((line) => line.startsWith(head));
      lines.splice(start + 2, tableIn(text, head).length, ...rows());
      text = lines.join('\n');
    }
    writeFileSync(join(ROOT, NAME), text);
  }
  for (const [head, rows] of TABLES) expect(tableIn(text, head)).toEqual(rows());
});

test('every variable that is read is on it', () => {
  const found = execFileSync(
    'git',
    ['grep', '-ohE', "(env|environment)\\['[A-Z_]+'\\]", '--', 'src', 'cli'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  const names = new Set([...found.matchAll(/'([A-Z_]+)'/g)].map((match) => match[1] as string));
  expect(names.size).toBeGreaterThan(8);
  const text = page(NAME);
  expect([...names].filter((name) => !text.includes(`\`${name}\``)).sort()).toEqual([]);
});
