// Writes a line to the output or to the error output, past which nothing acts on the terminal.

import process from 'node:process';
import { terminalText } from './display-name.js';

/** Writes a text and a line end to the output. */
export function printOut(text: string): void {
  process.stdout.write(`${terminalText(text)}\n`);
}

/** {@link printOut} for much text and for ends: waits until it was taken; false when nobody takes it any more. */
export function printOutSlowly(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const gone = (): void => resolve(false);
    process.stdout.once('error', gone);
    process.stdout.write(`${terminalText(text)}\n`, (error) => {
      // The event of an error comes after this; it must find somebody.
      if (error === null || error === undefined) process.stdout.off('error', gone);
      resolve(error === null || error === undefined);
    });
  });
}

/** Writes a text and a line end to the error output. */
export function printError(text: string): void {
  process.stderr.write(`${terminalText(text)}\n`);
}

/** Writes over the line of the error output that the cursor is on, from its beginning. */
export function writeOver(text: string): void {
  process.stderr.write(`\r${terminalText(text)}`);
}

/** Writes a line for a program; false when whoever reads is slow, until the output's `drain`. */
export function printLine(json: string): boolean {
  return process.stdout.write(`${json}\n`);
}
