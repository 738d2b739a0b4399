// `brine inspect` and `brine vars`: what a snapshot says of itself. Builds nothing and runs nothing of it.

import { describeReader } from '../../src/format/index.js';
import { type Inspection, inspectSnapshot } from '../../src/library/inspection.js';
import { displayJson, displayName } from '../display-name.js';
import { describeFailure, exitCodeOf, UsageError } from '../errors.js';
import { bytes, count, table } from '../format.js';
import { printError, printOut } from '../out.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { openSource, openToLook } from './keys.js';

/** Code texts whose first line is shown; the rest is counted. */
const CODE_SHOWN = 20;

/** Describes a snapshot on standard output. Returns an exit code. */
export async function describeFile(file: string, what: 'inspect' | 'vars', isJson: boolean): Promise<number> {
  try {
    printOut(await descriptionOf(file, what, isJson));
    return EXIT.ok;
  } catch (error) {
    printError(describeFailure(error));
    return exitCodeOf(error);
  }
}

/** `.inspect <file>` at the prompt. */
export const inspectCommand: Command = {
  name: 'inspect',
  usage: '<file>',
  summary: 'say what a file holds, its code included; runs nothing of it',
  flags: ['json'],
  completes: 'file',
  run: async (shell: Shell, given: CommandArguments) => {
    const [file] = given.words;
    if (file === undefined) throw new UsageError('.inspect needs a file', 'for example: .inspect work.pkl');
    shell.print(await descriptionOf(file, 'inspect', given.flags.has('json')));
    return EXIT.ok;
  },
};

/** What a snapshot is, as text. */
export async function descriptionOf(
  file: string,
  what: 'inspect' | 'vars',
  isJson: boolean,
): Promise<string> {
  const { source, close } = await openSource(file);
  try {
    const { reader, line } = openToLook(source);
    if (what === 'vars') {
      const { meta } = describeReader(reader);
      return isJson ? displayJson(meta.session?.bindings ?? []) : varsOf(meta);
    }
    const inspection = inspectSnapshot(reader);
    return isJson ? displayJson(inspection) : inspectText(file, inspection, line);
  } finally {
    close();
  }
}

function varsOf(meta: Inspection['meta']): string {
  const bindings = meta.session?.bindings ?? [];
  const rows = bindings.map(({ name, kind, type, bytes: size, preview }) => [
    displayName(name, 40),
    displayName(kind, 12),
    displayName(type ?? '', 40),
    size === undefined ? '' : bytes(size),
    displayName(preview ?? '', 80),
  ]);
  return table([['name', 'kind', 'type', 'size', 'preview'], ...rows]);
}

function inspectText(file: string, inspection: Inspection, whose: string): string {
  const { protocol, fileBytes, sections, kinds, names, code, secrets, meta } = inspection;
  const outside = names.filter(({ isAllowed }) => !isAllowed).map(({ text }) => displayName(text, 60));
  return [
    `${displayName(file)}   snapshot v${protocol}   ${bytes(fileBytes)}`,
    `  ${whose}`,
    table(sections.map((section) => ['  section', displayName(section.name), bytes(section.bytes)])),
    ...(Object.keys(kinds).length > 0
      ? [table(Object.entries(kinds).map(([kind, number]) => ['  values', kind, count(number)]))]
      : []),
    ...(outside.length > 0 ? [`  names from outside  ${outside.join('  ')}`] : []),
    ...codeLines(code),
    ...secretLines(secrets),
    varsOf(meta),
    ...policyLines(meta),
  ].join('\n');
}

function secretLines(secrets: Inspection['secrets']): string[] {
  if (secrets.length === 0) return [];
  const rows = secrets
    .slice(0, CODE_SHOWN)
    .map(({ path, kind }) => ['  secret?', displayName(path, 60), kind]);
  const left = secrets.length - rows.length;
  return [
    table(rows),
    ...(left > 0 ? [`  and ${count(left)} more that look like secrets: --json has all of them`] : []),
  ];
}

// What is not in the file, and the code that would make it: shown, never run.
function policyLines({ session }: Inspection['meta']): string[] {
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
  return [pins, leftOut].flatMap((rows) => (rows === undefined || rows.length === 0 ? [] : [table(rows)]));
}

function codeLines(code: Inspection['code']): string[] {
  if (code.length === 0) return ['  no code'];
  const lines = code.slice(0, CODE_SHOWN).map(({ form, source }) => {
    const [first = ''] = source.split('\n', 1);
    const more = first.length < source.length ? ' …' : '';
    return `  ${form.padEnd(8)}  ${bytes(source.length).padStart(8)}  ${displayName(first, 70)}${more}`;
  });
  const left = code.length - lines.length;
  return left > 0 ? [...lines, `  and ${count(left)} more texts of code: --json has all of them`] : lines;
}
