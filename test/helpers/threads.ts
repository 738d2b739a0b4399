// What the threads of a process and of its children do at the moment, as Linux tells: for the report of a process that does not
// answer. Elsewhere it tells nothing. Knows nothing of what they should do.

import { readdirSync, readFileSync } from 'node:fs';

/**
 * A line for each process, with its threads but those that have done next to nothing: their state (R runs, S waits, T is stopped),
 * what they wait in, and the CPU they have used, in ticks. Short: a report is cut where it is read.
 */
export function threadsOf(pid: number): string[] {
  const threads = namesIn(`/proc/${pid}/task`).flatMap((thread) => {
    const of = (file: string): string => textOf(`/proc/${pid}/task/${thread}/${file}`);
    // The second field is a name in brackets that may have blanks.
    const fields = of('stat').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return thread === String(pid) || ticks > 5 ? [`${thread} ${fields[0]} ${of('wchan')} ${ticks}`] : [];
  });
  const children = namesIn(`/proc/${pid}/task`).flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean),
  );
  return [threads.join(', '), ...children.flatMap((child) => threadsOf(Number(child)))];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
