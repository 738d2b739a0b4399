// The meta section: what a snapshot says about itself, readable without the graph. JSON in UTF-8.
//
// Everything in it is for people and for commands; nothing in it decides what is built. Texts in it are as untrusted as
// the file.

import { CorruptSnapshotError } from '../errors.js';
import { metaProblem } from './meta-check.js';
import { utf8Of } from './native-text.js';

/** A module that the snapshot names. */
export interface MetaModule {
  readonly specifier: string;
  /** The package's version when it was saved, where it was known. */
  readonly version?: string;
  /** True when references lead through its namespace, which can only be had by importing it. */
  readonly isImported?: boolean;
}

/** A value that is a tombstone in the snapshot. */
export interface MetaLoss {
  readonly name: string;
  readonly path: string;
  readonly what: string;
  readonly reason: string;
  readonly hint: string;
}

/** Something of a session that a save left out because it was told to. */
export interface MetaLeftOut {
  readonly name: string;
  /** Equal to the name when all of it was left out. */
  readonly path: string;
  readonly reason: string;
  /** How large it would have been, where that was the reason. */
  readonly bytes?: number;
}

/** How to make a name's value again that cannot be saved. */
export interface MetaPin {
  readonly name: string;
  /** A JavaScript expression. */
  readonly source: string;
}

/** What is known of a session's name. */
export interface MetaBinding {
  readonly name: string;
  /** `const`, `let`, `var`, `function`, `class`, `import` or `implicit`. */
  readonly kind: string;
  /** The number of the cell that made it last; 0 when unknown. */
  readonly cell: number;
  /** Where an imported name comes from. */
  readonly origin?: {
    readonly specifier: string;
    readonly imported: string;
    readonly attributes?: Readonly<Record<string, string>>;
  };
  /** A short type for people. */
  readonly type: string;
  /** Bytes of its own part of the file; there for names with a part, whatever else they need of others. */
  readonly bytes?: number;
  /** The first bit of the value as text, without characters that do not show. */
  readonly preview?: string;
  /** Where an imported module's file was, as a URL, so that another folder can find it. */
  readonly resolved?: string;
}

/** One evaluated input. */
export interface MetaCell {
  readonly number: number;
  readonly source: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  /** What was shown of it; missing when nothing was. */
  readonly output?: MetaOutput;
}

/** What was shown of an input: text without colours, bounded in size. */
export interface MetaOutput {
  /** What the program wrote to the terminal while the input ran. */
  readonly printed?: string;
  /** The value as it was shown; of an input that threw, the error. */
  readonly text?: string;
  /** How many characters of this output are not here. */
  readonly left?: number;
  /** The first records of a value that is a list of them. */
  readonly table?: MetaTable;
  /** The course of a value that is a list of numbers. */
  readonly plot?: MetaPlot;
}

/** The first rows and columns of a list of records, as short texts. */
export interface MetaTable {
  readonly columns: readonly string[];
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
  readonly rowsLeft: number;
  readonly columnsLeft: number;
}

/** A list of numbers, thinned. */
export interface MetaPlot {
  /** In order; null for what is no finite number. */
  readonly values: readonly (number | null)[];
  /** How many numbers the list has. */
  readonly count: number;
}

/** What a session adds. */
export interface MetaSession {
  readonly bindings: readonly MetaBinding[];
  readonly cells: readonly MetaCell[];
  readonly losses: readonly MetaLoss[];
  /** Built-ins that were patched, by name. */
  readonly patched: readonly string[];
  /** What was left out on purpose; missing when nothing was. */
  readonly leftOut?: readonly MetaLeftOut[];
  /** Expressions that make values again; missing when there are none. */
  readonly pins?: readonly MetaPin[];
  /** What whoever saved it says to whoever opens it. */
  readonly note?: string;
  /** Who that is, as they call themselves; whose the file is says the signature alone. */
  readonly author?: string;
  /** Milliseconds since the epoch. */
  readonly savedAtMs: number;
  /** The number of the save among those to this place, from 1 on. */
  readonly generation?: number;
  readonly host: string;
  readonly platform: string;
}

/** The section's content. */
export interface Meta {
  /** `value` for one value, `session` for a session's bindings. */
  readonly type: 'value' | 'session';
  readonly brine: string;
  readonly node: string;
  readonly values: number;
  readonly modules: readonly MetaModule[];
  readonly session?: MetaSession;
}

/** Writes the meta section. */
export function encodeMeta(meta: Meta): Uint8Array {
  // Not Buffer.from: it would write into memory that small Buffers share and that may be in the snapshot.
  return new TextEncoder().encode(JSON.stringify(meta));
}

/** Reads the meta section. What it gives has the form that the interfaces say. */
export function decodeMeta(bytes: Uint8Array): Meta {
  let meta: unknown;
  try {
    meta = JSON.parse(utf8Of(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  } catch (cause) {
    throw corrupt('it is not JSON', cause);
  }
  const problem = isOfPlainValue(meta) ? undefined : metaProblem(meta);
  if (problem !== undefined) throw corrupt(problem);
  return meta as Meta;
}

// What nearly every value has to say, seen without the tables of all forms.
function isOfPlainValue(meta: unknown): boolean {
  if (typeof meta !== 'object' || meta === null) return false;
  const { type, brine, node, values, modules, session } = meta as Record<string, unknown>;
  return (
    type === 'value' &&
    typeof brine === 'string' &&
    typeof node === 'string' &&
    Number.isSafeInteger(values) &&
    (values as number) >= 0 &&
    Array.isArray(modules) &&
    modules.length === 0 &&
    session === undefined
  );
}

function corrupt(why: string, cause?: unknown): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', `section "meta" contradicts itself: ${why}`, {
    cause,
    hint: 'it was written by a broken or hostile program',
  });
}
