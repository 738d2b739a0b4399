// The cells that a command means by `3`, `3-5` or nothing.

import type { Cell } from '../../src/evaluator/index.js';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';

/** The cell of a number: of several, the one that ran last. */
export function cellOf(cells: readonly Cell[], number: number): Cell {
  const cell = cells.findLast((one) => one.number === number);
  if (cell === undefined) throw new UsageError(`there is no cell ${number}`, '.history lists the cells');
  return cell;
}

/** The cells that words such as `3` and `5-7` name, in the order they are given. Without words the last one. */
export function cellsOf(cells: readonly Cell[], words: readonly string[]): readonly Cell[] {
  if (words.length === 0) {
    const last = cells.at(-1);
    if (last === undefined) throw new UsageError('there are no cells yet');
    return [last];
  }
  return words.flatMap((word) => {
    const [, from, to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(word) ?? [];
    if (from === undefined || Number(to ?? from) < Number(from))
      throw new UsageError(`${displayName(word, 40)} is no cell`, 'for example: 3, or 3-5');
    const numbers = new Set<number>();
    for (const { number } of cells)
      if (number >= Number(from) && number <= Number(to ?? from)) numbers.add(number);
    if (numbers.size === 0) throw new UsageError(`there is no cell ${word}`, '.history lists the cells');
    return [...numbers].sort((a, b) => a - b).map((number) => cellOf(cells, number));
  });
}
