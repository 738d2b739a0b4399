// URLs by their href.

import type { Cells } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const UrlOriginal = URL;

/** Revives URLs. */
export const urlReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const href = builder.text(segment.state[0] as Cells, row);
    return shell(builder, segment, row, () => new UrlOriginal(href), true);
  },
};
