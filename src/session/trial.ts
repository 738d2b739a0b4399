// A trial: a snapshot is loaded, what came of it is pickled again, and the two graphs are compared. For a process of its own,
// whose globals nobody needs: a trusted snapshot's code is evaluated, its modules are imported, its revivers run.
//
// Knows nothing of terminals, and of how a process of its own is had.

import { Evaluator } from '../evaluator/index.js';
import { openSnapshot, type SnapshotReader } from '../format/index.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import { globalRegistry } from '../graph/registry.js';
import { graphDifference } from '../graph/same-graph.js';
import { dumps, load } from '../library/index.js';
import { KEPT_ROOT } from '../library/root-names.js';
import { plainSource } from '../library/trusting.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { readFileBytes } from '../store/index.js';
import { joinedBytes } from './in-memory.js';
import { restoreSession } from './load.js';
import { pickleSession } from './save.js';
import type { Loss } from './types.js';

/** What a trial found. */
export interface Trial {
  /** Names that were loaded, saved again and compared. */
  readonly compared: number;
  /** Names that came back as something else, each with the first difference. */
  readonly differences: readonly { readonly name: string; readonly what: string }[];
  /** What the file does not hold, or what cannot be had here. */
  readonly losses: readonly Pick<Loss, 'path' | 'what' | 'reason'>[];
}

/** Loads a file as trusted into this process, pickles what came of it, and compares. */
export async function trialLoad(source: string, passphrase?: string): Promise<Trial> {
  const given = await readFileBytes(source);
  const options = {
    passphrase,
    limits: undefined,
    mode: 'trusted',
    otherwise: 'refuse',
    ring: undefined,
  } as const;
  const plain = plainSource(given, { ...options, name: source });
  const before = openSnapshot(plain);
  const secret = passphrase === undefined ? {} : { passphrase };
  if (before.meta.type === 'value') {
    const losses: Loss[] = [];
    const { value } = await load(source, {
      ...secret,
      mode: 'trusted',
      onLoss: ({ path, what, reason, hint }) => losses.push({ name: '', path, what, reason, hint }),
    });
    return compared(before, openSnapshot(dumps(value, { onLoss: () => undefined })), losses);
  }
  const evaluator = new Evaluator();
  const {
    report: { losses },
  } = await restoreSession(evaluator, given, source, {
    ...secret,
    as: 'trusted',
    isLazy: false,
    registry: globalRegistry,
  });
  const { pieces } = pickleSession(evaluator, evaluator.names(), {
    pins: [],
    leftOut: [],
    registry: globalRegistry,
    generation: 1,
    hasOutputs: true,
  });
  return withPristineBuiltins(() => compared(before, openSnapshot(joinedBytes(pieces)), losses));
}

function compared(before: SnapshotReader, after: SnapshotReader, losses: Trial['losses']): Trial {
  const [a, b] = [before, after].map((reader) =>
    reader.graph([...reader.index.groups.keys()], () => undefined),
  ) as [ReturnType<SnapshotReader['graph']>, ReturnType<SnapshotReader['graph']>];
  const names = before.index.rootNames.filter((name) => name !== KEPT_ROOT);
  const differences: { name: string; what: string }[] = [];
  for (const name of names) {
    const [x, y] = [rootOf(before, a, name), rootOf(after, b, name)];
    const isBoth = typeof x === 'number' && typeof y === 'number';
    const what = isBoth ? graphDifference(a, x, b, y) : x === y ? undefined : 'another value';
    if (what !== undefined) differences.push({ name, what });
  }
  return {
    compared: names.length,
    differences,
    losses: losses.map(({ path, what, reason }) => ({ path, what, reason })),
  };
}

// The id of a root's value, or a text that says which primitive it is.
function rootOf(
  { index: { rootNames, roots, rootLinks } }: SnapshotReader,
  graph: ReturnType<SnapshotReader['graph']>,
  name: string,
): number | string | undefined {
  const root = rootNames.indexOf(name);
  if (root < 0) return undefined;
  const tag = tagAt(roots, root);
  const number = numberAt(roots, root);
  if (tag === TAG.link) {
    const link = rootLinks[number];
    return link === undefined ? undefined : graph.idOf(link);
  }
  if (tag === TAG.string || tag === TAG.bigint) return `${tag} ${roots.texts[number]}`;
  if (tag === TAG.int || tag === TAG.double) return `number ${Object.is(number, -0) ? '-0' : number}`;
  return `${tag}`;
}
