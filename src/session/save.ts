// Saving a session: bindings to a snapshot's pieces, with a report. Knows nothing of files.

import { hostname } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { Binding, Cell, Evaluator } from '../evaluator/index.js';
import { outputWith, withoutOutput } from '../evaluator/outputs.js';
import {
  type Compression,
  type MessageSigner,
  type Meta,
  type MetaBinding,
  type MetaLeftOut,
  type MetaLoss,
  type MetaPin,
  type MetaSession,
  type Piece,
  SnapshotWriter,
  sizeOf,
} from '../format/index.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import type { GraphIndex, Link } from '../graph/graph.js';
import type { ReducerRegistry } from '../graph/registry.js';
import { isPackageSpecifier } from '../graph/specifier.js';
import { type SaveHelp, walkOptionsOf } from '../library/help.js';
import { metaModules } from '../library/pickler.js';
import { ACCESSOR_ROOT, NAME_ROOT, nameOfRoot, PATCH_ROOT, rootName } from '../library/root-names.js';
import type { SecretGuard } from '../library/secrets/guard.js';
import type { PickleLoss, Root } from '../pickle/types.js';
import { walk } from '../pickle/walk.js';
import { packageNameOf, packageVersion } from '../realm/packages.js';
import { sessionGlobal, withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import { BRINE_VERSION } from '../version.js';
import type { Sized } from './fit.js';
import { importedAnew } from './imported-anew.js';
import { keepUnread, keptRoots, readUnread } from './kept.js';
import type { LiveValues } from './live-values.js';
import { currentPatches, type PatchRecord, patchName, patchPath } from './patches.js';
import { PINNED, pinnedStandIn } from './pins.js';
import { shortType } from './preview.js';
import { isQuiet } from './progress.js';
import type { Linked, Loss, ProgressListener, SaveReport } from './types.js';
import { readNamespaces, unreadOf } from './unread.js';
import { valuePreview } from './value-preview.js';

/** A session, ready to be written. */
export interface PickledSession extends Sized {
  readonly pieces: readonly Piece[];
  /** The same as a save of another number. */
  piecesOf(generation: number): readonly Piece[];
  readonly report: Omit<
    SaveReport,
    'target' | 'generation' | 'pruned' | 'storedBytes' | 'durationMs' | 'signed'
  >;
}

/** What a session is pickled with. */
export interface PickleSessionOptions {
  /** Names with expressions that make their values again. */
  readonly pins: readonly MetaPin[];
  /** What the selection left out, to be said in the file. */
  readonly leftOut: readonly MetaLeftOut[];
  readonly registry: ReducerRegistry;
  readonly help?: SaveHelp;
  readonly onProgress?: ProgressListener | undefined;
  /** Notes what cannot be saved. */
  readonly live?: LiveValues | undefined;
  readonly signer?: MessageSigner | undefined;
  /** Looks for secrets; undefined when nobody is to. */
  readonly guard?: SecretGuard | undefined;
  /** The number of the save. */
  readonly generation: number;
  /** Whether what cells showed goes along. */
  readonly hasOutputs: boolean;
  readonly note?: string | undefined;
  readonly author?: string | undefined;
  readonly compression?: Compression | undefined;
}

/** Pickles names of a session. Runs no code of the values', but registered reducers and what `help` gives. */
export function pickleSession(
  evaluator: Evaluator,
  names: readonly string[],
  {
    pins: allPins,
    registry,
    help = {},
    leftOut: leftOutNames,
    onProgress,
    live,
    signer,
    guard,
    generation,
    hasOutputs,
    note,
    author,
    compression,
  }: PickleSessionOptions,
): PickledSession {
  const pins = allPins.filter(({ name }) => names.includes(name));
  readNamespaces();
  // What is taken over as bytes is not looked at.
  if (guard?.mayRedact === true) readUnread(names);
  const sink = new SnapshotWriter();
  // What these options say holds for all values, also those that nobody has touched yet.
  if (decidesValues(help)) withPristineBuiltins(() => readUnread(names));
  const kept = withPristineBuiltins(() => keepUnread(names, sink));
  const bindings = withPristineBuiltins(() =>
    [...names].sort().map((name) => unlinked(evaluator.binding(name) as Binding, help)),
  );
  const linked = bindings.filter((binding) => isLinked(binding));
  const deleted = evaluator
    .deletedBuiltins()
    .map((key) => ({ target: 'globalThis', key, descriptor: undefined }));
  const patches: PatchRecord[] = [...currentPatches(), ...deleted];
  const found = rootsOf(bindings.filter((binding) => !isLinked(binding) && !kept.unread.has(binding.name)));
  const roots = guard === undefined ? found : withPristineBuiltins(() => guardedRoots(found, guard));
  roots.push(...keptRoots(kept, rootName));
  if (patches.length > 0) roots.push({ name: PATCH_ROOT, value: patches });
  const tell = (done: number): void =>
    withSessionBuiltins(() => onProgress?.({ phase: 'walking', done, total: undefined }));
  const walkOptions = {
    ...walkOptionsOf(help),
    registry,
    sink,
    kept: kept.groups,
    modules: evaluator.modules,
    ...(guard !== undefined && {
      onStripe: guard.look,
      onBytes: guard.lookAtBytes,
      isKeyless: guard.mayRedact,
    }),
    ...(onProgress !== undefined && { onProgress: tell }),
    ...(live !== undefined && { onBury: (path: string, value: object) => live.note(path, value) }),
    isQuiet: onProgress === undefined || isQuiet(onProgress),
    ...(pins.length > 0 && { standIns: withPristineBuiltins(() => pinnedValues(pins)) }),
  };
  const result = withPristineBuiltins(() => walk(roots, walkOptions));
  const losses: Loss[] = result.losses
    .filter(({ reason }) => reason !== PINNED)
    .map((loss) => lossOf(loss, patches));
  for (const unread of kept.unread.values()) losses.push(...unread.losses);
  const bytesOfName = sizesOf(result.index, sink);
  const index =
    guard === undefined
      ? result.index
      : withPristineBuiltins(() => ({ ...result.index, codes: guard.lookAtCodes(result.index.codes) }));
  const session = withPristineBuiltins(() =>
    sessionMeta(evaluator, {
      ...{
        bindings,
        bytesOfName,
        losses,
        patched: patches.map(patchName),
        pins,
        leftOut: leftOutNames,
        guard,
        hasOutputs,
        note,
        author,
      },
    }),
  );
  onProgress?.({ phase: 'encoding', done: 0, total: undefined });
  const before = kept.restorer?.reader.meta.modules ?? [];
  const modules = [...metaModules(result.modules), ...before, ...linked.map((binding) => moduleOf(binding))];
  const meta: Meta = {
    type: 'session',
    brine: BRINE_VERSION,
    node: process.versions.node,
    values: result.values,
    modules: uniqueModules(modules),
    session,
  };
  const piecesOf = (number: number): Piece[] =>
    withPristineBuiltins(() => {
      const numbered = { ...meta, session: { ...session, generation: number } };
      return sink.finish(index, numbered, { signer, compression });
    });
  const pieces = piecesOf(generation);
  const lostNames = new Set(losses.filter((loss) => loss.path === loss.name).map((loss) => loss.name));
  return {
    pieces,
    piecesOf,
    bytes: sizeOf(pieces),
    bytesOfName: withTexts(bytesOfName, result.index),
    report: {
      leftOut: session.leftOut ?? [],
      pins,
      secrets: guard?.found ?? [],
      saved: bindings
        .filter((binding) => !isLinked(binding) && !lostNames.has(binding.name))
        .map(({ name }) => name),
      linked: linked.map(linkedOf),
      losses,
      changes: [...result.changes.map((loss) => lossOf(loss)), ...importedAnew(linked, result.index.codes)],
      objects: result.values,
      rawBytes: sizeOf(pieces) + sink.spared,
    },
  };
}

// What a pinned name holds stands as a tombstone wherever it is met.
function pinnedValues(pins: readonly MetaPin[]): Map<unknown, object> {
  const standIns = new Map<unknown, object>();
  for (const pin of pins) {
    const descriptor = sessionGlobal(pin.name);
    const standIn = pinnedStandIn(pin, descriptor?.value);
    if (standIn !== undefined) standIns.set(descriptor?.value, standIn);
  }
  return standIns;
}

/** Which losses are looked for. */
export interface FindLossesOptions {
  readonly names: readonly string[];
  readonly registry: ReducerRegistry;
  readonly isShallow?: boolean;
}

/**
 * Finds what of a session's names cannot be saved, without encoding anything; `isShallow` looks at the values themselves
 * only.
 */
export function findLosses(
  evaluator: Evaluator,
  { names, registry, isShallow = false }: FindLossesOptions,
): Loss[] {
  if (!isShallow) readUnread(names);
  const bindings = names
    .map((name) => evaluator.binding(name) as Binding)
    .filter((binding) => !isLinked(binding) && unreadOf(sessionGlobal(binding.name)) === undefined);
  const roots = rootsOf(bindings);
  const options = { registry, modules: evaluator.modules, isShallow };
  return withPristineBuiltins(() => walk(roots, options)).losses.map((loss) => lossOf(loss));
}

/** True for an imported name that still is what was imported: it is saved by reference. */
export function isLinked(binding: Binding): boolean {
  return binding.kind === 'import' && binding.origin !== undefined;
}

// An imported name of a package that is to be taken by value is a name like others.
function unlinked(binding: Binding, { embed = [] }: SaveHelp): Binding {
  const { origin, ...rest } = binding;
  if (!isLinked(binding) || origin === undefined || !isPackageSpecifier(origin.specifier)) return binding;
  const isEmbedded = embed.includes('*') || embed.includes(packageNameOf(origin.specifier));
  return isEmbedded && !origin.specifier.startsWith('node:') ? { ...rest, kind: 'const' } : binding;
}

function decidesValues({ persistentId, reducerOverride, onBuffer, embed, byReference }: SaveHelp): boolean {
  return [persistentId, reducerOverride, onBuffer, embed, byReference].some((each) => each !== undefined);
}

// A global that is an accessor is saved as a holder of it, so that no getter runs.
function rootsOf(bindings: readonly Binding[]): Root[] {
  return bindings.map(({ name }) => {
    const descriptor = sessionGlobal(name);
    if (descriptor === undefined || 'value' in descriptor)
      return { name: rootName(name), value: descriptor?.value as unknown };
    return { name: `${ACCESSOR_ROOT}${name}`, value: { get: descriptor.get, set: descriptor.set } };
  });
}

// A name's part of the file, by the name.
function sizesOf({ rootNames, roots, rootLinks }: GraphIndex, sink: SnapshotWriter): Map<string, number> {
  const sizes = new Map<string, number>();
  rootNames.forEach((root, index) => {
    if (tagAt(roots, index) !== TAG.link) return;
    const { group } = rootLinks[numberAt(roots, index)] as Link;
    // What every process has is nobody's.
    if (group !== 0) sizes.set(nameOfRoot(root), sink.bytesOf(group));
  });
  return sizes;
}

// A name whose value is a text has no part of its own: the text lies with the names.
function withTexts(
  sizes: ReadonlyMap<string, number>,
  { rootNames, roots }: GraphIndex,
): Map<string, number> {
  const all = new Map(sizes);
  rootNames.forEach((root, index) => {
    const tag = tagAt(roots, index);
    if (tag !== TAG.string && tag !== TAG.bigint) return;
    const text = roots.texts[numberAt(roots, index)] as string;
    all.set(nameOfRoot(root), text.length);
  });
  return all;
}

function sessionMeta(
  evaluator: Evaluator,
  {
    bindings,
    bytesOfName,
    losses,
    patched,
    pins: allPins,
    leftOut: names,
    guard,
    hasOutputs,
    note,
    author,
  }: {
    readonly bindings: readonly Binding[];
    readonly bytesOfName: ReadonlyMap<string, number>;
    readonly losses: readonly MetaLoss[];
    readonly patched: readonly string[];
    readonly pins: readonly MetaPin[];
    readonly leftOut: readonly MetaLeftOut[];
    readonly guard: SecretGuard | undefined;
    readonly hasOutputs: boolean;
    readonly note: string | undefined;
    readonly author: string | undefined;
  },
): MetaSession {
  const shownText = (text: string, path: string): string => guard?.lookAtText(text, path) ?? text;
  const sources = evaluator.cells.map((cell) => ({
    ...cell,
    source: shownText(cell.source, `In[${cell.number}]`),
  }));
  // After all sources: what was found in a later one must not show in an earlier output.
  const cells = sources.map((cell) => (hasOutputs ? guardedOutput(cell, guard) : withoutOutput(cell)));
  const pins = allPins.map(({ name, source }) => ({ name, source: shownText(source, `pin of ${name}`) }));
  const rows = bindings.map((binding) => bindingMeta(binding, bytesOfName.get(binding.name)));
  const leftOut = [...names, ...(guard?.leftOut() ?? [])];
  return {
    // Last: what was found anywhere must not show in a preview.
    bindings: guard === undefined ? rows : rows.map((row) => guardedPreview(row, guard)),
    cells,
    losses,
    patched,
    ...(leftOut.length > 0 && { leftOut }),
    ...(pins.length > 0 && { pins }),
    ...(note !== undefined && { note: shownText(note, 'note') }),
    ...(author !== undefined && { author }),
    savedAtMs: Date.now(),
    host: hostname(),
    platform: `${process.platform} ${process.arch}`,
  };
}

function guardedPreview({ preview, ...row }: MetaBinding, guard: SecretGuard): MetaBinding {
  const shown = preview === undefined ? '' : guard.lookAtPreview(preview);
  return shown === '' ? row : { ...row, preview: shown };
}

function guardedOutput(cell: Cell, guard: SecretGuard | undefined): Cell {
  const { output } = cell;
  if (output === undefined || guard === undefined) return cell;
  return { ...cell, output: outputWith(output, (text) => guard.lookAtShown(text, `Out[${cell.number}]`)) };
}

function guardedRoots(roots: readonly Root[], guard: SecretGuard): Root[] {
  return roots.map((root) => ({ ...root, value: guard.lookAtRoot(root.value, nameOfRoot(root.name)) }));
}

function bindingMeta(binding: Binding, bytes: number | undefined): MetaBinding {
  const { name, kind, cell, origin } = binding;
  const descriptor = sessionGlobal(name);
  const unread = unreadOf(descriptor);
  const isData = descriptor !== undefined && 'value' in descriptor;
  const type = unread?.type ?? (isData ? shortType(descriptor.value) : 'accessor');
  const preview = unread?.preview ?? (isData ? valuePreview(descriptor.value) : '');
  const size = unread?.bytes ?? bytes ?? 0;
  const meta: MetaBinding = {
    name,
    kind,
    cell,
    type,
    ...(size > 0 && { bytes: size }),
    ...(preview !== '' && { preview }),
  };
  if (origin === undefined) return meta;
  const isRelative = /^\.{0,2}\//.test(origin.specifier);
  const resolved = isRelative
    ? new URL(origin.specifier, pathToFileURL(`${process.cwd()}/`)).href
    : undefined;
  return { ...meta, origin, ...(resolved && { resolved }) };
}

function linkedOf(binding: Binding): Linked {
  const { specifier, version } = moduleOf(binding);
  return { name: binding.name, target: version === undefined ? specifier : `${specifier}@${version}` };
}

function moduleOf(binding: Binding): { specifier: string; version?: string } {
  const specifier = binding.origin?.specifier as string;
  const version = packageVersion(specifier);
  return version === undefined ? { specifier } : { specifier, version };
}

function uniqueModules(modules: readonly { specifier: string; version?: string }[]): typeof modules {
  return [...new Map(modules.map((module) => [module.specifier, module])).values()];
}

function lossOf({ root, path, what, reason, hint }: PickleLoss, patches: readonly PatchRecord[] = []): Loss {
  const patched = patchPath(path, patches);
  if (patched !== undefined) return { name: patched, path: patched, what, reason, hint };
  const name = [ACCESSOR_ROOT, NAME_ROOT].reduce(
    (text, mark) => (text.startsWith(mark) ? text.slice(mark.length) : text),
    root,
  );
  return { name, path, what, reason, hint };
}

/** The losses that a name already is: a tombstone from an earlier load. */
export function isMissing(value: unknown): boolean {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    tombstoneRecord(value) !== undefined
  );
}
