// Whether something goes on in this process that is no cell and may change what names hold: timers, servers, requests,
// child processes, workers. Knows nothing of names.

import process from 'node:process';

/** What a prompt has open anyway, or only for a moment after a save or a line of the journal. */
const OWN = new Set([
  'TTYWrap',
  'SignalWrap',
  'FSReqCallback',
  'FSReqPromise',
  'Immediate',
  'CloseReq',
  'TTYWRAP',
]);

/** Compares what keeps the process alive with what did so at first. */
export class Business {
  readonly #atFirst = counted();

  /** True when something goes on that was not there at first. What does not keep the process alive is not seen. */
  get isBusy(): boolean {
    for (const [kind, count] of counted()) {
      if (count > (this.#atFirst.get(kind) ?? 0)) return true;
    }
    return false;
  }
}

function counted(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!OWN.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
