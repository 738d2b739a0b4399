// Save and load reports as text: one line of result, a table, the next useful command.
//
// Pure: reports in, text out. Every name, path and reason goes through `displayName`.

import { relative } from 'node:path';
import type { PinRun } from '../../src/session/pins.js';
import type {
  LeftOut,
  Linked,
  LoadReport,
  Loss,
  Pin,
  SaveReport,
  UnreadPart,
} from '../../src/session/types.js';
import { isAddress } from '../../src/stores/addresses.js';
import { fingerprint, type Whose } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { ago, bytes, count, duration, fittedTable, table, wrapText, wrapWords } from '../format.js';
import type { Style } from '../style.js';
import { damageLines } from './damage-lines.js';

/** Losses listed one by one; the rest is counted. */
const LOSSES_SHOWN = 20;
/** Unread names with a line each; of more, only the names. */
const UNREAD_SHOWN = 12;
const PREVIEW_WIDTH = 60;
/** With less room than this, unread names are listed without previews. */
const UNREAD_ROOM_MIN = 48;
const NAME_WIDTH = 60;
const NOTE_WIDTH = 400;
const HEAD_WIDTH = 12;
const REASON_WIDTH_MIN = 24;

/** Where and how a report is printed. */
export interface Page {
  readonly style: Style;
  readonly columns: number;
  readonly workingDirectory: string;
  /** A question about the file follows: what can be done need not be listed. Default: false. */
  readonly isAsked?: boolean;
  /** The name of the object that got what was loaded. Default: the names are the session's. */
  readonly under?: string | undefined;
}

/** What a save did. */
export function saveText(report: SaveReport, page: Page): string {
  const { style } = page;
  const kept = report.saved.length + report.linked.length;
  const lost = new Set(report.losses.filter(isWhole).map((loss) => loss.name));
  const all = new Set([...report.saved, ...report.linked.map((link) => link.name), ...lost]).size;
  const names =
    lost.size === 0 ? plural(kept, 'name') : `${kept - overlap(report, lost)} of ${plural(all, 'name')}`;
  const facts = [
    names,
    plural(report.objects, 'object'),
    sizes(report, style),
    duration(report.durationMs, true),
  ];
  return [
    head(report.target, facts, page),
    ...nameLines(
      'saved',
      report.saved.filter((name) => !lost.has(name)),
      page,
    ),
    ...linkLines('linked', report.linked, page),
    ...pinLines('pinned', report.pins, page),
    ...leftOutLines(report.leftOut, page),
    ...lossLines('skipped', report.losses, page),
    ...lossLines('changed', report.changes, page),
    ...secretLines(report, page),
    ...unsignedLines(report, page),
    ...nextWhy(report.losses, page),
  ].join('\n');
}

function unsignedLines({ unsignedBecause }: SaveReport, { style, columns }: Page): string[] {
  if (unsignedBecause === undefined) return [];
  const text = `not signed, so loading it takes --trust: ${displayName(unsignedBecause)}`;
  return [style.yellow(wrapText(`${style.warning} `, text, columns))];
}

function sizes({ rawBytes, storedBytes }: SaveReport, { arrow }: Style): string {
  const [raw, stored] = [bytes(rawBytes), bytes(storedBytes)];
  return raw === stored ? stored : `${raw} ${arrow} ${stored}`;
}

/** Notes which names the last save or load missed something of, for the table of names. */
export function notePartial({ partial }: { readonly partial: Set<string> }, losses: readonly Loss[]): void {
  partial.clear();
  for (const { name, path } of losses) if (path !== name) partial.add(name);
}

/** What a load did. */
export function loadText(report: LoadReport, page: Page, nowMs: number, node: string): string {
  const { style } = page;
  const from = report.host === '' ? '' : ` on ${displayName(report.host, NAME_WIDTH)}`;
  const versions =
    report.node === node ? `Node ${node}` : `Node ${displayName(report.node, 20)} ${style.arrow} ${node}`;
  const facts = [
    `saved ${ago(report.savedAtMs, nowMs)}${from}`,
    versions,
    plural(report.restored.length + report.linked.length, 'name'),
    duration(report.durationMs, true),
  ];
  const lost = new Set(report.losses.filter(isWhole).map((loss) => loss.name));
  const unread = new Set(report.unread);
  return [
    head(
      report.source,
      report.isDryRun ? [...facts.slice(0, 3), 'dry run: nothing was loaded'] : facts,
      page,
    ),
    ...noteLines(report, page),
    ...salvagedLines(report, page),
    ...openedLines(report, page),
    ...underLines(report, page),
    ...nameLines(
      report.isDryRun ? 'loads' : 'restored',
      report.restored.filter((name) => !lost.has(name) && !unread.has(name)),
      page,
    ),
    ...unreadLines(
      report.unreadParts.filter(({ name }) => !lost.has(name)),
      page,
    ),
    ...linkLines('imported', report.linked, page),
    ...versionLines(report, page),
    ...pinLines('pinned', report.pins, page),
    ...leftOutLines(report.leftOut, page),
    ...lossLines('missing', report.losses, page),
    ...nameLines(report.isDryRun ? 'replaces' : 'replaced', report.overwritten, page),
    ...nameLines('kept', report.kept, page),
    ...classLines(report, page),
    ...nameLines('patched', report.patched, page),
    ...nextSteps(report, page),
  ].join('\n');
}

// The line that installs what is missing, unless only the file says so; `.why` for all other losses.
function nextSteps({ losses, opened }: LoadReport, page: Page): string[] {
  const { style, columns } = page;
  const missing = (opened === 'trusted' ? losses : []).flatMap(
    ({ hint }) => INSTALL.exec(hint)?.slice(1) ?? [],
  );
  if (missing.length === 0) return nextWhy(losses, page);
  const line = `npm install ${[...new Set(missing)].map((name) => displayName(name, 100)).join(' ')}`;
  const others = losses.filter(({ hint }) => !INSTALL.test(hint));
  return [style.dim(wrapText(`  ${style.arrow} `, line, columns)), ...nextWhy(others, page)];
}

// Nothing else may stand in a line that people paste into a shell.
const INSTALL = /^npm install ((?:@[\w.-]+\/)?\w[\w.-]*(?:@\w[\w.+-]*)?)$/;

function versionLines({ warnings }: LoadReport, { style, columns }: Page): string[] {
  return warnings.map(({ message, hint }) => {
    const text = `${displayName(message, 100)} ${style.arrow} ${displayName(hint, 100)}`;
    return style.yellow(wrapText(`${style.warning} `, text, columns));
  });
}

/** Whose a snapshot is, in words; nothing here says whether it is damaged. */
export function whoseText(whose: Whose | undefined): string {
  switch (whose?.whose) {
    case 'own':
      return 'signed by you';
    case 'trusted':
      return `signed by ${displayName(whose.name, NAME_WIDTH) || fingerprint(whose.publicKey)}, whom you trust`;
    case 'stranger':
      return `signed with the key ${fingerprint(whose.publicKey)}, which you do not trust`;
    case 'forged':
      return `not what was signed with the key ${fingerprint(whose.publicKey)}`;
    case 'nobody':
      return 'not signed by you or by anybody you trust';
    default:
      return 'as you asked';
  }
}

// What is wrong with the file, and how to have one that is right.
function salvagedLines({ damage, source }: LoadReport, page: Page): string[] {
  if (damage.length === 0) return [];
  const { style } = page;
  const file = displayName(/\s/.test(source) ? JSON.stringify(source) : source);
  const line = 'the file is damaged: what survives was loaded';
  return [
    style.yellow(wrapText(`${style.warning} `, line, page.columns)),
    ...damageLines(damage, page.columns),
    `  ${style.dim(`${style.arrow} .repair ${file}`)}`,
  ];
}

// One line on what did not run, and one on what can be done about it.
function openedLines({ opened, whose, withheld, source }: LoadReport, page: Page): string[] {
  const { style, columns, isAsked = false } = page;
  if (opened === 'trusted') return [];
  const { function: functions = 0, member = 0, bound = 0, class: classes = 0, ...others } = withheld;
  const counts = [
    [functions + member + bound, 'function'],
    [classes, 'class'],
    [Object.values(others).reduce((sum, number) => sum + number, 0), 'name'],
  ] as const;
  const shown = counts
    .filter(([number]) => number > 0)
    .map(([number, noun]) => plural(number, noun).replace('classs', 'classes'));
  const what = shown.length === 0 ? 'nothing in it can run' : `shown, not run: ${shown.join(', ')}`;
  const line = `opened as data: ${whoseText(whose)} ${style.dot} ${what}`;
  const file = displayName(/\s/.test(source) ? JSON.stringify(source) : source);
  const offers = [`.inspect ${file}`, `.load ${file} --trust`];
  if (whose?.whose === 'stranger') offers.push(`.trust ${file}`);
  const said = style.yellow(wrapText(`${style.warning} `, line, columns));
  if (isAsked) return [said];
  return [said, `  ${style.dim(`${style.arrow} ${offers.join(` ${style.dot} `)}`)}`];
}

/** `1 name`, `12 names`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function overlap(report: SaveReport, lost: ReadonlySet<string>): number {
  return report.saved.filter((name) => lost.has(name)).length;
}

function isWhole(loss: Loss): boolean {
  return loss.path === loss.name;
}

function head(place: string, facts: readonly string[], { style, workingDirectory }: Page): string {
  const short = shortPath(place, workingDirectory);
  return `${style.green(style.ok)} ${displayName(short)}   ${facts.join(` ${style.dot} `)}`;
}

function shortPath(place: string, workingDirectory: string): string {
  if (isAddress(place)) return place;
  const short = relative(workingDirectory, place);
  return short !== '' && !short.startsWith('..') && short.length < place.length ? short : place;
}

function title(word: string): string {
  return `  ${word}`.padEnd(HEAD_WIDTH);
}

function nameLines(word: string, names: readonly string[], { columns }: Page): string[] {
  if (names.length === 0) return [];
  return [
    wrapWords(
      title(word),
      names.map((name) => displayName(name, NAME_WIDTH)),
      columns,
    ),
  ];
}

// A table while it is short: what is in the file, without reading it.
function unreadLines(parts: readonly UnreadPart[], page: Page): string[] {
  if (parts.length > UNREAD_SHOWN) {
    const names = parts.map(({ name }) => name);
    return [...nameLines('on touch', names, page), `${' '.repeat(HEAD_WIDTH)}.vars shows what they hold`];
  }
  const rows = parts.map(({ name, type, bytes: size, preview }) => [
    displayName(name, 40),
    displayName(type, 30),
    bytes(size),
    displayName(preview, PREVIEW_WIDTH),
  ]);
  if (rows.length === 0) return [];
  // What a narrow screen has no room for stands below the name, but for the preview.
  const room = page.columns - HEAD_WIDTH;
  const isNarrow = room < UNREAD_ROOM_MIN;
  return (
    isNarrow
      ? fittedTable(
          rows.map((row) => row.slice(0, -1)),
          room,
        )
      : table(rows)
  )
    .split('\n')
    .map((line, index) =>
      displayName((index === 0 ? title('on touch') : ' '.repeat(HEAD_WIDTH)) + line, page.columns),
    );
}

function pinLines(
  word: string,
  pins: readonly (Pin & { readonly state?: PinRun['state']; readonly error?: string })[],
  { columns, style }: Page,
): string[] {
  return pins.map(({ name, source, state, error = '' }, index) => {
    const lead = index === 0 ? title(word) : ' '.repeat(HEAD_WIDTH);
    const text = `${displayName(name, NAME_WIDTH)} ${style.arrow} ${displayName(source, 160)}`;
    if (state === 'failed') return wrapText(lead, `${text}: ${style.red(displayName(error, 200))}`, columns);
    return wrapText(
      lead,
      state === 'waiting' ? `${text} (not run; .pin ${displayName(name, 60)} --run)` : text,
      columns,
    );
  });
}

const CLASSES = {
  stored: 'has another class here; what was loaded keeps the one of the file',
  current: 'is the class that was here, also for what was loaded',
  migrated: 'is the class that was here; what was loaded was migrated to it',
} as const;

function classLines({ classConflicts }: LoadReport, { columns }: Page): string[] {
  return classConflicts.map(({ name, taken, why }, index) => {
    const lead = index === 0 ? title('class') : ' '.repeat(HEAD_WIDTH);
    const reason = why === undefined ? '' : ` (${displayName(why, 120)})`;
    return wrapText(lead, `${displayName(name, NAME_WIDTH)} ${CLASSES[taken]}${reason}`, columns);
  });
}

// The names of the session stay what they are.
function underLines({ restored }: LoadReport, { under, columns }: Page): string[] {
  const [first] = restored;
  if (under === undefined || first === undefined) return [];
  const [object, path] = [under, `${under}.${first}`].map((name) => displayName(name, NAME_WIDTH));
  return [wrapText(title('under'), `${object}: ${path} and so on; your own names stay as they are`, columns)];
}

// Said by whoever saved it, and by nobody else.
function noteLines({ note = '', author }: LoadReport, { columns }: Page): string[] {
  if (note === '' && author === undefined) return [];
  const who = author === undefined ? '' : `by ${displayName(author, NAME_WIDTH)}`;
  const text = note === '' ? '' : JSON.stringify(displayName(note, NOTE_WIDTH));
  return [wrapText(title('note'), [text, who].filter((part) => part !== '').join('  '), columns)];
}

function secretLines({ secrets }: SaveReport, { style, columns }: Page): string[] {
  const kept = secrets.filter(({ isRedacted }) => !isRedacted);
  if (kept.length === 0) return [];
  const lines = kept.slice(0, LOSSES_SHOWN).map(({ path, kind }, index) => {
    const lead = index === 0 ? title('secret?') : ' '.repeat(HEAD_WIDTH);
    return wrapText(lead, `${style.yellow(displayName(path, NAME_WIDTH))}  ${kind}`, columns);
  });
  if (kept.length > lines.length)
    lines.push(`${' '.repeat(HEAD_WIDTH)}and ${count(kept.length - lines.length)} more: --json has all`);
  return [
    ...lines,
    `  ${style.dim(`${style.arrow} they are in the file: .save with --redact takes them out, --exclude whole names`)}`,
  ];
}

function leftOutLines(parts: readonly LeftOut[], { columns }: Page): string[] {
  const lines = parts.slice(0, LOSSES_SHOWN).map(({ path, reason }, index) => {
    const lead = index === 0 ? title('left out') : ' '.repeat(HEAD_WIDTH);
    return wrapText(lead, `${displayName(path, NAME_WIDTH)} (${displayName(reason, 160)})`, columns);
  });
  const more = parts.length - lines.length;
  return more > 0 ? [...lines, `${' '.repeat(HEAD_WIDTH)}and ${count(more)} more: --json has all`] : lines;
}

function linkLines(word: string, links: readonly Linked[], { columns, style }: Page): string[] {
  if (links.length === 0) return [];
  const words = links.map(({ name, target, warning }) => {
    const link = `${displayName(name, NAME_WIDTH)} ${style.arrow} ${displayName(target, NAME_WIDTH)}`;
    return warning === undefined
      ? link
      : `${link} ${style.yellow(style.warning)} ${displayName(warning, 100)}`;
  });
  return [wrapWords(title(word), words, columns)];
}

function lossLines(word: string, losses: readonly Loss[], { style, columns }: Page): string[] {
  const shown = losses.slice(0, LOSSES_SHOWN);
  const width = Math.min(40, Math.max(0, ...shown.map((loss) => displayName(loss.path, 40).length)));
  const lines = shown.map((loss, index) => {
    const lead = index === 0 ? title(word) : ' '.repeat(HEAD_WIDTH);
    const path = displayName(loss.path, 40).padEnd(width);
    const painted = word === 'changed' ? style.yellow(path) : style.red(path);
    const text = `${displayName(loss.what, 30)} (${displayName(loss.reason, 160)})`;
    // Too narrow for three columns: the reason stands below the path.
    if (columns - HEAD_WIDTH - width - 2 < REASON_WIDTH_MIN)
      return `${lead}${painted.trimEnd()}\n${wrapText(' '.repeat(HEAD_WIDTH + 2), text, columns)}`;
    const indent = ' '.repeat(HEAD_WIDTH + width + 2);
    return `${lead}${painted}  ${wrapText(indent, text, columns).slice(indent.length)}`;
  });
  if (losses.length > shown.length) {
    lines.push(`${' '.repeat(HEAD_WIDTH)}and ${count(losses.length - shown.length)} more: .why lists all`);
  }
  return lines;
}

function nextWhy(losses: readonly Loss[], { style, under }: Page): string[] {
  const first = losses[0];
  if (first === undefined) return [];
  const name = under === undefined ? first.name : `${under}.${first.name}`;
  return [`  ${style.dim(`${style.arrow} .why ${displayName(name, NAME_WIDTH)}`)}`];
}
