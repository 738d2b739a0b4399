// `brine merge`: the names of two files in a third. Names that both have and that differ are conflicts, decided by flags.
//
// Runs and builds nothing of either file.

import {
  bytesOf,
  type MessageSigner,
  openSnapshot,
  type SnapshotReader,
  sizeOf,
} from '../../src/format/index.js';
import { PATCH_ROOT } from '../../src/library/root-names.js';
import { RESTRICTED_LIMITS } from '../../src/limits.js';
import { type Clash, clashesOf, mergedPieces, namesIn, type Side } from '../../src/session/merge.js';
import { toldSource } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { isTrusted, KeyStore, ownSigner } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { fittedTable, nameLines, wrapText } from '../format.js';
import { type Page, printFound } from '../page.js';
import { EXIT } from './command.js';
import { forged, look, openSource } from './keys.js';
import { plural } from './report.js';
import { checkTarget, writeTarget } from './target.js';

/** What the command line says about a merge. */
export interface MergeFlags {
  /** `a`, `b`, or `name=a`. */
  readonly take?: readonly string[];
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly trust?: boolean;
  readonly json?: boolean;
}

/** What a merge did. */
export interface MergeReport {
  readonly target: string;
  /** Names that came from each file, sorted. */
  readonly a: readonly string[];
  readonly b: readonly string[];
  /** Names that both have, the same in both: they come from the first file. */
  readonly same: readonly string[];
  /** Names that both have and that differ, with the file that decides; null while nobody has said. */
  readonly conflicts: readonly (Pick<Clash, 'name' | 'a' | 'b'> & { readonly take: Side | null })[];
  readonly isWritten: boolean;
  readonly isSigned: boolean;
  readonly isEncrypted: boolean;
}

/** `brine merge <a> <b> <target>`; prints on standard output. Returns an exit code. */
export async function mergeFiles(
  files: Readonly<Record<Side, string>>,
  target: string,
  flags: MergeFlags,
): Promise<number> {
  try {
    const report = await withFileProgress(`brine merge ${files.a} ${files.b} ${target}`, (onProgress) =>
      merged(files, target, flags, onProgress),
    );
    printFound(flags.json, report, (found, page) => mergeText(files, found, page));
    return report.conflicts.some(({ take }) => take === null) ? EXIT.failed : EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

async function merged(
  files: Readonly<Record<Side, string>>,
  target: string,
  flags: MergeFlags,
  onProgress: ProgressListener | undefined,
): Promise<MergeReport> {
  const choices = choicesOf(flags.take ?? []);
  const [a, b] = [await opened(files.a, onProgress), await opened(files.b, onProgress)];
  try {
    if (flags.dryRun !== true) checkTarget(target, flags);
    const clashes = clashesOf(a.reader, b.reader);
    const conflicts = clashes
      .filter(({ isSame }) => !isSame)
      .map(({ name, a, b }) => ({ name, a, b, take: choices.of(name) ?? null }));
    choices.check(conflicts.map(({ name }) => name));
    const fromB = new Set(conflicts.filter(({ take }) => take === 'b').map(({ name }) => name));
    const namesA = [...namesIn(a.reader).keys()].filter((name) => !fromB.has(name));
    const has = new Set(namesA);
    const namesB = [...namesIn(b.reader).keys()].filter((name) => !has.has(name));
    const isDecided = conflicts.every(({ take }) => take !== null);
    const signer = signerFor([a, b], flags);
    const isWritten = isDecided && flags.dryRun !== true;
    const isEncrypted = a.wasEncrypted || b.wasEncrypted;
    const taken = { a: namesA.sort(), b: namesB.sort() };
    if (isWritten) {
      const pieces = mergedPieces({ a: a.reader, b: b.reader }, { taken }, { signer });
      const { force } = flags;
      await writeTarget(target, bytesOf(pieces), { force, isEncrypted, onProgress, total: sizeOf(pieces) });
    }
    return {
      ...{ target, ...taken, same: clashes.filter(({ isSame }) => isSame).map(({ name }) => name) },
      ...{ conflicts, isWritten, isSigned: signer !== undefined, isEncrypted },
    };
  } finally {
    a.close();
    b.close();
  }
}

interface OpenedFile {
  readonly reader: SnapshotReader;
  readonly isOurs: boolean;
  readonly wasEncrypted: boolean;
  close(): void;
}

async function opened(file: string, onProgress: ProgressListener | undefined): Promise<OpenedFile> {
  const { source: given, wasEncrypted, close } = await openSource(file);
  const source = toldSource(given, onProgress);
  try {
    const { reader, whose } = look(source);
    if (whose.whose === 'forged') throw forged(file, whose.publicKey);
    const isOurs = isTrusted(whose);
    return { reader: isOurs ? reader : openSnapshot(source, RESTRICTED_LIMITS), isOurs, wasEncrypted, close };
  } catch (error) {
    close();
    throw error;
  }
}

// What this user signs must have been believed before, or is believed now.
function signerFor(files: readonly OpenedFile[], { trust = false }: MergeFlags): MessageSigner | undefined {
  if (!trust && !files.every(({ isOurs }) => isOurs)) return undefined;
  return ownSigner(new KeyStore(), false);
}

function choicesOf(words: readonly string[]): {
  of(name: string): Side | undefined;
  check(names: readonly string[]): void;
} {
  const single = new Map<string, Side>();
  let all: Side | undefined;
  for (const word of words) {
    const [, name, side] = /^(?:(.+)=)?([ab])$/su.exec(word) ?? [];
    if (side === undefined)
      throw new UsageError(
        `--take takes a, b, or name=a, not ${displayName(word, 60)}`,
        'a is the first file, b the second: --take a --take cfg=b',
      );
    if (name === undefined) all = side as Side;
    else single.set(name, side as Side);
  }
  return {
    of: (name) => single.get(name) ?? all,
    check(names) {
      const odd = [...single.keys()].find((name) => !names.includes(name));
      if (odd !== undefined)
        throw new UsageError(
          `--take ${displayName(odd, 60)}=…: this name is no conflict`,
          names.length === 0
            ? 'no name is in both files and differs'
            : `the conflicts are ${names
                .slice(0, 8)
                .map((name) => displayName(name, 40))
                .join(', ')}`,
        );
    },
  };
}

/** What a merge did, in words. */
export function mergeText(
  files: Readonly<Record<Side, string>>,
  report: MergeReport,
  { style, columns, rowColumns }: Page,
): string {
  const { target, a, b, same, conflicts, isWritten, isSigned, isEncrypted } = report;
  const open = conflicts.filter(({ take }) => take === null);
  const both = `${displayName(files.a)} + ${displayName(files.b)}`;
  const rows = conflicts.map(({ name, a: inA, b: inB, take }) => [
    `  ${take === null ? 'conflict' : `take ${take}`}`,
    shown(name),
    `a: ${displayName(inA, 40)}`,
    `b: ${displayName(inB, 40)}`,
  ]);
  if (open.length > 0)
    return [
      `${style.red(style.no)} ${both}: ${plural(open.length, 'name')} in both, and not the same; nothing was written`,
      fittedTable(rows, rowColumns, { first: 2 }),
      `  ${style.arrow} --take a or --take b decides for all, --take ${shown(open[0]!.name)}=a for one`,
    ].join('\n');
  const outcome = isWritten ? '' : '  (nothing was written)';
  return [
    `${style.green(style.ok)} ${both} ${style.arrow} ${displayName(target)}   ${plural(a.length + b.length, 'name')}${outcome}`,
    ...nameLines('  from a    ', a.map(shown), columns),
    ...nameLines('  from b    ', b.map(shown), columns),
    ...nameLines('  the same  ', same.map(shown), columns),
    ...(rows.length > 0 ? [fittedTable(rows, rowColumns, { first: 2 })] : []),
    ...(isSigned ? [] : [wrapText('  signed    ', 'by nobody: loading it takes --trust', columns)]),
    ...(isEncrypted ? ['  encrypted with the same passphrase'] : []),
  ].join('\n');
}

function shown(name: string): string {
  return name === PATCH_ROOT ? 'changes to built-ins' : displayName(name, 60);
}
