// Goal: a command that a document tells people to run exists.
// Method: every `npm run …` and `npx vitest run …` in the documents, against package.json and the files of the tests.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from './markdown.js';

const documents = [
  'README.md',
  'CHANGELOG.md',
  'snapshots/README.md',
  ...readdirSync(`${ROOT}/docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
  scripts: Record<string, string>;
};

function commandsIn(pattern: RegExp): { readonly place: string; readonly what: string }[] {
  return documents.flatMap((place) =>
    [...readFileSync(`${ROOT}/${place}`, 'utf8').matchAll(pattern)].map(([, what]) => ({
      place,
      what: what as string,
    })),
  );
}

test('scripts of npm are in package.json, and what they start is there', () => {
  const found = commandsIn(/npm run ([a-z][\w:-]*)/gu);
  expect(found.length).toBeGreaterThan(5);
  expect(found.filter(({ what }) => scripts[what] === undefined)).toEqual([]);
  const started = Object.values(scripts).flatMap(
    (line) => line.match(/\b(?:scripts|bench)\/[\w.-]+/gu) ?? [],
  );
  expect(started.filter((file) => !existsSync(`${ROOT}/${file}`))).toEqual([]);
});

test('tests that are named by a part of their path are there', () => {
  const files = readdirSync(`${ROOT}/test`, { recursive: true }).map((name) => `test/${name}`);
  const found = [
    ...commandsIn(/npx vitest run ([\w./-]+)/gu),
    ...commandsIn(/npm run torture -- ([a-z][\w./-]+)/gu),
  ];
  expect(found.length).toBeGreaterThan(5);
  expect(found.filter(({ what }) => !files.some((file) => file.includes(what)))).toEqual([]);
});
