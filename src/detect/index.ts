// Questions about a session or a snapshot, answered from its graph: what is lost and why, what takes the space, what leads
// to what. What the prompt, the command line and scripts share.
//
// No answer runs code of the values' or changes anything; paths and names in answers are raw: escape them before they
// reach a terminal.

import { openSnapshot, SnapshotReader } from '../format/index.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { Session } from '../session/index.js';
import { Web } from './web.js';

/**
 * The values of a session or a snapshot, ready to be asked about.
 *
 * Of a session it is the graph that a save would write now: registered reducers run, no other code of the values'. Of
 * bytes it is what they hold; nothing of it is built.
 *
 * @param source  A session, or the bytes of a snapshot that is not encrypted.
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @example
 *   const list = [1, 2];
 *   detect(dumps({ list, same: list })).count; // 4 (and two prototypes)
 */
export function detect(source: SessionBytes | Uint8Array | SnapshotReader): Web {
  if (source instanceof SnapshotReader) return new Web(source);
  const bytes = source instanceof Uint8Array ? source : source.snapshot().bytes;
  return withPristineBuiltins(() => new Web(openSnapshot(bytes)));
}

/** What is asked of a session. */
export type SessionBytes = Pick<Session, 'snapshot'>;

export { Web } from './web.js';
export { type Cure, type Problem, why, type Why, type WhyStep } from './why.js';
export { sizes, type Sizes, type SizeNode } from './size.js';
export { retains, type Retained } from './retains.js';
export { deps, type Deps, type Captured as CapturedName } from './deps.js';
export { pathBetween, type PathBetween } from './path-between.js';
export { origin, type Origin } from './origin.js';
