// What a load did, or would do, as a report. Reads descriptors and the meta section; touches no value.

import type { Binding } from '../evaluator/index.js';
import type { Damage, MetaSession, SnapshotReader } from '../format/index.js';
import { isImported } from '../library/imports.js';
import { versionWarnings } from '../library/modules.js';
import type { Whose } from '../trust/index.js';
import type { Withheld } from '../unpickle/types.js';
import type { LoadPlan } from './load-plan.js';
import { lockedLosses } from './load-plan.js';
import type { LoadReport, Loss } from './types.js';
import { unreadOf } from './unread.js';

/** What a snapshot brings, built but not yet in the session. */
export interface Arrival {
  readonly binding: Binding;
  readonly descriptor: PropertyDescriptor;
}

/** A snapshot that was opened, with what a load does with its names. */
export interface OpenedSession {
  readonly reader: SnapshotReader;
  readonly meta: MetaSession;
  readonly plan: LoadPlan;
  readonly mode: 'data' | 'trusted';
  readonly whose: Whose | undefined;
  readonly damage: readonly Damage[];
}

/** What was built. */
export interface LoadResult {
  readonly arrivals: readonly Arrival[];
  readonly losses: readonly Loss[];
  readonly linked: LoadReport['linked'];
  /** Imported names with their values. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly patched: readonly string[];
  readonly classConflicts: LoadReport['classConflicts'];
  readonly withheld: Withheld;
}

type Report = Omit<LoadReport, 'source' | 'durationMs'>;

/** The report of a load that was done. */
export function loadReport(opened: OpenedSession, result: LoadResult): Report {
  const { arrivals, losses, linked, values, patched, withheld, classConflicts } = result;
  const lost = new Set(losses.filter((loss) => loss.path === loss.name).map((loss) => loss.name));
  for (const { name } of pinsOf(opened)) lost.add(name);
  const unread = arrivals
    .flatMap(({ descriptor }) => unreadOf(descriptor) ?? [])
    .sort((a, b) => (a.binding.name < b.binding.name ? -1 : 1));
  return {
    ...commonReport(opened),
    restored: arrivals
      .map(({ binding }) => binding.name)
      .filter((name) => !values.has(name) && !lost.has(name))
      .sort(),
    unread: unread.map(({ binding }) => binding.name),
    unreadParts: unread.map(({ binding, type, bytes, preview }) => ({
      name: binding.name,
      type,
      bytes,
      preview,
    })),
    linked,
    losses,
    patched,
    withheld,
    classConflicts,
    isDryRun: false,
  };
}

/** The report of a load that was only asked about: what the snapshot says of itself. */
export function dryReport(opened: OpenedSession): Report {
  const { meta, plan } = opened;
  const losses = [...meta.losses.filter(({ name }) => plan.wanted.has(name)), ...lockedLosses(plan.locked)];
  const lost = new Set(losses.filter((loss) => loss.path === loss.name).map((loss) => loss.name));
  for (const { name } of pinsOf(opened)) lost.add(name);
  const chosen = meta.bindings.filter(({ name }) => plan.wanted.has(name));
  const names = chosen.filter((binding) => !isImported(binding)).map(({ name }) => name);
  return {
    ...commonReport(opened),
    restored: names.filter((name) => !lost.has(name)).sort(),
    unread: [],
    unreadParts: [],
    linked: chosen.filter(isImported).map(({ name, origin }) => ({ name, target: origin?.specifier ?? '' })),
    losses,
    patched: opened.mode === 'data' ? [] : meta.patched,
    withheld: {},
    classConflicts: [],
    isDryRun: true,
  };
}

function commonReport(
  opened: OpenedSession,
): Pick<
  Report,
  | 'savedAtMs'
  | 'note'
  | 'author'
  | 'generation'
  | 'node'
  | 'brine'
  | 'host'
  | 'overwritten'
  | 'kept'
  | 'leftOut'
  | 'pins'
  | 'objects'
  | 'warnings'
  | 'opened'
  | 'whose'
  | 'damage'
> {
  const { reader, meta, plan, mode, whose, damage } = opened;
  const { node, brine, values } = reader.meta;
  return {
    savedAtMs: meta.savedAtMs,
    ...(meta.note !== undefined && { note: meta.note }),
    ...(meta.author !== undefined && { author: meta.author }),
    generation: meta.generation ?? 0,
    node,
    brine,
    host: meta.host,
    overwritten: plan.overwritten,
    kept: plan.kept,
    leftOut: meta.leftOut ?? [],
    pins: pinsOf(opened),
    objects: values,
    // Nothing is imported for a file that is opened as data.
    warnings: mode === 'data' ? [] : versionWarnings(reader.meta.modules),
    opened: mode,
    whose,
    damage,
  };
}

function pinsOf({ meta, plan }: OpenedSession): LoadReport['pins'] {
  return (meta.pins ?? [])
    .filter(({ name }) => plan.wanted.has(name))
    .map(({ name, source }) => ({ name, source, state: 'waiting' as const }));
}
