// `brine repair`, `.repair`: a new file of what survives in a damaged one, with what came back, what is lost and why.
//
// Runs and builds nothing of the file. Every name and path goes through `displayName`.

import { type RepairOptions, type RepairReport, repair } from '../../src/library/repair.js';
import type { NamedSession } from '../../src/session/places.js';
import type { ProgressListener } from '../../src/session/types.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { count, wrapText, wrapWords } from '../format.js';
import { type Page, printFound } from '../page.js';
import { loadSource } from '../session-word.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { damageLines } from './damage-lines.js';
import { bytesOfFile } from './file-bytes.js';
import { namedError } from './foreign-file.js';
import { passphrase } from './passphrase.js';

/** What the command line says about a repair. */
export interface RepairFlags {
  readonly inPlace?: boolean;
  readonly force?: boolean;
  readonly trust?: boolean;
  readonly json?: boolean;
}

/** `.repair <file> [new file]` at the prompt. */
export const repairCommand: Command = {
  name: 'repair',
  usage: '<file or name> [new file] [--in-place] [--force] [--trust]',
  summary: 'write a new file of what a damaged one still has',
  flags: ['in-place', 'force', 'trust', 'json'],
  completes: 'file or session',
  run: async (shell: Shell, { words, flags }: CommandArguments) => {
    const [file, target] = words;
    if (file === undefined) throw new UsageError('.repair needs a file', 'for example: .repair work.pkl');
    const has = (flag: string): boolean => flags.has(flag);
    const given = { inPlace: has('in-place'), force: has('force'), trust: has('trust') };
    const report = await shell.withProgress(
      `repairing ${displayName(file, 40)}`,
      (onProgress) => repaired(file, target, given, onProgress),
      { bytes: bytesOfFile(loadSource(file).path) },
    );
    shell.print(has('json') ? displayJson(report) : repairText(report, shell));
    return codeOf(report);
  },
};

/** `brine repair`; prints on standard output. Returns an exit code. */
export async function repairFile(
  file: string,
  target: string | undefined,
  flags: RepairFlags,
): Promise<number> {
  try {
    const report = await withFileProgress(`brine repair ${file}`, (onProgress) =>
      repaired(file, target, flags, onProgress),
    );
    printFound(flags.json, report, repairText);
    return codeOf(report);
  } catch (error) {
    return failed(error);
  }
}

async function repaired(
  file: string,
  target: string | undefined,
  flags: RepairFlags,
  onProgress: ProgressListener | undefined,
): Promise<RepairReport> {
  const { inPlace = false, force = false, trust = false } = flags;
  if (inPlace && target !== undefined)
    throw new UsageError('repair takes a new file or --in-place, not both');
  const { source, path } = loadSource(file);
  if (inPlace && typeof source !== 'string')
    throw new UsageError(
      `--in-place takes a file: a save of ${displayName(file)} is never written again`,
      `for example: repair ${displayName(file)}, and load the new file`,
    );
  const goal = target ?? (typeof source === 'string' ? undefined : repairedName(source));
  const options: RepairOptions = {
    ...{ isInPlace: inPlace, isOverwriting: force, isTrusted: trust },
    ...(goal !== undefined && { target: goal }),
    ...passphrase(),
    ...(onProgress && { onProgress }),
  };
  return repair(path, options).catch((error: unknown) => namedError(error, path));
}

// In the folder where the person is, not among the saves.
function repairedName({ session, generation }: NamedSession): string {
  return `${session}-${generation}.repaired.pkl`;
}

function codeOf({ lost }: RepairReport): number {
  return lost.length > 0 ? EXIT.lossy : EXIT.ok;
}

/** What a repair did. */
export function repairText(report: RepairReport, page: Page): string {
  const { style, columns } = page;
  const { source, target, damage, lost, recovered, isExact, damagedFile, signed } = report;
  const file = displayName(source);
  if (damage.length === 0) return `${style.green(style.ok)} ${file} is not damaged: nothing was written`;
  const names = [...recovered].filter((name) => name !== '').map((name) => displayName(name, 60));
  const all = recovered.length + lost.length;
  const outcome = isExact
    ? 'every byte is as it was written'
    : lost.length === 0
      ? 'nothing is lost'
      : `${count(recovered.length)} of ${count(all)} names came back`;
  const mark = lost.length === 0 ? style.green(style.ok) : style.yellow(style.warning);
  return [
    `${mark} ${file} ${style.arrow} ${displayName(target ?? '')}   ${outcome}`,
    ...damageLines(damage, columns),
    ...(names.length > 0 && lost.length > 0 ? [wrapWords('  back      ', names, columns)] : []),
    ...lost.map(({ name, reason }) =>
      wrapText('  lost      ', `${displayName(name, 60)}  ${displayName(reason, 200)}`, columns),
    ),
    ...(damagedFile === undefined ? [] : [`  kept      the damaged file is ${displayName(damagedFile)}`]),
    ...(signed === undefined
      ? [wrapText('  signed    ', 'by nobody: loading it takes --trust', columns)]
      : []),
    ...(signed === 'own' ? ['  signed    by you, as you asked'] : []),
  ].join('\n');
}
