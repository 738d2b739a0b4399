// `.why` and `brine why`: whether something survives a save; if not, every problem with its cure.

import { type Problem, type Why, why } from '../../../src/detect/index.js';
import { displayName } from '../../display-name.js';
import { count, wrapText } from '../../format.js';
import type { Page } from '../../page.js';
import { EXIT } from '../command.js';
import { type Answer, nowhere, type Question } from './question.js';

/** `.why [name or path]` */
export const whyQuestion: Question = {
  name: 'why',
  usage: '[name or path]',
  summary: 'say what a save would leave out, why, and what to do',
  wordsMin: 0,
  isOnePath: true,
  ask: (web, [path = ''], page): Answer => {
    const found = why(web, path);
    if (found === undefined) throw nowhere(web, path, page);
    const isLossy = found.problems.length > 0;
    return { json: found, text: whyText(found, page), ...(isLossy && { code: EXIT.lossy }) };
  },
};

const PATH_WIDTH = 200;
const ALSO_SHOWN = 5;
const PROBLEMS_SHOWN = 50;

/** The answer in words. */
export function whyText(found: Why, page: Page): string {
  const { style } = page;
  const what = found.path === '' ? 'every name' : displayName(found.path, PATH_WIDTH);
  if (found.save === 'link')
    return `${style.green(style.ok)} ${what} goes by reference: ${displayName(found.origin ?? found.type, 80)} is found again where it is loaded`;
  if (found.save === 'pin') return `${style.green(style.ok)} ${what} is pinned: an expression makes it again`;
  if (found.problems.length === 0) return `${style.green(style.ok)} ${what} can be saved`;
  const shown = found.problems.slice(0, PROBLEMS_SHOWN).map((problem) => problemText(problem, page));
  const more = found.problems.length - shown.length;
  if (more > 0) shown.push(`and ${count(more)} more that cannot be saved: --json has them`);
  return shown.join('\n');
}

function problemText(problem: Problem, { style, columns }: Page): string {
  const { name, path, what, why: reason, chain, also, alsoCount, cures, code } = problem;
  const isWhole = path === name;
  const rest = alsoCount - Math.min(also.length, ALSO_SHOWN);
  const line = (head: string, text: string): string => wrapText(`  ${head.padEnd(6)}`, text, columns);
  return [
    `${displayName(name, 60)}  ${style.red(isWhole ? 'cannot be saved' : 'cannot be saved whole')}`,
    line('path', displayName(path, PATH_WIDTH)),
    line('is', displayName(what, 80)),
    line('why', displayName(reason)),
    ...(chain.length > 2 ? [line('chain', chainText(chain, style.arrow))] : []),
    ...(code === undefined
      ? []
      : [line('code', `${displayName(code.url, 80)}:${code.line}  ${displayName(code.text, 160)}`)]),
    ...also.slice(0, ALSO_SHOWN).map((place) => line('also', displayName(place, PATH_WIDTH))),
    ...(rest > 0 ? [line('', `and ${count(rest)} more places: --json has them`)] : []),
    ...cures.map(({ text }, index) => line(index === 0 ? 'do' : 'or', displayName(text))),
  ].join('\n');
}

function chainText(chain: Problem['chain'], arrow: string): string {
  const shown = chain.map(({ step, type }) => `${displayName(step, 40)} (${displayName(type, 40)})`);
  const parts = shown.length > 8 ? [...shown.slice(0, 4), displayName('…'), ...shown.slice(-3)] : shown;
  return parts.join(` ${arrow} `);
}
