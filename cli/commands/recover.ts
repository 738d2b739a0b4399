// `.recover`: brings back what a shell left that ended without saving. Nothing comes back without being asked for, and no
// cell runs again without `--replay`.

import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { RestrictedError, SignatureError } from '../../src/errors.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import {
  autosaveRoot,
  endedSessions,
  type Recovered,
  type RecoverReport,
  recover,
  removePlace,
  type UnsureReason,
} from '../../src/session/autosave/index.js';
import type { LoadOptions } from '../../src/session/types.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { ago, fittedTable, nameLines } from '../format.js';
import { contentOf, folderOf, hasNames, titleOf } from '../unsaved.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { loadText, plural } from './report.js';

/** Cells shown one by one; of more, the last ones. */
const CELLS_SHOWN = 8;

/** Why a name may be older, for people. */
const BECAUSE: Readonly<Record<UnsureReason, string>> = {
  unseen: 'too large to be looked into before the end',
  background: 'a timer, a server or a promise may have changed it after the last look',
  frame: 'the `this` of an arrow function cannot be read',
  generator: 'where a generator stands cannot be read',
  weak: 'the entries of a WeakMap or WeakSet cannot be read',
  module: 'the variables of a module cannot be read',
  native: 'what a native function holds cannot be read',
  platform: "what Node's own objects hold inside cannot be read",
  proxy: 'the target of a proxy cannot be read here',
  text: 'the variables of a function cannot be read here',
};

/** `.recover [number]` */
export const recoverCommand: Command = {
  name: 'recover',
  isChanging: true,
  usage: '[number] [--list | --drop | --replay] [--trust] [--salvage]',
  summary: 'bring back what a shell left that ended unsaved; --replay runs its last cells again',
  flags: ['list', 'drop', 'replay', 'trust', 'salvage', 'json'],
  run,
};

async function run(shell: Shell, given: CommandArguments): Promise<number> {
  const found = withPristineBuiltins(() => endedSessions(autosaveRoot()));
  if (given.flags.has('list')) return list(shell, given, found);
  const chosen = choose(shell, given, found);
  if (chosen === undefined) return list(shell, given, found);
  if (given.flags.has('drop')) {
    removePlace(chosen.ended.folder);
    if (given.flags.has('json')) shell.print(displayJson({ dropped: rowOf(chosen) }));
    else shell.report(`dropped ${titleOf(chosen)}`);
    return EXIT.ok;
  }
  return bringBack(shell, given, chosen);
}

/** The folders that the numbers of a shell stand for: those of the last list, also when one of them is gone. */
const numbered = new WeakMap<Shell, readonly string[]>();

function numbering(shell: Shell, found: readonly Recovered[]): readonly string[] {
  const folders = numbered.get(shell) ?? found.map(({ ended }) => ended.folder);
  numbered.set(shell, folders);
  return folders;
}

function choose(shell: Shell, given: CommandArguments, found: readonly Recovered[]): Recovered | undefined {
  const [word] = given.words;
  if (found.length === 0)
    throw new CommandError('no session ended unsaved', '.load brings back what was saved');
  if (word === undefined) {
    // As the offer at the start counts them.
    const worth = found.filter(hasNames);
    return found.length === 1 ? found[0] : worth.length === 1 ? worth[0] : undefined;
  }
  const chosen = numbering(shell, found)[Number(word) - 1];
  if (chosen === undefined)
    throw new UsageError(`there is no session ${displayName(word, 20)}`, '.recover --list shows them');
  const still = found.find(({ ended }) => ended.folder === chosen);
  if (still === undefined)
    throw new UsageError(
      `session ${displayName(word, 20)} is not there any more`,
      '.recover --list shows those that are, with new numbers',
    );
  return still;
}

function list(shell: Shell, given: CommandArguments, found: readonly Recovered[]): number {
  numbered.delete(shell);
  numbering(shell, found);
  if (given.flags.has('json')) {
    shell.print(displayJson(found.map(rowOf)));
    return EXIT.ok;
  }
  if (found.length === 0) shell.report('no session ended unsaved');
  else {
    const rows = found.map((one, index) => [
      String(index + 1),
      ago(one.ended.lastMs, Date.now()),
      folderOf(one),
      contentOf(one),
    ]);
    shell.print(fittedTable(rows, shell.rowColumns, { first: 2 }));
    shell.report('.recover <number> brings one back, .recover <number> --drop forgets it');
  }
  return EXIT.ok;
}

// What `--json` says of one.
function rowOf({ ended, snapshot, changes }: Recovered) {
  return {
    endedAtMs: Math.round(ended.lastMs),
    workingDirectory: ended.owner.workingDirectory,
    names: snapshot?.names ?? 0,
    bytes: snapshot?.bytes ?? 0,
    cellsSince: changes.filter(({ cell }) => cell !== undefined).length,
  };
}

async function bringBack(shell: Shell, given: CommandArguments, chosen: Recovered): Promise<number> {
  // A program is not given half of what it asked for.
  const isSalvaging = shell.isInteractive || given.flags.has('salvage');
  const options: LoadOptions = {
    ...(given.flags.has('trust') && { as: 'trusted' }),
    damaged: isSalvaging ? 'salvage' : 'refuse',
  };
  const report = await recover(
    { evaluator: shell.evaluator, load: shell.session.load.bind(shell.session) },
    chosen,
    options,
  ).catch(notTrusted);
  // What could not be read is still in there.
  const isPassedOver = report.passedOver.length > 0;
  const isDamaged = isPassedOver || (report.loaded?.damage.length ?? 0) > 0;
  if (!isDamaged) {
    if (shell.autosave === undefined) removePlace(chosen.ended.folder);
    else shell.autosave.adopt(chosen.ended.folder);
  }
  const cells = report.cellsSince;
  if (given.flags.has('json')) shell.print(displayJson(report));
  else shell.report(withPristineBuiltins(() => reportText(shell, report, given.flags.has('replay'))));
  if (isDamaged && !given.flags.has('json'))
    shell.report(
      `${shell.style.warning} the damaged snapshot stays and is offered again; .recover --drop forgets it`,
    );
  const code =
    isPassedOver || (isDamaged && report.loaded?.losses.some(({ what }) => what === 'damaged'))
      ? EXIT.lossy
      : EXIT.ok;
  if (!given.flags.has('replay')) return code;
  for (const cell of cells) {
    if (cell.isError) continue;
    if (!(await shell.runProgram(cell.source, `In[${cell.number}]`))) return EXIT.failed;
  }
  if (!given.flags.has('json'))
    shell.report(`ran ${plural(cells.filter(({ isError }) => !isError).length, 'cell')} again`);
  return code;
}

// Of what a load can be told, a recovery only knows one thing.
function notTrusted(error: unknown): never {
  if (!(error instanceof RestrictedError || error instanceof SignatureError)) throw error;
  throw new CommandError(
    `the unsaved work is not signed with your key: ${error.message}`,
    '.recover --trust brings it back with its code, .recover --drop forgets it',
    EXIT.refused,
  );
}

function reportText(shell: Shell, report: RecoverReport, isReplaying: boolean): string {
  const { style, columns } = shell;
  const { loaded, exact, older, unsure, missing, cellsSince } = report;
  const page = { ...shell, workingDirectory: process.cwd() };
  const lines = passedOverLines(shell, report);
  if (loaded === undefined)
    lines.push(
      `${style.green(style.ok)} ${report.passedOver.length > 0 ? 'no other snapshot' : 'no snapshot was taken'}: what the journal knows is back`,
    );
  else {
    // A damaged file is named, so that it can be repaired.
    const source = loaded.damage.length > 0 ? loaded.source : 'recovered';
    const here = { ...loaded, source, host: loaded.host === hostname() ? '' : loaded.host };
    lines.push(loadText(here, page, Date.now(), process.versions.node));
  }
  lines.push(
    ...nameLines('  current   ', exact, columns),
    ...nameLines('  older     ', older, columns),
    ...nameLines('  perhaps   ', unsure, columns),
    ...nameLines('  missing   ', missing, columns),
  );
  if (older.length + missing.length > 0)
    lines.push(
      style.yellow(`${style.warning} older: as of the snapshot, and changed since; missing: made since`),
    );
  lines.push(...unsureLines(shell, report));
  for (const cell of cellsSince.slice(-CELLS_SHOWN))
    lines.push(`In[${cell.number}]  ${displayName(cell.source.replace(/\s+/g, ' ').trim(), columns - 12)}`);
  if (cellsSince.length > 0 && !isReplaying)
    lines.push(`${style.dim('these cells did not run again; they are in .history')}`);
  return lines.join('\n');
}

function unsureLines({ style, columns }: Shell, { unsure, unsureBecause }: RecoverReport): string[] {
  if (unsure.length === 0) return [];
  const text = `${style.warning} perhaps: as of the snapshot; what ran since may have changed it`;
  const reasons = [...new Set(Object.values(unsureBecause))];
  return [
    style.yellow(text),
    ...reasons.flatMap((reason) => {
      const names = unsure.filter((name) => unsureBecause[name] === reason);
      return [`  ${BECAUSE[reason]}:`, ...nameLines('    ', names, columns)];
    }),
  ];
}

function passedOverLines({ style }: Shell, { passedOver, loaded, snapshotAtMs }: RecoverReport): string[] {
  const lines = passedOver.map(({ path, code }) => {
    const why = code === undefined ? 'every name in it is damaged' : code;
    return style.yellow(`${style.warning} nothing in ${displayName(basename(path), 40)} can be read: ${why}`);
  });
  const [newest] = passedOver;
  if (newest === undefined) return lines;
  const file = loaded === undefined ? 'nothing' : displayName(basename(loaded.source), 40);
  const taken = snapshotAtMs === undefined ? '' : `, taken ${ago(snapshotAtMs, Date.now())},`;
  return [
    ...lines,
    `  ${file}${taken} is loaded instead; they lie in`,
    `  ${displayName(dirname(newest.path), 200)}`,
  ];
}
