// `.time`: how long a cell takes, once or after each.

import process from 'node:process';
import { displayJson } from '../display-name.js';
import { UsageError } from '../errors.js';
import { bytes, duration } from '../format.js';
import { cellsOf } from './cells.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

/** `.time [on | off | code]` */
export const timeCommand: Command = {
  name: 'time',
  usage: '[on | off | code]',
  summary: 'run code and say what it took; on says it after each cell, nothing what the last one took',
  flags: ['json'],
  run: time,
};

async function time(shell: Shell, given: CommandArguments): Promise<number> {
  const isJson = given.flags.has('json');
  const code = given.rest.replace(/^--json(?=\s|$)|(?:^|\s)--json$/g, '').trim();
  if (code === 'on' || code === 'off') {
    shell.isTiming = code === 'on';
    if (isJson) shell.print(displayJson({ timing: shell.isTiming }));
    else shell.report(shell.isTiming ? 'each cell says what it took' : 'cells say no times');
    return EXIT.ok;
  }
  if (code === '') {
    const [last] = cellsOf(shell.evaluator.cells, []);
    const { number, durationMs } = last!;
    if (isJson) shell.print(displayJson({ cell: number, durationMs }));
    else shell.print(`In[${number}] took ${duration(durationMs)}`);
    return EXIT.ok;
  }
  if (/^\.[A-Za-z]/.test(code))
    throw new UsageError('.time takes code, no command', 'for example: .time work()');
  return timed(shell, code, isJson);
}

async function timed(shell: Shell, code: string, isJson: boolean): Promise<number> {
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const wasTiming = shell.isTiming;
  shell.isTiming = false;
  const cell = await shell.runCell(code, { isEchoed: false }).finally(() => {
    shell.isTiming = wasTiming;
  });
  if (cell === undefined) return EXIT.failed;
  const { user, system } = process.cpuUsage(cpuBefore);
  const { number, durationMs, isError } = cell;
  const cpuMs = (user + system) / 1000;
  const heapBytes = process.memoryUsage().heapUsed - heapBefore;
  if (isJson) shell.print(displayJson({ cell: number, durationMs, cpuMs, heapBytes, isError }));
  else {
    const { dot, dim } = shell.style;
    const heap = `${heapBytes < 0 ? '-' : '+'}${bytes(Math.abs(heapBytes))} on the heap`;
    shell.report(dim(`${precise(durationMs)} ${dot} CPU ${precise(cpuMs)} ${dot} ${heap}`));
  }
  return isError ? EXIT.failed : EXIT.ok;
}

/** A duration with what matters of it: `0.31 ms`, `12.4 ms`, `2.1 s`. */
export function precise(ms: number): string {
  if (ms >= 100) return duration(ms);
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
}
