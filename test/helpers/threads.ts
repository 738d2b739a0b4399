// What the threads of a process and of its children do at the moment, as Linux tells: for the report of a process that does not
// answer. Elsewhere it tells nothing. Knows nothing of what they should do.

import { readdirSync, readFileSync } from 'node:fs';

/** A line for each thread: its state (R runs, S waits, T is stopped), what it waits in, and the CPU it has used, in ticks. */
export function threadsOf(pid: number): string[] {
  const threads = namesIn(`/proc/${pid}/task`).map((thread) => {
    const of = (file: string): string => textOf(`/proc/${pid}/task/${thread}/${file}`);
    // The second field is a name in brackets that may have blanks.
    const fields = of('stat').split(') ').at(-1)?.split(' ') ?? [];
    return `${pid}/${thread} ${of('comm')} ${fields[0]} in ${of('wchan')} ${of('syscall')} user ${fields[11]} system ${fields[12]}`;
  });
  const children = namesIn(`/proc/${pid}/task`).flatMap((thread) =>
    textOf(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean),
  );
  return [...threads, ...children.flatMap((child) => threadsOf(Number(child)))];
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
