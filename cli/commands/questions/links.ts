// `.deps`, `.path`, `.retains`, `.origin`, and the same with `brine`: what leads to what.

import {
  type Deps,
  deps,
  type Origin,
  origin,
  pathBetween,
  type Retained,
  retains,
  type Web,
} from '../../../src/detect/index.js';
import { displayName } from '../../display-name.js';
import { CommandError } from '../../errors.js';
import { bytes, count, fittedTable, wrapText } from '../../format.js';
import type { Page } from '../../page.js';
import { plural } from '../report.js';
import { type Answer, type AnswerPage, nowhere, type Question } from './question.js';

const PATH_WIDTH = 200;
const SHOWN = 10;
const shown = (text: string): string => displayName(text, PATH_WIDTH);

/** `.deps <function>` */
export const depsQuestion: Question = {
  name: 'deps',
  usage: '<function>',
  summary: 'say what a function captures and which globals it names',
  wordsMin: 1,
  isOnePath: true,
  ask: (web, [path = ''], page): Answer => {
    const found = deps(web, path);
    if (found !== undefined) return { json: found, text: depsText(found, page) };
    if (web.root(path) === undefined) throw nowhere(web, path, page);
    throw new CommandError(
      `${shown(path)} is no function that a save brings along`,
      `${page.command('path')} and ${page.command('retains')} take any value`,
    );
  },
};

function depsText({ type, path, url, line, captures, globals, extends: heritage }: Deps, page: Page): string {
  const { rowColumns } = page;
  const place = url === '' ? '' : `  ${page.style.dim(`${displayName(url, 80)}:${line}`)}`;
  const captured = captures.map(({ name, kind, value, isUnset, sharedWith }) => [
    '  captures',
    displayName(name, 40),
    displayName(kind, 12),
    isUnset ? 'not set yet' : displayName(value, 60),
    sharedWith.length > 0 ? `shared with ${sharedWith.slice(0, 3).map(shown).join(', ')}` : '',
  ]);
  const named = globals.map(({ name, from, type: what }) => [
    '  names',
    displayName(name, 40),
    from === 'missing' ? page.style.red(from) : from,
    displayName(what, 60),
  ]);
  return [
    `${shown(path)}  ${displayName(type, 60)}${place}`,
    ...(heritage === undefined ? [] : [`  extends   ${displayName(heritage, 60)}`]),
    ...(captured.length > 0 ? [fittedTable(captured, rowColumns, { first: 2 })] : []),
    ...(named.length > 0 ? [fittedTable(named, rowColumns, { first: 2 })] : []),
    ...(captured.length + named.length > 0 ? [] : ['  it captures nothing and names no global']),
  ].join('\n');
}

/** `.path <a> <b>` */
export const pathQuestion: Question = {
  name: 'path',
  usage: '<a> <b>',
  summary: 'say how one value is reached from another',
  wordsMin: 2,
  isOnePath: false,
  ask: (web, [from = '', to = ''], page): Answer => {
    const { style, rowColumns } = page;
    const found = pathBetween(web, from, to);
    if (found === undefined)
      throw [from, to].map((path) => missing(web, path, page)).find((error) => error) as Error;
    if (found.path === undefined)
      return {
        json: { ...found, path: null },
        text: `nothing leads from ${shown(from)} to ${shown(to)}`,
        code: 1,
      };
    const rows = found.chain.map(({ step, type }) => [
      `  ${displayName(step, 60)}`,
      style.dim(displayName(type, 60)),
    ]);
    return { json: found, text: `${shown(found.path)}\n${fittedTable(rows, rowColumns)}` };
  },
};

function missing(web: Web, path: string, page: AnswerPage): CommandError | undefined {
  return pathBetween(web, path, path) === undefined ? nowhere(web, path, page) : undefined;
}

/** `.retains <name or path>` */
export const retainsQuestion: Question = {
  name: 'retains',
  usage: '<name or path>',
  summary: 'say who holds a value, and what would go with it',
  wordsMin: 1,
  isOnePath: true,
  ask: (web, [path = ''], page): Answer => {
    const found = retains(web, path);
    if (found === undefined) throw nowhere(web, path, page);
    return { json: found, text: retainsText(found, page) };
  },
};

function retainsText(found: Retained, { style, columns, rowColumns }: Page): string {
  const held = found.heldBy.slice(0, SHOWN).map((place) => wrapText('  held by  ', shown(place), columns));
  const more = found.heldByCount - held.length;
  const rows = found.largest.map(({ path, type, bytes: size }) => [
    `  ${bytes(size).padStart(9)}`,
    shown(path),
    style.dim(displayName(type, 40)),
  ]);
  return [
    `${shown(found.path)}  ${displayName(found.type, 60)}`,
    ...held,
    ...(more > 0 ? [`           and ${count(more)} more places`] : []),
    `  ${plural(found.values, 'value')}, ${bytes(found.bytes)}, would go with it`,
    ...(rows.length > 0 ? [fittedTable(rows, rowColumns, { first: 2 })] : []),
  ].join('\n');
}

/** `.origin <name>` */
export const originQuestion: Question = {
  name: 'origin',
  usage: '<name>',
  summary: 'show the input that made a name, and those that mention it since',
  wordsMin: 1,
  isOnePath: true,
  ask: (web, [name = ''], page): Answer => {
    const found = origin(web, name);
    if (found === undefined) throw nowhere(web, name, page);
    return { json: found, text: originText(found, page) };
  },
};

function originText({ name, kind, imported, cell, mentions }: Origin, page: Page): string {
  const source = (text: string): string[] => text.split('\n').map((line) => `    ${shown(line)}`);
  const from = imported === undefined ? '' : ` from ${displayName(imported, 80)}`;
  const made =
    cell === undefined
      ? ['  the input that made it is not known']
      : [`  made by In[${cell.number}]`, ...source(cell.source)];
  const later = mentions.slice(-SHOWN).flatMap(({ number, source: text }) => {
    const [first = '', ...rest] = text.split('\n');
    const more = rest.length > 0 ? ` ${page.style.dim(page.style.ellipsis)}` : '';
    return [`  In[${number}]  ${shown(first)}${more}`];
  });
  return [
    `${shown(name)}  ${displayName(kind, 20)}${from}`,
    ...made,
    ...(later.length > 0 ? ['  mentioned since by', ...later] : []),
  ].join('\n');
}
