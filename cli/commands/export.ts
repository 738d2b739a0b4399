// `.export notes.html`, `.save notes.html` and `brine export work.pkl notes.html`: the session or a file as Markdown, a notebook,
// a page or a program, by the extension.
//
// Of a file nothing is built and nothing runs, whoever made it. A file that is there and was not made by an export is kept.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { detect } from '../../src/detect/index.js';
import {
  EXPORT_FORMATS,
  type Exported,
  type ExportOptions,
  exported,
  exportFormatOf,
  MADE_BY,
} from '../../src/export/index.js';
import { openSnapshot, type SnapshotReader } from '../../src/format/index.js';
import { secretsListed } from '../../src/library/secrets/listing.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { readingTold } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { replaceFileSync } from '../../src/store/index.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { bytes, wrapText } from '../format.js';
import { printFound } from '../page.js';
import type { Style } from '../style.js';
import { type CommandArguments, EXIT, type Shell } from './command.js';
import { openSource, openToLook } from './keys.js';
import { plural } from './report.js';

/** What the command line says about it. */
export interface ExportFlags {
  readonly json?: boolean;
  readonly overwrite?: boolean;
  readonly outputs?: boolean;
  readonly title?: string;
}

/** What an export did. */
interface ExportReport extends Omit<Exported, 'text'> {
  readonly target: string;
  readonly bytes: number;
  /** What looks like a secret in it. */
  readonly secrets: readonly { readonly path: string; readonly kind: string }[];
}

const SECRETS_SHOWN = 5;
/** Of a file that is there so much is looked at. */
const LOOKED_AT_BYTES_MAX = 64 * 2 ** 20;

const FLAGS = ['json', 'overwrite', 'no-outputs', 'title'];

/** Exports the session as `.export` and `.save` do. */
export async function exportSession(shell: Shell, given: CommandArguments, command: string): Promise<number> {
  const [target, ...rest] = given.words;
  checkTarget(target, command);
  if (rest.length > 0)
    throw new UsageError(
      `an export has the whole session, not ${displayName(rest[0] as string, 60)} alone`,
      `for example: ${command} ${displayName(target, 60)}`,
    );
  const odd = [...given.flags.keys()].find((flag) => !FLAGS.includes(flag));
  if (odd !== undefined)
    throw new UsageError(`--${odd} is for snapshots, and ${displayName(target, 60)} is an export`);
  const title = given.values.get('title')?.at(-1);
  const options = optionsOf(target, {
    outputs: !given.flags.has('no-outputs'),
    ...(title !== undefined && { title }),
  });
  checkPlace(target, given.flags.has('overwrite'));
  const report = await shell.withProgress(`exporting ${displayName(target, 40)}`, async (onProgress) =>
    withPristineBuiltins(() => {
      const { bytes: data } = shell.session.snapshot(undefined, onProgress);
      return write(target, openSnapshot(data), options, onProgress);
    }),
  );
  withPristineBuiltins(() => {
    if (given.flags.has('json')) shell.print(displayJson(report));
    else shell.report(exportText(report, shell));
  });
  return EXIT.ok;
}

/** `brine export <snapshot> <file>`; prints on standard output. Returns an exit code. */
export async function exportFile(file: string, target: string, flags: ExportFlags): Promise<number> {
  try {
    checkTarget(target, 'brine export work.pkl');
    const { source, close } = await openSource(file);
    try {
      checkPlace(target, flags.overwrite === true);
      const report = await withFileProgress(`brine export ${file}`, (onProgress) =>
        write(target, openToLook(source).reader, optionsOf(file, flags), onProgress),
      );
      printFound(flags.json, report, exportText);
      return EXIT.ok;
    } finally {
      close();
    }
  } catch (error) {
    return failed(error);
  }
}

function checkTarget(target: string | undefined, command: string): asserts target is string {
  if (target !== undefined && exportFormatOf(target) !== undefined) return;
  const known = EXPORT_FORMATS.map((format) => `.${format}`).join(', ');
  throw new UsageError(
    target === undefined
      ? `${command} needs a file`
      : `${displayName(target, 60)} does not say what to make: the extension is one of ${known}`,
    `for example: ${command} notes.html`,
  );
}

// What somebody wrote themselves is not replaced by the way.
function checkPlace(target: string, mayOverwrite: boolean): void {
  if (mayOverwrite || !existsSync(target)) return;
  const { size } = statSync(target);
  if (size === 0) return;
  if (size <= LOOKED_AT_BYTES_MAX && readFileSync(target).includes(MADE_BY)) return;
  throw new CommandError(
    `${displayName(target, 60)} is there and was not made by an export`,
    'give another name, or --overwrite to replace it',
  );
}

function optionsOf(named: string, { title, outputs = true }: ExportFlags): Required<ExportOptions> {
  return { title: title ?? basename(named, extname(named)), outputs };
}

function write(
  target: string,
  reader: SnapshotReader,
  options: ExportOptions,
  onProgress: ProgressListener | undefined,
): ExportReport {
  const web = detect(reader, onProgress);
  const { text, ...facts } = exported(web, exportFormatOf(target) ?? 'html', options);
  const data = new TextEncoder().encode(text);
  // Before anything is written: from then on it is not ended any more.
  const secrets = secretsListed(reader, readingTold(onProgress))
    .filter(({ path }) => options.outputs !== false || !path.startsWith('Out['))
    .map(({ path, kind }) => ({ path, kind }));
  replaceFileSync(target, data);
  return { target, ...facts, bytes: data.length, secrets };
}

function exportText(
  report: ExportReport,
  { style, columns }: { readonly style: Style; readonly columns: number },
): string {
  const { target, cells, outputs, failed, names, commented, format, secrets } = report;
  const isProgram = /^[mc]?[jt]s$/.test(format);
  const facts = [
    plural(cells, 'cell'),
    ...(isProgram ? [] : [plural(outputs, 'output')]),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(isProgram && commented > failed ? [`${commented - failed} that a program cannot have`] : []),
    ...(format === 'html' || format === 'md' ? [plural(names, 'name')] : []),
    bytes(report.bytes),
  ];
  const head = wrapText(
    `${style.green(style.ok)} `,
    `${displayName(target)}   ${facts.join(` ${style.dot} `)}`,
    columns,
  );
  const shown = secrets
    .slice(0, SECRETS_SHOWN)
    .map(({ path, kind }) =>
      wrapText('  secret?     ', `${style.yellow(displayName(path, 60))}  ${kind}`, columns),
    );
  const more = secrets.length - shown.length;
  if (more > 0) shown.push(`              and ${more} more: --json has all`);
  return [head, ...shown].join('\n');
}
