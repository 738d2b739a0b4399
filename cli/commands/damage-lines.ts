// Damaged places of a file as text. Knows nothing of what they cost.

import type { Damage } from '../../src/format/index.js';
import { displayName } from '../display-name.js';
import { count, wrapText } from '../format.js';

const DAMAGE_SHOWN = 8;

/** Damaged places, one a line. */
export function damageLines(damage: readonly Damage[], columns: number): string[] {
  const shown = damage.slice(0, DAMAGE_SHOWN);
  const lines = shown.map(({ section, from, to, problem, isMended }) => {
    const cure = isMended ? ', mended' : '';
    return wrapText(
      '  damaged   ',
      `${section}, bytes ${from}-${to}: ${displayName(problem)}${cure}`,
      columns,
    );
  });
  const left = damage.length - shown.length;
  return left > 0 ? [...lines, `            and ${count(left)} more places`] : lines;
}
