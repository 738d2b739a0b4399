// `brine gc`: removes what nobody needs of what brine keeps. `brine sessions`: lists what is kept under names.
//
// Never the newest save of a session, and unsaved work only when it is asked for by its age. What is about to be removed is
// listed first, so that a dry run and a run say the same.

import { existsSync, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { surveyEnded } from '../../src/session/autosave/ended.js';
import { autosaveRoot, endedPlaces, removePlace } from '../../src/session/autosave/place.js';
import { savedSessions } from '../../src/session/named.js';
import { beyondKept, generationFile, type Keeping } from '../../src/store/generations.js';
import { sweepTemps } from '../../src/store/index.js';
import { sessionFolder, sessionsRoot } from '../../src/store/session-folder.js';
import { readConfig } from '../config.js';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { ago, bytes, fittedTable } from '../format.js';
import { type Page, printFound } from '../page.js';
import { EXIT } from './command.js';
import { plural } from './report.js';
import { sessionsText } from './sessions.js';

/** `brine sessions [name]`; prints on standard output. Returns an exit code. */
export function listSessions(name: string | undefined, isJson: boolean): number {
  try {
    const sessions = savedSessions(name);
    printFound(isJson, sessions, (found, page) => sessionsText(found, Date.now(), page));
    return EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

/** What the command line says. */
export interface GcFlags {
  readonly dryRun?: boolean;
  readonly keep?: string;
  readonly unsavedOlderThan?: string;
  readonly json?: boolean;
}

/** Something that nobody needs. */
export interface Garbage {
  readonly kind: 'save' | 'temporary' | 'journal' | 'unsaved';
  readonly path: string;
  /** `work@3` of a save; otherwise the path. */
  readonly name: string;
  readonly bytes: number;
  readonly lastMs: number;
  /** True when it is gone. */
  readonly isRemoved: boolean;
}

/** What was removed, or would be. */
export interface GcReport {
  readonly isDryRun: boolean;
  readonly garbage: readonly Garbage[];
  /** Bytes that are free now, or would be. */
  readonly freedBytes: number;
  /** Unsaved work of shells that ended, which stays. */
  readonly unsaved: number;
}

/** `brine gc [folders…]`; prints on standard output. Returns an exit code. */
export async function collectGarbage(folders: readonly string[], flags: GcFlags): Promise<number> {
  try {
    const { found, unsaved } = await garbageIn(folders, flags);
    const isDryRun = flags.dryRun === true;
    const garbage = found.map((one) => (isDryRun ? one : { ...one, isRemoved: isGone(one) }));
    const counted = garbage.filter(({ isRemoved }) => isDryRun || isRemoved);
    const freedBytes = counted.reduce((sum, one) => sum + one.bytes, 0);
    const report = { isDryRun, garbage, freedBytes, unsaved };
    printFound(flags.json, report, (found, page) => gcText(found, page, Date.now()));
    return isDryRun || garbage.every(({ isRemoved }) => isRemoved) ? EXIT.ok : EXIT.failed;
  } catch (error) {
    return failed(error);
  }
}

async function garbageIn(
  folders: readonly string[],
  flags: GcFlags,
): Promise<{ readonly found: Garbage[]; readonly unsaved: number }> {
  const keeping = keepingOf(flags);
  const sessions = savedSessions();
  const saves = sessions.flatMap(({ name, generations }) =>
    beyondKept(generations, keeping).map(({ generation, bytes: size, savedAtMs }): Garbage => {
      const path = join(sessionFolder(name), generationFile(generation));
      return {
        kind: 'save',
        path,
        name: `${name}@${generation}`,
        bytes: size,
        lastMs: savedAtMs,
        isRemoved: false,
      };
    }),
  );
  const swept = [
    ...(folders.length > 0 ? folders : ['.']),
    ...sessions.map(({ name }) => sessionFolder(name)),
  ];
  const temporaries: Garbage[] = [];
  for (const folder of new Set(swept.map((one) => resolve(one)))) {
    if (!existsSync(folder) && folders.some((one) => resolve(one) === folder))
      throw new UsageError(`there is no folder ${displayName(folder)}`);
    for (const name of await sweepTemps(folder, { isDryRun: true }))
      temporaries.push(fileGarbage('temporary', join(folder, name)));
  }
  const { journals, unsaved } = journalsOf(flags);
  return { found: [...saves, ...temporaries, ...journals], unsaved };
}

// As saves keep them, unless it is said otherwise.
function keepingOf({ keep }: GcFlags): Keeping {
  const { generations, generationBytesMax } = readConfig(process.cwd());
  const countMax = keep === undefined ? generations : wholeNumber(keep, '--keep', 1);
  return {
    ...(countMax !== undefined && { countMax }),
    ...(generationBytesMax !== undefined && { bytesMax: generationBytesMax }),
  };
}

function wholeNumber(text: string, flag: string, least: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`${flag} takes a whole number from ${least} on, not ${displayName(text, 40)}`);
}

const DAY_MS = 24 * 60 * 60 * 1000;

// Journals of shells that ended: saved ones go, unsaved ones only when they are old enough, and never the newest.
function journalsOf({ unsavedOlderThan }: GcFlags): {
  readonly journals: Garbage[];
  readonly unsaved: number;
} {
  const days =
    unsavedOlderThan === undefined ? Infinity : wholeNumber(unsavedOlderThan, '--unsaved-older-than', 0);
  const journals: Garbage[] = [];
  let unsaved = 0;
  for (const ended of endedPlaces(autosaveRoot())) {
    const found = surveyEnded(ended);
    if (found === undefined) continue;
    const isOld = Date.now() - ended.lastMs > days * DAY_MS;
    const isKept = found !== 'saved' && (unsaved === 0 || !isOld);
    if (isKept) unsaved++;
    else
      journals.push({
        kind: found === 'saved' ? 'journal' : 'unsaved',
        ...{ path: ended.folder, name: ended.folder, bytes: sizeOfFolder(ended.folder) },
        ...{ lastMs: ended.lastMs, isRemoved: false },
      });
  }
  return { journals, unsaved };
}

function fileGarbage(kind: Garbage['kind'], path: string): Garbage {
  const { size, mtimeMs } = lstatSync(path);
  return { kind, path, name: path, bytes: size, lastMs: mtimeMs, isRemoved: false };
}

// Its folders have files only.
function sizeOfFolder(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + lstatSync(join(folder, name)).size, 0);
}

function isGone({ kind, path }: Garbage): boolean {
  try {
    if (kind === 'journal' || kind === 'unsaved') removePlace(path);
    else unlinkSync(path);
    return true;
  } catch (error) {
    // Somebody else has just done it.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

const KINDS = {
  save: 'an older save',
  temporary: 'of a save that was killed',
  journal: 'a journal of what is saved',
  unsaved: 'unsaved work',
} as const;

/** What was removed, in words. */
export function gcText(
  { isDryRun, garbage, freedBytes, unsaved }: GcReport,
  { style, rowColumns }: Page,
  nowMs: number,
): string {
  const kept =
    unsaved === 0
      ? []
      : [`  ${plural(unsaved, 'shell')} ended with unsaved work, which stays: .recover brings it back`];
  if (garbage.length === 0) return [`${style.green(style.ok)} nothing to remove`, ...kept].join('\n');
  const root = dirname(sessionsRoot());
  const rows = garbage.map(({ kind, name, bytes: size, lastMs, isRemoved }) => [
    isDryRun ? '  would go' : isRemoved ? '  removed' : '  left',
    displayName(name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name, 70),
    KINDS[kind],
    bytes(size),
    ago(lastMs, nowMs),
  ]);
  const left = garbage.filter(({ isRemoved }) => !isRemoved).length;
  const isAll = isDryRun || left === 0;
  return [
    `${isAll ? style.green(style.ok) : style.yellow(style.warning)} ${bytes(freedBytes)} ${isDryRun ? 'would be free' : 'freed'}`,
    fittedTable(rows, rowColumns, { first: 2 }),
    ...kept,
    ...(isAll ? [] : [`  ${left} could not be removed`]),
  ].join('\n');
}
