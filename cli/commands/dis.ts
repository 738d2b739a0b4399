// `brine dis`: the bytes of a snapshot, each named in the words of docs/FORMAT.md.

import { disassemble, type Piece } from '../../src/detect/index.js';
import { displayJson, displayName } from '../display-name.js';
import { failed } from '../failure.js';
import { printOutSlowly } from '../out.js';
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
        const line = isJson ? displayJson(piece) : pieceLine(piece, shown);
        // A pipe that was closed has had enough.
        if (!(await printOutSlowly(`${head}${line}`))) break;
      }
    } finally {
      close();
    }
    return EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

function pieceLine({ offset, bytes, what, value }: Piece, shown: Uint8Array): string {
  const hex = Buffer.from(shown)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  const data = bytes > BYTES_SHOWN ? displayName(`${hex} …`) : hex;
  const said = value === '' ? '' : `  ${displayName(value, 80)}`;
  return `${offset.toString(16).padStart(6, '0')}  ${data.padEnd(26)} ${displayName(what, 80)}${said}`;
}
