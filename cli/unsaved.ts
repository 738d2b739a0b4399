// What is said of sessions that ended unsaved: at the start of a prompt and by `.recover`. Loads little.

import type { Recovered } from '../src/session/autosave/ended.js';
import { ago, count } from './format.js';

/** `12 names, 2 cells since` */
export function contentOf({ snapshot, changes }: Recovered): string {
  const cells = changes.filter(({ cell }) => cell !== undefined).length;
  if (snapshot === undefined) return counted(cells, 'cell');
  return `${counted(snapshot.names, 'name')}${cells > 0 ? `, ${counted(cells, 'cell')} since` : ''}`;
}

/** `12 names of a session that ended 5 min ago` */
export function titleOf(one: Recovered): string {
  return `${contentOf(one)} of a session that ended ${ago(one.ended.lastMs, Date.now())}`;
}

/** The line under the banner when there is something to bring back; undefined otherwise. */
export function offerText(found: readonly Recovered[]): string | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const more = found.length > 1 ? ` (and ${counted(found.length - 1, 'more session')})` : '';
  return `unsaved: ${titleOf(first)}${more}; .recover brings it back`;
}

function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
