// What an export can be, told by a file's name. Apart, so that whoever only asks loads nothing of it.

import { extname } from 'node:path';

/** What an export can be: the extensions of its file. */
export const EXPORT_FORMATS = ['md', 'html', 'ipynb', 'js', 'mjs', 'cjs', 'ts', 'mts', 'cts'] as const;

/** One of {@link EXPORT_FORMATS}. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * The format that a file's name asks for; undefined for others.
 *
 * @param file  The name or path of a file.
 * @returns One of {@link EXPORT_FORMATS}, or undefined.
 * @see `--to` of `jupyter nbconvert`
 * @example
 *   exportFormatOf('notes.html'); // 'html'
 *   exportFormatOf('work.pkl'); // undefined
 */
export function exportFormatOf(file: string): ExportFormat | undefined {
  const extension = extname(file).slice(1).toLowerCase();
  const wanted = extension === 'markdown' ? 'md' : extension === 'htm' ? 'html' : extension;
  return EXPORT_FORMATS.find((format) => format === wanted);
}
