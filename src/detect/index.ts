// Questions about a session or a snapshot, answered from its graph: what is lost and why, what takes the space, what leads
// to what. What the prompt, the command line and scripts share.
//
// No answer runs code of the values' or changes anything; paths and names in answers are raw: escape them before they
// reach a terminal.

import { openSnapshot, SnapshotReader } from '../format/index.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import type { Session } from '../session/index.js';
import { Web } from './web.js';

export { type CapturedName, type Deps, deps, type UsedGlobal } from './deps.js';
export { type Change, type Difference, diff } from './diff.js';
export type { Excerpt } from './excerpt.js';
export { type Origin, type OriginCell, origin } from './origin.js';
export { type PathBetween, pathBetween } from './path-between.js';
export { type Retained, retains } from './retains.js';
export { type SizeNode, type SizeOptions, type Sizes, sizes } from './size.js';
export { type Trace, type TracedName, trace } from './trace.js';
export { Web } from './web.js';
export { type Cure, type Problem, type Why, type WhyStep, why } from './why.js';

/**
 * The values of a session or a snapshot, ready to be asked about.
 *
 * Of a session it is the graph that a save would write now: registered reducers run, no other code of the values'. Of
 * bytes it is what they hold; nothing of it is built.
 *
 * @param source  A session, the bytes of a snapshot that is not encrypted, or an open one.
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @example
 *   const list = [1, 2];
 *   detect(dumps({ list, same: list })).count; // 4 (two values and two prototypes)
 */
export function detect(source: Pick<Session, 'snapshot'> | Uint8Array | SnapshotReader): Web {
  if (source instanceof SnapshotReader) return new Web(source);
  const bytes = source instanceof Uint8Array ? source : source.snapshot().bytes;
  return withPristineBuiltins(() => new Web(openSnapshot(bytes)));
}
