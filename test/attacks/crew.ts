// Runs batches of mutants in processes that may do nothing, several at a time, and finds the one mutant behind a process
// that hung or died.
//
// A process tells of each batch when it is done. One that is silent for too long is ended, and its batch is run again with a
// word on each mutant before it is opened: the last word names it. Used by the tests and by `scripts/torture-mutants.mjs`,
// which bundles it; knows nothing of either.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BatchReport, Failure } from './batches.js';

/** What is to be run. */
export interface CrewOrder {
  /** A bundle with `batches.ts` and `child.ts`. */
  readonly bundle: string;
  /** Flags that confine a process. */
  readonly flags: readonly string[];
  /** A folder for the program and the samples. */
  readonly folder: string;
  /** Snapshots in base64. */
  readonly samples: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly batch: number;
  readonly processes: number;
  /** A batch that takes longer has hung. */
  readonly silenceMsMax: number;
  onBatch?(done: CrewReport): void;
  /** True ends it before all is done. */
  isEnough?(): boolean;
}

/** What all batches told together. */
export interface CrewReport {
  readonly runs: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly cpuMsMax: number;
  /** The most memory that any process ever had. */
  readonly rssBytesMax: number;
  /** Built-ins that were changed. */
  readonly changed: readonly string[];
  readonly failures: readonly Failure[];
}

/** Batches of one process: a fresh one now and then shows what only a fresh one does, and bounds what piles up. */
const BATCHES_OF_A_PROCESS = 50;

interface Task {
  readonly seeds: readonly number[];
  readonly runs: number;
  readonly isTold: boolean;
}

interface Said {
  readonly reports: readonly BatchReport[];
  readonly rssBytes: number;
  readonly changed: readonly string[];
  /** How it ended, when not by itself. */
  readonly died: string | undefined;
  /** The last mutant that it was about to open. */
  readonly last: Failure | undefined;
}

/** Runs mutants until there were so many, or something says that it is enough. */
export async function runCrew(order: CrewOrder): Promise<CrewReport> {
  const program = programFile(order);
  const total = { runs: 0, endings: {} as Record<string, number>, cpuMsMax: 0, rssBytesMax: 0 };
  const changed = new Set<string>();
  const failures: Failure[] = [];
  const report = (): CrewReport => ({ ...total, changed: [...changed], failures });
  const add = ({ runs, endings, cpuMsMax, failures: found }: BatchReport): void => {
    total.runs += runs;
    for (const [name, number] of Object.entries(endings))
      total.endings[name] = (total.endings[name] ?? 0) + number;
    total.cpuMsMax = Math.max(total.cpuMsMax, cpuMsMax);
    failures.push(...found);
    order.onBatch?.(report());
  };
  let next = 0;
  const batches = Math.ceil(order.runs / order.batch);
  const work = async (): Promise<void> => {
    while (next < batches && failures.length < 20 && order.isEnough?.() !== true) {
      const seeds: number[] = [];
      while (next < batches && seeds.length < BATCHES_OF_A_PROCESS) seeds.push(order.seed + next++);
      const runs = Math.min(order.batch, order.runs);
      const said = await runProcess(program, order, { seeds, runs, isTold: false }, add);
      total.rssBytesMax = Math.max(total.rssBytesMax, said.rssBytes);
      for (const name of said.changed) changed.add(name);
      if (said.died === undefined) continue;
      const seed = seeds[said.reports.length] as number;
      const again = await runProcess(program, order, { seeds: [seed], runs, isTold: true }, () => {});
      const nobody = { seed, number: -1, faults: [], bytes: '' };
      failures.push({ ...(again.last ?? nobody), faults: [said.died, again.died ?? 'not when run again'] });
      // What the process had left to do.
      next -= seeds.length - said.reports.length - 1;
    }
  };
  await Promise.all(Array.from({ length: order.processes }, work));
  return report();
}

function programFile({ folder, bundle, samples }: CrewOrder): string {
  writeFileSync(join(folder, 'samples.json'), JSON.stringify(samples));
  const file = join(folder, 'mutants.mjs');
  writeFileSync(
    file,
    `import { readFileSync, writeSync } from 'node:fs';
import * as lib from ${JSON.stringify(pathToFileURL(bundle).href)};
const { seeds, runs, isTold } = JSON.parse(process.argv[2]);
const originals = lib.originalsOf(JSON.parse(readFileSync(new URL('samples.json', import.meta.url), 'utf8')));
const drawn = seeds.map((seed) => lib.drawnOriginals(seed));
lib.setTraps();
const tell = (what) => {
  const bytes = Buffer.from(JSON.stringify(what) + '\\n');
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
};
for (const [i, seed] of seeds.entries()) {
  const each = (number, bytes) => tell({ last: { seed, number, faults: [], bytes: Buffer.from(bytes).toString('base64') } });
  tell({ batch: lib.runBatch([...originals, ...drawn[i]], seed, runs, isTold ? each : undefined) });
}
tell({ changed: lib.changedBuiltins(), rssBytes: process.resourceUsage().maxRSS * 1024 });
`,
  );
  return file;
}

function runProcess(
  program: string,
  { flags, silenceMsMax }: CrewOrder,
  task: Task,
  add: (report: BatchReport) => void,
): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, program, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const reports: BatchReport[] = [];
    let [rssBytes, changed, last, isDone, isSilent] = [
      0,
      [] as string[],
      undefined as Failure | undefined,
      false,
      false,
    ];
    let [text, errors] = ['', ''];
    let silence: NodeJS.Timeout | undefined;
    const listen = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        isSilent = true;
        child.kill('SIGKILL');
      }, silenceMsMax);
    };
    listen();
    child.stderr.on('data', (data) => (errors = `${errors}${data}`.slice(-4000)));
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      listen();
      const lines = (text + data).split('\n');
      text = lines.pop() as string;
      for (const line of lines) {
        const said = JSON.parse(line) as {
          batch?: BatchReport;
          last?: Failure;
          changed?: string[];
          rssBytes?: number;
        };
        if (said.last !== undefined) last = said.last;
        if (said.batch !== undefined) {
          reports.push(said.batch);
          add(said.batch);
        }
        if (said.changed !== undefined)
          [changed, rssBytes, isDone] = [said.changed, said.rssBytes ?? 0, true];
      }
    });
    child.on('close', (code, signal) => {
      clearTimeout(silence);
      const why = isSilent ? `silent for ${silenceMsMax} ms` : `ended with ${code ?? signal}: ${errors}`;
      resolve({ reports, rssBytes, changed, last, died: isDone ? undefined : why });
    });
  });
}
