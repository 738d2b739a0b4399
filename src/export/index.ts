// A session as something for people: Markdown, a Jupyter notebook, a page of HTML, a program. Made of a snapshot's graph and
// of what it says of itself, so a file from anybody can be exported: nothing of it is built and nothing runs.
//
// Knows nothing of files but their extensions.

import { detect, Web } from '../detect/index.js';
import { SessionError } from '../errors.js';
import type { Meta, SnapshotReader } from '../format/index.js';
import type { OptionNames } from '../option-names.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import type { Session } from '../session/index.js';
import { checkSessionNames } from '../session/options.js';
import type { ExportFormat } from './format-of.js';
import { htmlOf } from './html/page.js';
import { countsOf, markdownOf } from './markdown.js';
import { notebookOf } from './notebook.js';
import { scriptOf } from './script.js';

export { EXPORT_FORMATS, type ExportFormat, exportFormatOf } from './format-of.js';
export { MADE_BY } from './made-by.js';

/** How a session is exported. */
export interface ExportOptions {
  /** What it is called. Default: `session`. */
  readonly title?: string;
  /** What cells showed goes along. Default: true. */
  readonly outputs?: boolean;
}

const NAMES: OptionNames<ExportOptions> = { title: 'any', outputs: 'any' };

/** An export. */
export interface Exported {
  readonly format: ExportFormat;
  readonly text: string;
  readonly cells: number;
  /** Of them, those that failed. */
  readonly failed: number;
  /** Cells with something that they showed. */
  readonly outputs: number;
  readonly names: number;
  /** In a program: cells that are comments, because they failed or because a program cannot have them. */
  readonly commented: number;
}

/**
 * A session as Markdown, a notebook, a page or a program. The same snapshot gives the same text.
 *
 * Of a session it is what a save would write now: registered reducers run, no other code of the values'. Of a snapshot
 * nothing is built and nothing runs; its texts are escaped, so that none of them is markup.
 *
 * @param source   A session, the bytes of a snapshot that is not encrypted, or an open one.
 * @param format   What to make; see {@link exportFormatOf}.
 * @param options  See {@link ExportOptions}.
 * @returns The text, with how many cells, outputs and names are in it.
 * @throws {SessionError} SESSION_EXPORT for a notebook or a program of what is no session, for a CommonJS file of cells
 *                        that import or await; SESSION_OPTION for an option that there is not
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @see `jupyter nbconvert`
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('const half = 1 / 2');
 *   exported(session, 'js').text.split('\n')[1]; // 'const half = 1 / 2'
 */
export function exported(
  source: Pick<Session, 'snapshot'> | Uint8Array | SnapshotReader | Web,
  format: ExportFormat,
  options: ExportOptions = {},
): Exported {
  return withPristineBuiltins(() => {
    checkSessionNames(options, NAMES);
    const { title = 'session', outputs = true } = options;
    const web = source instanceof Web ? source : detect(source);
    const meta = outputs ? web.meta : withoutOutputs(web.meta);
    const { text, commented } = made(web, meta, format, title);
    return { format, text, commented, ...countsOf(meta) };
  });
}

function made(
  web: Web,
  meta: Meta,
  format: ExportFormat,
  title: string,
): { readonly text: string; readonly commented: number } {
  if (format === 'html') return { text: htmlOf(web, meta, title), commented: 0 };
  if (format === 'md') return { text: markdownOf(meta, title), commented: 0 };
  if (meta.session === undefined)
    throw new SessionError('SESSION_EXPORT', 'a snapshot of one value has no cells', {
      hint: 'export it as .html or .md',
    });
  if (format === 'ipynb') return { text: notebookOf(meta, title), commented: 0 };
  const form = format.startsWith('m') ? 'module' : format.startsWith('c') ? 'commonjs' : 'either';
  return scriptOf(meta, { title, form, isTypeScript: format.endsWith('ts') });
}

function withoutOutputs(meta: Meta): Meta {
  const { session } = meta;
  if (session === undefined) return meta;
  return { ...meta, session: { ...session, cells: session.cells.map(({ output: _, ...cell }) => cell) } };
}
