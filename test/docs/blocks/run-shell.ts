// Runs lines of a shell, and input that is piped into `brine`; gives what a terminal would show of both outputs.

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machines.js';

/** What a run left. */
export interface Printed {
  readonly text: string;
  readonly code: number | null;
}

/** Runs a program with an input; both outputs go to one file, so that they stay in order. */
export function runProgram(
  [program = '', ...parameters]: readonly string[],
  { cwd, env }: Machine,
  input = '',
): Promise<Printed> {
  const path = join(cwd, '..', `printed-${process.hrtime.bigint()}`);
  const output = openSync(path, 'a');
  writeFileSync(`${path}.in`, input);
  const given = openSync(`${path}.in`, 'r');
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      cwd,
      env: { ...inherited, ...env },
      stdio: [given, output, output],
    });
    child.on('error', reject);
    child.on('close', (code) => {
      closeSync(output);
      closeSync(given);
      const text = readFileSync(path, 'utf8');
      rmSync(path);
      rmSync(`${path}.in`);
      resolve({ text, code });
    });
  });
}

/** Lines of a shell. */
export function runShell(lines: string, machine: Machine): Promise<Printed> {
  return runProgram(['bash', '-c', lines], machine);
}

/** Input of `brine`. */
export function runPiped(input: string, machine: Machine): Promise<Printed> {
  return runProgram(['brine'], machine, input);
}
