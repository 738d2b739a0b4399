// What the evaluator tells about cells and bindings; the session saves and restores these.
// Knows nothing of pickling or terminals.

import type { MetaOutput } from '../format/index.js';

/** How a name of the session came to be. `implicit` is an assignment to an undeclared name. */
export type BindingKind = 'const' | 'let' | 'var' | 'function' | 'class' | 'import' | 'implicit';

/** Where an imported name comes from: `import { a as b } from 's'` is `{ specifier: 's', imported: 'a' }`. */
export interface ImportOrigin {
  /** As written in the cell. */
  readonly specifier: string;
  /** The exported name, `default`, or `*` for the namespace. */
  readonly imported: string;
  /** Import attributes, for example `{ type: 'json' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A name of the session. Its value is the global property of the same name. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  /** The number of the cell that made it last; 0 when it was restored without one or set from outside. */
  readonly cell: number;
  readonly origin?: ImportOrigin;
}

/** What was shown of a cell. */
export type CellOutput = MetaOutput;

/** One evaluated input. */
export interface Cell {
  /** 1-based. */
  readonly number: number;
  /** The text as typed, before any TypeScript was stripped. */
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  /** What was shown of it, as whoever ran the cell recorded it; missing when nothing was. */
  readonly output?: CellOutput;
}
