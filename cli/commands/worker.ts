// `brine worker`: works for a cluster until it is told to stop. What becomes of each task is one line.

import process from 'node:process';
import type { ServeOptions, WorkerEvent } from '../../src/parallel/index.js';
import { fingerprint, KeyStore } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { duration } from '../format.js';
import { printOut } from '../out.js';
import { printText } from '../page.js';
import { styleFor } from '../style.js';
import { EXIT } from './command.js';

/** What the command line says. */
export interface WorkerFlags {
  readonly queue?: string;
  readonly workers?: string;
  readonly kind?: 'threads' | 'processes';
  readonly load?: string;
  readonly stall?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const MARKS = { done: 'ok', failed: 'no', refused: 'no', again: 'warning' } as const;

/** Runs until SIGINT or SIGTERM. Returns an exit code. */
export async function runWorker(flags: WorkerFlags): Promise<number> {
  try {
    const options = optionsOf(flags);
    const { serveCluster } = await import('../../src/parallel/index.js');
    const worker = await serveCluster(options);
    const { publicKey } = new KeyStore().ensureIdentity();
    const place = options.cluster.replace(/\/\/[^@/]*@/, '//');
    if (flags.json === true) printOut(JSON.stringify({ what: 'ready', key: fingerprint(publicKey) }));
    else if (flags.quiet !== true)
      printText(`works for ${displayName(place)} with the key ${fingerprint(publicKey)}; Ctrl-C ends it`);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    await worker.close();
    return EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

function optionsOf(flags: WorkerFlags): ServeOptions {
  const { queue = process.env['BRINE_CLUSTER'], workers, kind, load, stall, quiet, json } = flags;
  if (queue === undefined || queue === '')
    throw new UsageError('there is no queue to work for', 'brine worker --queue redis://127.0.0.1:6379');
  return {
    cluster: queue,
    ...(workers !== undefined && { workers: numberOf('--workers', workers, 1024) }),
    ...(kind !== undefined && { kind }),
    ...(load !== undefined && { snapshot: load }),
    ...(stall !== undefined && { stallMs: numberOf('--stall', stall, 86_400) * 1000 }),
    onTask: (event) => {
      if (json === true) printOut(JSON.stringify(event));
      else if (quiet !== true) printText(lineOf(event));
    },
  };
}

function lineOf({ what, task, tookMs, why }: WorkerEvent): string {
  const style = styleFor(process.stdout);
  const mark = style[MARKS[what]];
  return `${mark} ${displayName(task)}  ${what}  ${duration(tookMs)}${why === undefined ? '' : `  ${displayName(why, 200)}`}`;
}

function numberOf(flag: string, text: string, max: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= max) return number;
  throw new UsageError(
    `${flag} takes a number from 1 to ${max}, no ${displayName(text, 40)}`,
    'see brine worker --help',
  );
}
