// `brine inspect` and `brine vars`: what a snapshot says of itself. Builds nothing and runs nothing of it.

import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { describeReader, describeSnapshot, openSnapshot } from '../../src/format/index.js';
import { openFile } from '../../src/store/index.js';
import { displayName } from '../display-name.js';
import { CommandError, describeFailure, exitCodeOf } from '../errors.js';
import { bytes, table } from '../format.js';
import { EXIT } from './command.js';

/** Describes a snapshot on standard output. Returns an exit code. */
export async function describeFile(file: string, what: 'inspect' | 'vars', isJson: boolean): Promise<number> {
  try {
    const description = await described(file);
    const subject = what === 'vars' ? (description.meta.session?.bindings ?? []) : description;
    const text = isJson
      ? JSON.stringify(subject)
      : what === 'vars'
        ? varsOf(description)
        : inspectText(file, description);
    process.stdout.write(`${text}\n`);
    return EXIT.ok;
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    return exitCodeOf(error);
  }
}

// Of a file, only what is asked for is read.
async function described(file: string): Promise<Described> {
  const opened = openFile(file);
  if (opened === undefined) {
    const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw new CommandError(`cannot read ${displayName(file)}: ${error.code}`);
    });
    return describeSnapshot(content);
  }
  try {
    return describeReader(openSnapshot(opened));
  } finally {
    opened.close();
  }
}

type Described = ReturnType<typeof describeSnapshot>;

function varsOf({ meta }: Described): string {
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

function inspectText(file: string, description: Described): string {
  const { protocol, fileBytes, sections } = description;
  return [
    `${displayName(file)}   snapshot v${protocol}   ${bytes(fileBytes)}`,
    table(sections.map((section) => ['  section', displayName(section.name), bytes(section.bytes)])),
    varsOf(description),
  ].join('\n');
}
