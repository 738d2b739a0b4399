// What a save does, name by name: how many values it reads and how many bytes they become, with the largest parts.

import { openSnapshot, SnapshotReader, sectionName } from '../format/index.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import type { Link } from '../graph/graph.js';
import { nameOfRoot } from '../library/root-names.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import type { Session } from '../session/index.js';
import { checkSessionNames } from '../session/options.js';
import { toldOutside } from '../session/progress.js';
import type { ProgressListener } from '../session/types.js';
import { grow, partOf, SIZE_NAMES, type SizeNode, type SizeOptions } from './size.js';
import { Web } from './web.js';
import { tombstonesOf } from './why.js';

/** What a save does with a name. */
export interface TracedName {
  readonly name: string;
  readonly type: string;
  /** `own`: it has a part of its own; `shared`: its value lies in another name's; `plain`: it is a primitive; `link`. */
  readonly as: 'own' | 'shared' | 'plain' | 'link';
  /** Bytes of its own part, exactly. */
  readonly bytes: number;
  /** Values in it. */
  readonly values: number;
  /** Its largest parts, about, each counted where the shortest way reaches it; see {@link sizes}. */
  readonly parts: readonly SizeNode[];
}

/** What a save does, or what it made of a file. */
export interface Trace {
  /** How long it took to save; of a file, to read it. */
  readonly durationMs: number;
  readonly bytes: number;
  readonly values: number;
  /** In the order in which a save takes them. */
  readonly names: readonly TracedName[];
  /** Bytes of everything else: the list of names, the index, code, what every process has. */
  readonly sections: readonly { readonly name: string; readonly bytes: number; readonly count: number }[];
  readonly lossCount: number;
}

/**
 * Does what a save does, in memory, and says where time and bytes go; or says it of a snapshot that there is.
 *
 * @param source   A session, or an open snapshot, of which nothing is built.
 * @param options  See {@link SizeOptions}; `onProgress` is told now and then how far it is.
 * @returns Where time went (milliseconds), and bytes of each name and section.
 * @throws {SessionError} SESSION_NAME, SESSION_OPTION
 * @see `dill.detect.trace`
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('const big = new Uint8Array(5000); const n = 1');
 *   const { names } = trace(session);
 *   names.map(({ name, as }) => `${name} ${as}`); // [ 'big own', 'n plain' ]
 *   names[0].bytes > 5000; // true
 */
export function trace(
  source: Pick<Session, 'snapshot'> | SnapshotReader,
  options: SizeOptions & { readonly onProgress?: ProgressListener | undefined } = {},
): Trace {
  withPristineBuiltins(() => checkSessionNames(options, { ...SIZE_NAMES, onProgress: 'function' }));
  const { onProgress, ...shown } = options;
  const start = performance.now();
  const told = onProgress && toldOutside(onProgress);
  if (source instanceof SnapshotReader) {
    const web = new Web(source, told);
    const lossCount = source.meta.session?.losses.length ?? tombstonesOf(web).length;
    return traced(source, web, { ...shown, durationMs: performance.now() - start, lossCount });
  }
  const { bytes, losses } = source.snapshot(undefined, onProgress);
  const durationMs = performance.now() - start;
  return withPristineBuiltins(() => {
    const reader = openSnapshot(bytes);
    return traced(reader, new Web(reader, told), { ...shown, durationMs, lossCount: losses.length });
  });
}

function traced(
  reader: SnapshotReader,
  web: Web,
  { durationMs, lossCount, ...options }: SizeOptions & Pick<Trace, 'durationMs' | 'lossCount'>,
): Trace {
  return {
    durationMs,
    bytes: reader.container.fileBytes,
    values: web.count,
    names: namesOf(reader, web, { depth: 1, partsMax: 5, ...options }),
    sections: sectionsOf(reader),
    lossCount,
  };
}

function namesOf(reader: SnapshotReader, web: Web, options: SizeOptions): TracedName[] {
  const { rootNames, roots, rootLinks, groups } = reader.index;
  const bindings = reader.meta.session?.bindings ?? [];
  const byName = new Map(bindings.map((one) => [one.name, one]));
  const grown = grow(web, web.tree);
  const owned = new Set<number>();
  const traced = new Map<string, TracedName>();
  rootNames.forEach((root, at) => {
    const name = nameOfRoot(root);
    const binding = byName.get(name);
    const type = binding?.type ?? '';
    const link = tagAt(roots, at) === TAG.link ? (rootLinks[numberAt(roots, at)] as Link) : undefined;
    if (link === undefined || link.group === 0) {
      traced.set(name, { name, type, as: 'plain', bytes: 0, values: 0, parts: [] });
      return;
    }
    const isOwn = link.id === 0 && !owned.has(link.group);
    owned.add(link.group);
    const values = isOwn ? (groups[link.group]?.values ?? 0) : 0;
    const id = web.graph.idOf(link);
    const { parts } =
      isOwn && id !== undefined ? partOf(web, grown, { id, path: name }, options) : { parts: [] };
    const size = isOwn ? (binding?.bytes ?? 0) : 0;
    traced.set(name, { name, type, as: isOwn ? 'own' : 'shared', bytes: size, values, parts });
  });
  for (const { name, type, origin } of bindings)
    if (origin !== undefined && !traced.has(name))
      traced.set(name, { name, type: type ?? '', as: 'link', bytes: 0, values: 0, parts: [] });
  return [...traced.values()];
}

function sectionsOf({ container }: SnapshotReader): Trace['sections'] {
  const found = new Map<string, { name: string; bytes: number; count: number }>();
  for (const { kind, bytes } of container.sections) {
    const name = sectionName(kind);
    const entry = found.get(name) ?? { name, bytes: 0, count: 0 };
    entry.bytes += bytes;
    entry.count++;
    found.set(name, entry);
  }
  return [...found.values()];
}
