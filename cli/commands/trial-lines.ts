// What came of loading a file where nothing else is, and saving it again, in words.

import type { Trial } from '../../src/session/trial.js';
import { displayName } from '../display-name.js';
import { count } from '../format.js';

const SHOWN = 10;

/** What a trial found, in words. */
export function trialLines(trial: Trial | undefined): string[] {
  if (trial === undefined) return [];
  const { compared, differences, losses } = trial;
  const isSame = differences.length === 0;
  const head = isSame
    ? `  loaded in a process of its own and compared: ${count(compared)} parts, all as they were`
    : `  loaded in a process of its own and compared: ${count(differences.length)} of ${count(compared)} parts differ`;
  const more = differences
    .slice(0, SHOWN)
    .map(
      ({ name, what }) => `    differs  ${displayName(name || 'the value', 60)}  ${displayName(what, 120)}`,
    );
  const missing = losses
    .slice(0, SHOWN)
    .map(({ path, what, reason }) => `    missing  ${displayName(`${path}  ${what}, ${reason}`, 160)}`);
  return [head, ...more, ...missing];
}
