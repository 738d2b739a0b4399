// Questions about a session or a snapshot, answered from its graph: what is lost and why, what takes the space, what leads
// to what. What the prompt, the command line and scripts share.
//
// No answer runs code of the values' or changes anything; paths and names in answers are raw: escape them before they
// reach a terminal.

import { type ByteSource, bytesSource, openSnapshot, SnapshotReader } from '../format/index.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import type { Session } from '../session/index.js';
import { toldOutside } from '../session/progress.js';
import type { ProgressListener } from '../session/types.js';
import type { Piece } from './dis/cursor.js';
import { disassemblePieces } from './dis/disassemble.js';
import { Web } from './web.js';

export { cellText, typeOf } from './cell-text.js';
export { type CapturedName, type Deps, deps, type UsedGlobal } from './deps.js';
export { type Change, type Difference, diff } from './diff.js';
export type { Piece } from './dis/cursor.js';
export type { Excerpt } from './excerpt.js';
export { type Origin, type OriginCell, origin } from './origin.js';
export { type PathBetween, pathBetween } from './path-between.js';
export { type Replay, type ReplayedName, replay } from './replay.js';
export { type Retained, retains } from './retains.js';
export { type SizeNode, type SizeOptions, type Sizes, sizes } from './size.js';
export { type Trace, type TracedName, trace } from './trace.js';
export { Web, type WebRoot } from './web.js';
export { type Cure, type Problem, type Why, type WhyStep, why } from './why.js';

/**
 * The values of a session or a snapshot, ready to be asked about.
 *
 * Of a session it is the graph that a save would write now: registered reducers run, no other code of the values'. Of
 * bytes it is what they hold; nothing of it is built.
 *
 * @param source      A session, the bytes of a snapshot that is not encrypted, or an open one.
 * @param onProgress  Told now and then while the values are walked and read, and while questions are answered; what it throws
 *                    ends that. Default: nobody is told.
 * @returns The values with the ways between them; ask it with {@link why}, {@link sizes} and their like.
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @see `dill.detect`; the snapshots of heaps in Chrome
 * @example
 *   const list = [1, 2];
 *   detect(dumps({ list, same: list })).count; // 4 (two values and two prototypes)
 */
export function detect(
  source: Pick<Session, 'snapshot'> | Uint8Array | SnapshotReader,
  onProgress?: ProgressListener,
): Web {
  const told = onProgress && toldOutside(onProgress);
  if (source instanceof SnapshotReader) return new Web(source, told);
  const bytes = source instanceof Uint8Array ? source : source.snapshot(undefined, onProgress).bytes;
  return withPristineBuiltins(() => new Web(openSnapshot(bytes), told));
}

/**
 * Names the bytes of a snapshot in the words of docs/FORMAT.md, from the first to the last: every byte is in exactly one
 * piece. Builds nothing; one section is in memory at a time.
 *
 * @param from    The bytes of a snapshot that is not encrypted, or an open one.
 * @param source  Where the bytes of an open one are. Default: `from`.
 * @returns The pieces, in the order of the file.
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @see `pickletools.dis` of Python
 * @example
 *   const [magic] = disassemble(dumps(1));
 *   magic.what; // 'magic'
 *   magic.bytes; // 8
 */
export function disassemble(from: Uint8Array): Generator<Piece>;
export function disassemble(from: SnapshotReader, source: ByteSource): Generator<Piece>;
export function disassemble(from: Uint8Array | SnapshotReader, source?: ByteSource): Generator<Piece> {
  if (from instanceof Uint8Array) return disassemblePieces(openSnapshot(from), bytesSource(from));
  return disassemblePieces(from, source as ByteSource);
}
