// Scopes are no values: the rebuilder reads their rows.

import type { Reviver } from './types.js';

/** Keeps the places of scopes. */
export const scopeReviver: Reviver = { isBornEmpty: true, create: () => undefined };
