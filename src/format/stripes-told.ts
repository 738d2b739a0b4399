// How far the reading of a snapshot's stripes is, in bytes, for whoever reads groups of it. Knows nothing of what they hold.

import type { SnapshotReader } from './reader.js';

/** Told how many bytes of how many are read. */
export type ReadListener = (done: number, total: number) => void;

/** What `SnapshotReader.graph` is to call for each stripe, for a listener; each stripe is read once. */
export function stripesTold(
  { index, container }: SnapshotReader,
  listener: ReadListener | undefined,
): ((section: number) => void) | undefined {
  if (listener === undefined) return undefined;
  const bytesOf = (section: number): number => container.sections[section]?.bytes ?? 0;
  let total = 0;
  for (const { stripes } of index.groups) for (const section of stripes) total += bytesOf(section);
  let done = 0;
  return (section) => {
    listener(done, total);
    done += bytesOf(section);
  };
}
