// `.trace`: what a save does, name by name, without writing anything; `brine trace work.pkl`: what one has done.

import { type Trace, type TracedName, trace } from '../../src/detect/index.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { displayJson, displayName } from '../display-name.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { besideOrBelow, bytes, count, duration, fittedTable } from '../format.js';
import { printFound } from '../page.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { openSource, openToLook } from './keys.js';
import { type AnswerPage, pageOf } from './questions/question.js';
import { nodeLines } from './questions/size.js';
import { plural } from './report.js';

/** `.trace` */
export const traceCommand: Command = {
  name: 'trace',
  usage: '',
  wordsMax: 0,
  summary: 'say what a save does with each name, in memory; writes nothing',
  flags: ['json'],
  run: async (shell: Shell, given: CommandArguments) => {
    const found = await shell.withProgress('answering .trace', async (onProgress) =>
      withPristineBuiltins(() => trace(shell.session, { onProgress })),
    );
    return withPristineBuiltins(() => {
      shell.print(given.flags.has('json') ? displayJson(found) : traceText(found, pageOf(shell)));
      return EXIT.ok;
    });
  },
};

/** `brine trace <snapshot>`; prints on standard output, runs nothing of it. Returns an exit code. */
export async function traceFile(file: string, isJson: boolean): Promise<number> {
  try {
    const { source, close } = await openSource(file);
    try {
      const found = await withFileProgress(`brine trace ${file}`, (onProgress) =>
        trace(openToLook(source).reader, { onProgress }),
      );
      const command = (name: string): string => `brine ${name} ${displayName(file, 60)}`;
      printFound(isJson, found, (it, page) => traceText(it, { ...page, command }));
      return EXIT.ok;
    } finally {
      close();
    }
  } catch (error) {
    return failed(error);
  }
}

/** Parts smaller than this share of the name's are not shown. */
const SHARE_MIN = 0.01;

const WORDS: Readonly<Record<TracedName['as'], string>> = {
  own: '',
  shared: 'lies with another name',
  plain: 'in the list of names',
  link: 'by reference',
};

function traceText(found: Trace, page: AnswerPage): string {
  const { style, command, rowColumns } = page;
  const lines = [
    `${plural(found.names.length, 'name')}, ${plural(found.values, 'value')}, ${bytes(found.bytes)} in ${duration(found.durationMs)}`,
  ];
  for (const { name, type, as, bytes: size, values, parts } of found.names) {
    const what = as === 'own' ? plural(values, 'value') : style.dim(WORDS[as]);
    const head = `${(as === 'own' ? bytes(size) : style.dash).padStart(9)}  `;
    const facts = `${style.dim(displayName(type, 40))}  ${what}`;
    lines.push(...besideOrBelow(head, displayName(name, 60), facts, rowColumns));
    for (const part of parts.filter((one) => one.bytes >= size * SHARE_MIN))
      lines.push(...nodeLines(part, name, { page, total: Math.max(1, size), lead: '  ' }));
  }
  const rows = found.sections.map(({ name, bytes: size, count: number }) => [
    bytes(size).padStart(9),
    displayName(name),
    number > 1 ? `${count(number)} sections` : '',
  ]);
  lines.push('in the file', fittedTable(rows, rowColumns, { first: 2 }));
  if (found.lossCount > 0)
    lines.push(`${plural(found.lossCount, 'value')} cannot be saved: ${command('why')}`);
  return lines.join('\n');
}
