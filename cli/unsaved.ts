// What is said of sessions that ended unsaved: at the start of a prompt and by `.recover`. Loads little.

import { homedir } from 'node:os';
import process from 'node:process';
import type { Recovered } from '../src/session/autosave/ended.js';
import { displayName } from './display-name.js';
import { ago, count } from './format.js';

/** Names shown one by one. */
const NAMES_SHOWN = 4;

/** `12 names (cfg, users, rate, …), 2 cells since`; `no names, 3 cells of history` where nothing can be brought back but that. */
export function contentOf(one: Recovered): string {
  const { snapshot, changes } = one;
  const cells = changes.filter(({ cell }) => cell !== undefined).length;
  const names = namesIn(one);
  const shown = names.slice(0, NAMES_SHOWN).map((name) => displayName(name, 24));
  if (names.length > shown.length) shown.push(displayName('…'));
  const listed = shown.length === 0 ? '' : ` (${shown.join(', ')})`;
  if (!hasNames(one)) return `no names, ${counted(cellsIn(one), 'cell')} of history`;
  // What could not be saved is among the names, and not in the snapshot.
  if (snapshot === undefined) return `${counted(cells, 'cell')}${listed}`;
  return `${counted(Math.max(snapshot.names, names.length), 'name')}${listed}${cells > 0 ? `, ${counted(cells, 'cell')} since` : ''}`;
}

/** False for a session of which nothing would come back but its history. */
export function hasNames(one: Recovered): boolean {
  return (one.snapshot?.names ?? 0) > 0 || namesIn(one).length > 0;
}

function cellsIn({ entries }: Recovered): number {
  return entries.filter((entry) => entry.type === 'change' && entry.cell !== undefined).length;
}

/** The names that a session had at its end, as far as its journal says; what changed last comes first. */
function namesIn({ entries }: Recovered): string[] {
  const names = new Set<string>();
  for (const entry of entries) {
    if (entry.type !== 'change') continue;
    const changed = [...entry.rebound, ...Object.keys(entry.kinds), ...Object.keys(entry.marks ?? {})];
    for (const name of [...entry.gone, ...changed]) names.delete(name);
    for (const name of changed) names.add(name);
  }
  return [...names].reverse();
}

/** Where a session ran. */
export function folderOf({ ended }: Recovered): string {
  const folder = ended.owner.workingDirectory;
  const home = homedir();
  return displayName(folder.startsWith(`${home}/`) ? `~${folder.slice(home.length)}` : folder, 60);
}

/** `12 names (cfg, users) of a session that ended 5 min ago in ~/work` */
export function titleOf(one: Recovered): string {
  const isHere = one.ended.owner.workingDirectory === process.cwd();
  const where = isHere ? 'this folder' : folderOf(one);
  return `${contentOf(one)} of a session that ended ${ago(one.ended.lastMs, Date.now())} in ${where}`;
}

/** The line under the banner when there is something to bring back; undefined otherwise. */
export function offerText(ended: readonly Recovered[]): string | undefined {
  const found = ended.filter(hasNames);
  const [first] = found;
  if (first === undefined) return undefined;
  const more = found.length > 1 ? ` (and ${counted(found.length - 1, 'more session')})` : '';
  return `unsaved: ${titleOf(first)}${more}; .recover ${found.length > 1 ? 'lists them' : 'brings it back'}`;
}

function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
