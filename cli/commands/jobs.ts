// `.jobs`: what was submitted to a cluster, and what came of it.
//
// Names of jobs are whatever somebody wrote into Redis: they are made visible before they are printed. Results are signed.

import process from 'node:process';
import type { Pool, SubmittedJob } from '../../src/parallel/index.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { ago, count, fittedTable } from '../format.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

/** `.jobs [redis://…] [--collect id --as name] [--forget id]` */
export const jobsCommand: Command = {
  name: 'jobs',
  usage: '[redis://…] [--collect id --as name | --forget id]',
  summary: 'list what was submitted to a cluster; put the results of a job into a name; remove one',
  wordsMax: 1,
  flags: ['json', 'collect', 'as', 'forget'],
  valued: ['collect', 'as', 'forget'],
  isChanging: true,
  run: jobs,
};

async function jobs(shell: Shell, { words, flags }: CommandArguments): Promise<number> {
  const cluster = words[0] ?? process.env['BRINE_CLUSTER'];
  if (cluster === undefined || cluster === '')
    throw new UsageError('there is no cluster', '.jobs redis://127.0.0.1:6379, or say it in BRINE_CLUSTER');
  const [wanted, name, unwanted] = ['collect', 'as', 'forget'].map((flag) => flags.get(flag)) as (
    | string
    | undefined
  )[];
  if ((wanted === undefined) !== (name === undefined))
    throw new UsageError('--collect and --as belong together', '.jobs --collect 1a2b3c4d --as results');
  if (name !== undefined && !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    throw new UsageError(`${displayName(name, 40)} is no name`, '.jobs --collect 1a2b3c4d --as results');
  const { pool } = await import('../../src/parallel/index.js');
  const workers = pool({ cluster });
  try {
    const isJson = flags.has('json');
    if (unwanted !== undefined) return await remove(shell, workers, unwanted, isJson);
    if (wanted !== undefined) return await take(shell, workers, wanted, name as string, isJson);
    const list = await workers.jobs();
    shell.print(isJson ? displayJson(list) : listText(shell, list));
    return EXIT.ok;
  } finally {
    await workers.close();
  }
}

async function take(
  shell: Shell,
  workers: Pool,
  text: string,
  name: string,
  isJson: boolean,
): Promise<number> {
  const { id } = await jobOf(workers, text);
  const results = await workers.collect(id);
  shell.evaluator.define({ name, kind: 'let', cell: 0 }, results);
  if (isJson) shell.print(displayJson({ id, name, items: results.length }));
  else shell.report(`${shell.style.green(shell.style.ok)} ${name}   ${count(results.length)} results`);
  return EXIT.ok;
}

async function remove(shell: Shell, workers: Pool, text: string, isJson: boolean): Promise<number> {
  const { id, name } = await jobOf(workers, text);
  await workers.forget(id);
  if (isJson) shell.print(displayJson({ id, forgotten: true }));
  else shell.report(`forgot ${displayName(name, 40)}`);
  return EXIT.ok;
}

// The first digits are enough where they fit one job only.
async function jobOf(workers: Pool, text: string): Promise<SubmittedJob> {
  const found = (await workers.jobs()).filter(({ id }) => id.startsWith(text));
  if (found.length === 1) return found[0] as SubmittedJob;
  const what = found.length === 0 ? 'no job' : 'more than one job';
  throw new UsageError(`${what} begins with ${displayName(text, 40)}`, '.jobs lists them');
}

function listText({ style, rowColumns }: Shell, list: readonly SubmittedJob[]): string {
  if (list.length === 0) return 'no jobs';
  const now = Date.now();
  const rows = list.map(({ id, name, items, done, state, createdAtMs }) => [
    displayName(id.slice(0, 8)),
    displayName(name, 40),
    state === 'failed' ? style.red(state) : state,
    `${count(done)} of ${count(items)}`,
    ago(createdAtMs, now),
  ]);
  const all = [['id', 'name', 'state', 'items', 'submitted'], ...rows];
  return fittedTable(all, rowColumns, { first: 2, isHeaded: true });
}
