// What cells showed, kept beside them: one output a cell, all of a session within a budget, the newest first.
//
// Knows nothing of how an output is made and of who prints it.

import type { MetaOutput } from '../format/index.js';
import type { Cell } from './types.js';

/** The most characters that the outputs of a session have together. */
export const OUTPUTS_CHARACTERS_MAX = 1_000_000;

/** Characters that an output takes, its table among them. */
export function charactersOf({ output }: Cell): number {
  if (output === undefined) return 0;
  const { printed = '', text = '', table, plot } = output;
  let characters = printed.length + text.length + (plot === undefined ? 0 : plot.values.length * 8);
  if (table !== undefined)
    for (const row of [table.columns, ...table.rows]) for (const field of row) characters += field.length;
  return characters;
}

/** Takes outputs out of the oldest cells of a list until all together fit; it stays said how long they were. */
export function keepWithinBudget(cells: Cell[], charactersMax = OUTPUTS_CHARACTERS_MAX): void {
  let characters = 0;
  for (let at = cells.length - 1; at >= 0; at--) {
    const cell = cells[at] as Cell;
    const own = charactersOf(cell);
    characters += own;
    if (characters > charactersMax && own > 0) cells[at] = withoutOutput(cell);
  }
}

/** A cell that says of its output only how long it was. */
export function withoutOutput(cell: Cell): Cell {
  const { output } = cell;
  if (output === undefined) return cell;
  return { ...cell, output: { left: charactersOf(cell) + (output.left ?? 0) } };
}

/** An output with each of its texts as `change` gives it. */
export function outputWith(output: MetaOutput, change: (text: string) => string): MetaOutput {
  const { printed, text, table } = output;
  return {
    ...output,
    ...(printed !== undefined && { printed: change(printed) }),
    ...(text !== undefined && { text: change(text) }),
    ...(table !== undefined && {
      table: {
        ...table,
        columns: table.columns.map(change),
        rows: table.rows.map((row) => row.map(change)),
      },
    }),
  };
}
