// `brine doctor`: whether everything that brine needs is there, and what to do where it is not.

import { homedir } from 'node:os';
import process from 'node:process';
import { displayName } from '../display-name.js';
import { examine, type Finding } from '../doctor/checks.js';
import { fittedTable, wrapText } from '../format.js';
import { type Page, printFound } from '../page.js';
import type { Style } from '../style.js';
import { EXIT } from './command.js';

/** `brine doctor`; prints on standard output. Returns an exit code: 1 when something does not work. */
export function showDoctor(isJson: boolean): number {
  const findings = examine({
    version: process.versions.node,
    environment: process.env,
    folder: process.cwd(),
    output: process.stdout,
  });
  printFound(isJson, findings, doctorText);
  return findings.some(({ state }) => state === 'problem') ? EXIT.failed : EXIT.ok;
}

/** What was found, in words. */
export function doctorText(findings: readonly Finding[], { style, columns, rowColumns }: Page): string {
  const rows = findings.map(({ check, state, found }) => [
    `  ${check}`,
    mark(state, style),
    displayName(fromHome(found), 200),
  ]);
  const todo = findings.flatMap(({ check, fix, state }) =>
    fix === null || state === 'ok' ? [] : [wrapText(`  ${style.arrow} ${check}: `, fix, columns)],
  );
  const problems = findings.filter(({ state }) => state === 'problem').length;
  const head =
    problems === 0
      ? `${style.green(style.ok)} brine works here`
      : `${style.red(style.no)} ${problems === 1 ? 'one thing does' : `${problems} things do`} not work here`;
  return [head, fittedTable(rows, rowColumns, { first: 2 }), ...todo].join('\n');
}

function mark(state: Finding['state'], style: Style): string {
  return { ok: style.ok, note: style.dot, problem: style.no }[state];
}

// What is shown goes into reports: whose folder it is says nothing there.
function fromHome(text: string): string {
  return text.replaceAll(`${homedir()}/`, '~/');
}
