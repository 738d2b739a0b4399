// `brine inspect` and `brine vars`: what a snapshot says of itself. Builds nothing and runs nothing of it.

import process from 'node:process';
import { LimitError } from '../../src/errors.js';
import {
  describeReader,
  type MetaBinding,
  type SnapshotReader,
  sectionName,
} from '../../src/format/index.js';
import { type Inspection, inspectSnapshot } from '../../src/library/inspection.js';
import { DEFAULT_LIMITS, RESTRICTED_LIMITS } from '../../src/limits.js';
import { readingTold } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import {
  bytes,
  count,
  fittedTable,
  fittingRows,
  hasRoomForLast,
  softWrapped,
  stackedRows,
  table,
} from '../format.js';
import { printOut } from '../out.js';
import { pathOfWord } from '../session-word.js';
import { styleFor } from '../style.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { bytesOfFile } from './file-bytes.js';
import { openSource, openToLook } from './keys.js';
import { plural } from './report.js';

/** Code texts whose first line is shown; the rest is counted. */
const CODE_SHOWN = 20;
/** With less room than this its first line stands below. */
const CODE_ROOM_MIN = 24;

/** Of larger files only so much is read, so that the answer comes at once. */
const BYTES_LOOKED_AT = 4 << 20;

// Where so little is read, the size of the file is no matter; that of what is always read is.
const LOOKING_LIMITS = { ...RESTRICTED_LIMITS, fileBytesMax: DEFAULT_LIMITS.fileBytesMax };

function checkLists({ container }: SnapshotReader): void {
  const lists = container.sections.filter(({ kind }) =>
    ['meta', 'index', 'code'].includes(sectionName(kind)),
  );
  const size = lists.reduce((sum, section) => sum + section.bytes, 0);
  if (size > RESTRICTED_LIMITS.fileBytesMax)
    throw new LimitError(
      'LIMIT_EXCEEDED',
      `${size} bytes of names, index and code; the limit is ${RESTRICTED_LIMITS.fileBytesMax}`,
    );
}

/** How a description is printed, and of how much. */
export interface DescribeFlags {
  readonly json?: boolean;
  /** Read all of the file, however large it is. */
  readonly all?: boolean;
  /** Print texts of code in full. */
  readonly code?: boolean;
}

/** Describes a snapshot on standard output. Returns an exit code. */
export async function describeFile(
  file: string,
  what: 'inspect' | 'vars',
  flags: DescribeFlags,
): Promise<number> {
  try {
    const { isTTY, columns } = process.stdout;
    const how = { ...flags, columns: isTTY === true ? columns : undefined };
    const text = await withFileProgress(`brine ${what} ${file}`, (onProgress) =>
      descriptionOf(file, what, { ...how, onProgress }),
    );
    printOut(text);
    return EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

/** `.inspect <file>` at the prompt. */
export const inspectCommand: Command = {
  name: 'inspect',
  usage: '<file>',
  summary: 'say what a file holds, its code included; runs nothing of it',
  flags: ['json', 'all', 'code'],
  completes: 'file',
  run: async (shell: Shell, given: CommandArguments) => {
    const [file] = given.words;
    if (file === undefined) throw new UsageError('.inspect needs a file', 'for example: .inspect work.pkl');
    const [json, all, code] = ['json', 'all', 'code'].map((flag) => given.flags.has(flag)) as [
      boolean,
      boolean,
      boolean,
    ];
    const columns = shell.isInteractive ? shell.columns : undefined;
    const text = await shell.withProgress(
      `inspecting ${displayName(file, 40)}`,
      (onProgress) => descriptionOf(file, 'inspect', { json, all, code, columns, onProgress }),
      { bytes: all ? bytesOfFile(pathOfWord(file)) : 0 },
    );
    shell.print(text, true);
    return EXIT.ok;
  },
};

/** What a snapshot is, as text; within `columns`, but for code in full. */
export async function descriptionOf(
  file: string,
  what: 'inspect' | 'vars',
  {
    json: isJson = false,
    all = false,
    code = false,
    columns,
    onProgress,
  }: DescribeFlags & {
    readonly columns?: number | undefined;
    readonly onProgress?: ProgressListener | undefined;
  },
): Promise<string> {
  const { source, close } = await openSource(file);
  try {
    const { reader, line } = openToLook(
      source,
      what === 'inspect' && !all ? LOOKING_LIMITS : RESTRICTED_LIMITS,
    );
    if (!all) checkLists(reader);
    if (what === 'vars') {
      const { meta } = describeReader(reader);
      if (!isJson) return varsOf(meta, columns, file);
      const saves = savesOf(meta);
      const bindings = meta.session?.bindings ?? [];
      return displayJson(bindings.map((one) => ({ ...one, save: saves.get(one.name) })));
    }
    const bytesMax = all ? undefined : BYTES_LOOKED_AT;
    const inspection = inspectSnapshot(reader, undefined, bytesMax, readingTold(onProgress));
    return isJson
      ? displayJson({ ...inspection, signature: line })
      : inspectText(file, inspection, { line, code, columns });
  } finally {
    close();
  }
}

/** What a file has of a name: the value, where to find it, an expression that makes it, all but a part, or nothing. */
type KeptAs = 'value' | 'link' | 'pin' | 'part' | 'lost';

const KEPT_WORDS = { value: '✓', link: 'link', pin: 'pinned', part: '✗ part', lost: '✗ missing' } as const;

function savesOf({ session }: Inspection['meta']): Map<string, KeptAs> {
  const pinned = new Set(session?.pins?.map(({ name }) => name));
  const losses = session?.losses ?? [];
  const lost = new Set(losses.filter(({ name, path }) => name === path).map(({ name }) => name));
  const partial = new Set(losses.map(({ name }) => name));
  const keptAs = ({ name, origin }: MetaBinding): KeptAs => {
    if (pinned.has(name)) return 'pin';
    if (lost.has(name)) return 'lost';
    if (partial.has(name)) return 'part';
    return origin === undefined ? 'value' : 'link';
  };
  return new Map(session?.bindings.map((binding) => [binding.name, keptAs(binding)]));
}

function varsOf(meta: Inspection['meta'], columns: number | undefined, file: string): string {
  const bindings = meta.session?.bindings ?? [];
  if (bindings.length === 0) return meta.type === 'value' ? 'one value, without a name' : 'no names';
  const saves = savesOf(meta);
  const style = styleFor({});
  const rows = bindings.map(({ name, kind, type, bytes: size, preview }) => [
    displayName(name, 40),
    displayName(kind, 12),
    displayName(type, 40),
    KEPT_WORDS[saves.get(name) ?? 'value'].replace('✓', style.ok).replace('✗', style.no),
    size === undefined ? '' : bytes(size),
    displayName(preview ?? '', 80),
  ]);
  const missing = [...saves].filter(([, save]) => save === 'lost' || save === 'part').map(([name]) => name);
  const shown = `brine why ${displayName(file, 60)}`;
  const said = `${plural(missing.length, 'name')} missing or in part: ${shown}`;
  const all = [['name', 'kind', 'type', 'save', 'size', 'preview'], ...rows];
  const fitting = columns === undefined ? all : fittingRows(all, columns, ['kind', 'size']);
  const isStacked = columns !== undefined && !hasRoomForLast(fitting, columns);
  return [
    isStacked ? stackedRows(all, columns, { isHeaded: true }) : cut(table(fitting), columns),
    ...(missing.length === 0 ? [] : [columns === undefined ? said : softWrapped(said, columns)]),
  ].join('\n');
}

// What stands last on a line is what may be cut: previews and texts.
function cut(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  const lines = text.split('\n');
  const room = Math.max(columns, lines[0]?.lastIndexOf('  preview') ?? 0);
  return softWrapped(lines.map((line) => displayName(line, room).trimEnd()).join('\n'), columns);
}

function inspectText(
  file: string,
  inspection: Inspection,
  {
    line: whose,
    code: isWhole,
    columns,
  }: { readonly line: string; readonly code: boolean; readonly columns: number | undefined },
): string {
  const { unread, protocol, fileBytes, sections, kinds, names, code, secrets, meta } = inspection;
  const outside = names.filter(({ isAllowed }) => !isAllowed).map(({ text }) => displayName(text, 60));
  const fitted = (lines: readonly string[]): string[] =>
    columns === undefined ? [...lines] : lines.map((line) => softWrapped(line, columns));
  const about = [
    `${displayName(file)}   snapshot v${protocol}   ${bytes(fileBytes)}`,
    `  ${whose}`,
    ...originLines(meta),
    fittedTable(
      sectionsOf(sections).map(({ name, bytes: size, count: number }) => [
        '  section',
        displayName(name),
        bytes(size),
        number > 1 ? `${count(number)} of them` : name === 'code' && code.length === 0 ? 'an empty list' : '',
      ]),
      columns,
      { first: 2 },
    ),
    ...(unread.groups > 0
      ? [`  not looked into  ${count(unread.groups)} parts with ${bytes(unread.bytes)}: --all reads them`]
      : []),
    ...(Object.keys(kinds).length > 0
      ? [
          fittedTable(
            Object.entries(kinds).map(([kind, number]) => ['  values', kind, count(number)]),
            columns,
            { first: 2 },
          ),
        ]
      : []),
    ...(outside.length > 0 ? [`  names from outside  ${outside.join('  ')}`] : []),
    ...moduleLines(meta, columns),
  ];
  return [
    ...fitted(about),
    ...(isWhole ? wholeCode(code) : codeLines(code, columns)),
    ...fitted(secretLines(secrets, columns)),
    varsOf(meta, columns, file),
    ...fitted(policyLines(meta, columns)),
  ].join('\n');
}

// Sections of one kind together: a session has one for each name.
function sectionsOf(sections: Inspection['sections']): { name: string; bytes: number; count: number }[] {
  const found = new Map<string, { name: string; bytes: number; count: number }>();
  for (const { name, bytes: size } of sections) {
    const entry = found.get(name) ?? { name, bytes: 0, count: 0 };
    found.set(name, { name, bytes: entry.bytes + size, count: entry.count + 1 });
  }
  return [...found.values()];
}

function originLines({ brine, node, session }: Inspection['meta']): string[] {
  const writer = `brine ${displayName(brine, 20)}, Node ${displayName(node, 20)}`;
  if (session === undefined) return [`  written by ${writer}`];
  const at = new Date(session.savedAtMs);
  const when = Number.isNaN(at.getTime()) ? 'an unknown time' : at.toISOString();
  return [
    `  saved ${when} on ${displayName(session.host, 60)}, ${displayName(session.platform, 40)}, by ${writer}`,
    ...(session.author === undefined ? [] : [`  says it is by  ${displayName(session.author, 60)}`]),
    ...(session.note === undefined ? [] : [`  note  ${displayName(session.note, 400)}`]),
  ];
}

function moduleLines({ modules }: Inspection['meta'], columns: number | undefined): string[] {
  const rows = modules.map(({ specifier, version }) => [
    '  module',
    displayName(specifier, 60),
    displayName(version ?? '', 30),
  ]);
  return rows.length === 0 ? [] : [fittedTable(rows, columns, { first: 2 })];
}

function wholeCode(code: Inspection['code']): string[] {
  return code.flatMap(({ form, source, url, line }) => [
    `  ${form}  ${displayName(url, 80)}:${line}`,
    ...source.split('\n').map((text) => `    ${displayName(text.replaceAll('\t', '  '))}`),
  ]);
}

function secretLines(secrets: Inspection['secrets'], columns: number | undefined): string[] {
  if (secrets.length === 0) return [];
  const rows = secrets
    .slice(0, CODE_SHOWN)
    .map(({ path, kind }) => ['  secret?', displayName(path, 60), kind]);
  const left = secrets.length - rows.length;
  return [
    fittedTable(rows, columns, { first: 2 }),
    ...(left > 0 ? [`  and ${count(left)} more that look like secrets: --json has all of them`] : []),
  ];
}

// What is not in the file, and the code that would make it: shown, never run.
function policyLines({ session }: Inspection['meta'], columns: number | undefined): string[] {
  const pins = session?.pins?.map(({ name, source }) => [
    '  pinned',
    displayName(name, 40),
    displayName(source, 200),
  ]);
  const leftOut = session?.leftOut?.map(({ path, reason }) => [
    '  left out',
    displayName(path, 60),
    displayName(reason, 160),
  ]);
  return [pins, leftOut].flatMap((rows) =>
    rows === undefined || rows.length === 0 ? [] : [fittedTable(rows, columns, { first: 2 })],
  );
}

function codeLines(code: Inspection['code'], columns: number | undefined): string[] {
  if (code.length === 0) return ['  no code'];
  const lines = code.slice(0, CODE_SHOWN).map(({ form, source, url, line }) => {
    const [first = ''] = source.split('\n', 1);
    const more = first.length < source.length ? displayName(' …') : '';
    const place = url === '' ? '' : `${displayName(url, 40)}:${line}`;
    return ['  code', form, bytes(source.length), place, `${displayName(first, 70)}${more}`];
  });
  const left = code.length - lines.length;
  const isNarrow = columns !== undefined && !hasRoomForLast(lines, columns, CODE_ROOM_MIN);
  const listed = [isNarrow ? stackedRows(lines, columns, { first: 4 }) : cut(table(lines), columns)];
  if (left === 0) return listed;
  const more = `  and ${count(left)} more texts of code: --code prints all of them`;
  return [...listed, columns === undefined ? more : softWrapped(more, columns)];
}
