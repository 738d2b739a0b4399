// Writes a line to the output or to the error output, past which nothing acts on the terminal.

import process from 'node:process';
import { terminalText } from './display-name.js';

/** Writes a text and a line end to the output. */
export function printOut(text: string): void {
  process.stdout.write(`${terminalText(text)}\n`);
}

/** Writes a text and a line end to the error output. */
export function printError(text: string): void {
  process.stderr.write(`${terminalText(text)}\n`);
}
