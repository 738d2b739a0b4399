// `brine dis`: the bytes of a snapshot, each named in the words of docs/FORMAT.md.

import process from 'node:process';
import { finished } from 'node:stream/promises';
import { disassemble, type Piece } from '../../src/detect/index.js';
import { displayJson, displayName } from '../display-name.js';
import { describeFailure, exitCodeOf } from '../errors.js';
import { printError } from '../out.js';
import { EXIT } from './command.js';
import { openSource, openToLook } from './keys.js';

const BYTES_SHOWN = 8;

/** `brine dis <file>`; prints on standard output, piece by piece. Returns an exit code. */
export async function disassembleFile(file: string, isJson: boolean): Promise<number> {
  try {
    const { source, close } = await openSource(file);
    try {
      let section = '';
      for (const piece of disassemble(openToLook(source).reader, source)) {
        const head =
          piece.section === section || isJson
            ? ''
            : `${section === '' ? '' : '\n'}${displayName(piece.section)}\n`;
        section = piece.section;
        const shown = source.read(piece.offset, Math.min(piece.bytes, BYTES_SHOWN));
        await write(`${head}${isJson ? displayJson(piece) : pieceLine(piece, shown)}\n`);
      }
    } finally {
      close();
    }
    return EXIT.ok;
  } catch (error) {
    printError(describeFailure(error));
    return exitCodeOf(error);
  }
}

// A pipe that is slower than this takes its time; one that was closed has had enough.
async function write(text: string): Promise<void> {
  if (process.stdout.write(text) || process.stdout.destroyed) return;
  const drained = new Promise((resolve) => process.stdout.once('drain', resolve));
  await Promise.race([drained, finished(process.stdout).catch(() => undefined)]);
}

function pieceLine({ offset, bytes, what, value }: Piece, shown: Uint8Array): string {
  const hex = Buffer.from(shown)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  const data = bytes > BYTES_SHOWN ? `${hex} …` : hex;
  const said = value === '' ? '' : `  ${displayName(value, 80)}`;
  return `${offset.toString(16).padStart(6, '0')}  ${data.padEnd(26)} ${displayName(what, 80)}${said}`;
}
