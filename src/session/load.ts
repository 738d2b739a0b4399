// Loading a session: a snapshot to bindings, completely or not at all. Everything that can fail happens before the first
// global is touched, and what is touched can be put back.

import { SessionError, UnpicklingError } from '../errors.js';
import type { Binding, BindingKind, Cell, Evaluator } from '../evaluator/index.js';
import type { MetaBinding, MetaSession, SnapshotReader } from '../format/index.js';
import { globalRegistry } from '../graph/registry.js';
import { type Imports, importAll, importRecords, isImported } from '../library/imports.js';
import { allowedReferences } from '../library/inspection.js';
import { Modules, modulesOf, modulesOfMeta } from '../library/modules.js';
import { checkOpenOptions } from '../library/opening.js';
import { ACCESSOR_ROOT, KEPT_ROOT, nameOfRoot, PATCH_ROOT, rootName } from '../library/root-names.js';
import { Restorer } from '../library/snapshot.js';
import { type Asked, openTrusting, ownRing, ringOf } from '../library/trusting.js';
import { sessionGlobal, withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import type { OpenFile } from '../store/index.js';
import type { BuildOptions } from '../unpickle/types.js';
import {
  applyPatches,
  isPatchList,
  isPatchMissing,
  type PatchRecord,
  patchName,
  patchPath,
} from './patches.js';
import type { LoadOptions, LoadReport, Loss } from './types.js';
import { type Unread, unreadOf, unreadProperty } from './unread.js';

/** What a snapshot brings, built but not yet in the session. */
interface Arrival {
  readonly binding: Binding;
  readonly descriptor: PropertyDescriptor;
}

/** A snapshot below this size is read at once: nobody waits for it. */
const LAZY_BYTES_MIN = 4 * 2 ** 20;

/** Builds a snapshot's bindings and puts them into the session. */
export async function restoreSession(
  evaluator: Evaluator,
  bytes: Uint8Array | OpenFile,
  source: string,
  options: LoadOptions,
): Promise<Omit<LoadReport, 'source' | 'durationMs'>> {
  const { reader, policy, whose } = withPristineBuiltins(() => openTrusting(bytes, asked(options, source)));
  const isData = policy.mode === 'data';
  const meta = sessionOf(reader, source);
  const locked = isData ? lockedNames(evaluator, meta) : new Set<string>();
  const wanted = wantedNames(meta, options.names, source);
  for (const name of locked) wanted.delete(name);
  const restorer = withPristineBuiltins(() => new Restorer(reader));
  const { rootNames } = reader.index;
  const isLazy = options.isLazy ?? reader.container.fileBytes >= LAZY_BYTES_MIN;
  const late = isLazy ? lateNames(meta, wanted) : new Map<string, MetaBinding>();
  const isNow = (name: string): boolean => name !== KEPT_ROOT && !late.has(nameOfRoot(name));
  const now = rootNames.flatMap((name, root) => (isNow(name) ? [root] : []));
  // What every group may point to is small, and is there from the start.
  const groups = restorer.groupsOf(now, [0]);
  const graph = withPristineBuiltins(() => restorer.read(groups));
  if (!isLazy) withPristineBuiltins(() => reader.checkRest());
  const modules = new Modules();
  // Nothing is imported for a file that is opened as data: to import is to run.
  if (!isData)
    await modules.preload([...modulesOf(allowedReferences(graph, policy)), ...modulesOfMeta(reader.meta)]);
  const chosen = meta.bindings.filter((binding) => wanted.has(binding.name));
  const imports = isData ? importRecords(chosen) : await importAll(chosen);
  const { onProgress } = options;
  const tell = (done: number, total: number): void =>
    withSessionBuiltins(() => onProgress?.({ phase: 'building', done, total }));
  const fileName = source.split(/[/\\]/).at(-1) ?? source;
  const buildOptions = { registry: globalRegistry, modules, fileName, policy };
  const { losses, withheld } = withPristineBuiltins(() =>
    restorer.build(groups, graph, { ...buildOptions, onProgress: tell }),
  );
  const values = new Map(now.map((root) => [rootNames[root] as string, restorer.value(root)] as const));
  const patches = values.get(PATCH_ROOT);
  let waiting = 0;
  const settled = (): void => {
    if ((--waiting === 0 || restorer.isComplete) && 'close' in bytes) bytes.close();
  };
  const arrivals = meta.bindings
    .filter(({ name }) => wanted.has(name))
    .map((found) => {
      const root = rootNames.indexOf(rootName(found.name));
      if (!late.has(found.name) || restorer.isBuilt(root))
        return arrivalOf(found, values, imports, restorer, isData);
      waiting++;
      return lateArrival(evaluator, { found, root, restorer, meta, buildOptions, isData, settled });
    });
  const overwritten = arrivals.map(({ binding }) => binding.name).filter((name) => evaluator.has(name));
  const allPatches = !isData && options.names === undefined && isPatchList(patches) ? patches : [];
  const patchList = allPatches.filter((patch) => !isPatchMissing(patch));
  putIn(evaluator, arrivals, patchList, options.mode === 'replace');
  // The patches are on by now, and may be of methods that this uses.
  return withPristineBuiltins(() => {
    // Cells are code: those of a stranger do not get among one's own.
    if (!isData) adoptCells(evaluator, meta.cells);
    const allLosses = [
      ...losses.map((record) => lossOf(record, allPatches)),
      ...imports.losses,
      ...lockedLosses(locked),
    ];
    const known = new Set(allLosses.map((loss) => loss.path));
    for (const loss of meta.losses) if (late.has(loss.name) && !known.has(loss.path)) allLosses.push(loss);
    const lost = new Set(allLosses.filter((loss) => loss.path === loss.name).map((loss) => loss.name));
    const unread = arrivals
      .flatMap(({ descriptor }) => unreadOf(descriptor) ?? [])
      .sort((a, b) => (a.binding.name < b.binding.name ? -1 : 1));
    return {
      savedAtMs: meta.savedAtMs,
      node: reader.meta.node,
      brine: reader.meta.brine,
      host: meta.host,
      restored: arrivals
        .map(({ binding }) => binding.name)
        .filter((name) => !imports.values.has(name) && !lost.has(name))
        .sort(),
      unread: unread.map(({ binding }) => binding.name),
      unreadParts: unread.map(({ binding, type, bytes, preview }) => ({
        name: binding.name,
        type,
        bytes,
        preview,
      })),
      linked: imports.linked,
      losses: allLosses.filter(
        (loss) => wanted.has(loss.name) || loss.name === '' || loss.name === loss.path,
      ),
      overwritten: overwritten.sort(),
      patched: patchList.map(patchName),
      objects: reader.meta.values,
      opened: policy.mode,
      whose,
      withheld,
    };
  });
}

// Names that may wait until they are touched; accessors and patches of built-ins may not.
function lateNames(meta: MetaSession, wanted: ReadonlySet<string>): Map<string, MetaBinding> {
  return new Map(
    meta.bindings
      .filter((binding) => wanted.has(binding.name) && !isImported(binding) && binding.type !== 'accessor')
      .map((binding) => [binding.name, binding]),
  );
}

function lateArrival(
  evaluator: Evaluator,
  {
    found,
    root,
    restorer,
    meta,
    buildOptions,
    isData,
    settled,
  }: {
    found: MetaBinding;
    root: number;
    restorer: Restorer;
    meta: MetaSession;
    buildOptions: Omit<BuildOptions, 'limits'>;
    isData: boolean;
    settled(): void;
  },
): Arrival {
  const binding = bindingOf(found, isData);
  const what: Unread = {
    binding,
    type: found.type,
    bytes: restorer.bytesOf(root),
    preview: found.preview ?? '',
    losses: meta.losses.filter(({ name }) => name === found.name),
    restorer,
    root,
    isData,
  };
  const build = (): unknown =>
    withPristineBuiltins(() => {
      const groups = restorer.groupsOf([root]);
      restorer.build(groups, restorer.read(groups), buildOptions);
      return restorer.value(root);
    });
  return { binding, descriptor: unreadProperty(evaluator, what, { build, settled }) };
}

function sessionOf(reader: SnapshotReader, source: string): MetaSession {
  const { session } = reader.meta;
  if (reader.meta.type === 'session' && session !== undefined) return session;
  throw new SessionError('SESSION_NAME', `${source} holds one value and no names`, {
    hint: `load it with \`(await (await import('brine')).load(${JSON.stringify(source)})).value\``,
  });
}

function wantedNames(meta: MetaSession, names: readonly string[] | undefined, source: string): Set<string> {
  const all = new Set(meta.bindings.map(({ name }) => name));
  for (const name of names ?? []) {
    if (all.has(name)) continue;
    throw new SessionError('SESSION_NAME', `${source} has no ${name}`, {
      path: name,
      hint: `it has ${[...all].sort().slice(0, 12).join(', ')}${all.size > 12 ? ', …' : ''}`,
    });
  }
  return names === undefined ? all : new Set(names);
}

function asked(options: LoadOptions, name: string): Asked {
  const { as: mode, otherwise = 'refuse', keys, passphrase, limits } = options;
  checkOpenOptions({ mode, limits });
  if (![undefined, 'data', 'trusted'].includes(mode) || !['refuse', 'data'].includes(otherwise))
    throw new UnpicklingError('UNPICKLE_OPTION', 'a session is loaded as data or as trusted', {
      hint: "give as: 'data' or as: 'trusted'; otherwise: 'refuse' or 'data'",
    });
  // A caller that has decided needs no keys.
  const ring = keys !== undefined ? ringOf(keys) : mode === undefined ? ownRing() : undefined;
  return { mode, otherwise, ring, passphrase, limits, name };
}

// Names that data must not take from Node, and that brine's prompt has for itself.
function lockedNames(evaluator: Evaluator, meta: MetaSession): Set<string> {
  return new Set(meta.bindings.map(({ name }) => name).filter((name) => evaluator.isBuiltin(name)));
}

function lockedLosses(names: ReadonlySet<string>): Loss[] {
  return [...names].map((name) => ({
    name,
    path: name,
    what: 'name of a built-in',
    reason: 'a file that is opened as data replaces nothing of Node',
    hint: 'load it as trusted if you trust whoever wrote it',
  }));
}

// An import of a file that is opened as data is a record: saved and signed as an import, it would run later.
function bindingOf({ name, kind, cell, origin }: MetaBinding, isData: boolean): Binding {
  if (isData && (kind === 'import' || origin !== undefined)) return { name, kind: 'const', cell: 0 };
  const known = KINDS.has(kind as BindingKind) ? (kind as BindingKind) : 'let';
  return { name, kind: known, cell, ...(origin && { origin }) };
}

function arrivalOf(
  found: MetaBinding,
  values: ReadonlyMap<string, unknown>,
  imports: Imports,
  restorer: Restorer,
  isData: boolean,
): Arrival {
  const { name } = found;
  const binding = bindingOf(found, isData);
  const { kind } = binding;
  if (imports.values.has(name)) return { binding, descriptor: data(imports.values.get(name), kind) };
  const accessor = values.get(`${ACCESSOR_ROOT}${name}`) as
    | { get?: () => unknown; set?: (v: unknown) => void }
    | undefined;
  if (accessor !== undefined && isData) return { binding, descriptor: data(accessor, kind) };
  if (accessor !== undefined) {
    const { get, set } = accessor;
    return { binding, descriptor: { get, set, enumerable: true, configurable: true } as PropertyDescriptor };
  }
  const root = restorer.reader.index.rootNames.indexOf(rootName(name));
  if (root < 0) throw new SessionError('SESSION_NAME', `the snapshot names ${name} and does not hold it`);
  return { binding, descriptor: data(restorer.value(root), kind) };
}

const KINDS: ReadonlySet<BindingKind> = new Set([
  'const',
  'let',
  'var',
  'function',
  'class',
  'import',
  'implicit',
]);

function data(value: unknown, kind: BindingKind): PropertyDescriptor {
  return { value, writable: kind !== 'const' && kind !== 'import', enumerable: true, configurable: true };
}

// All or nothing: what was there is kept aside until everything is in.
function putIn(
  evaluator: Evaluator,
  arrivals: readonly Arrival[],
  patches: readonly PatchRecord[],
  isReplacing: boolean,
): void {
  const names = new Set(isReplacing ? evaluator.names() : []);
  for (const { binding } of arrivals) names.add(binding.name);
  const before = [...names].map((name) => ({
    name,
    binding: evaluator.binding(name),
    descriptor: sessionGlobal(name),
  }));
  try {
    if (isReplacing) for (const name of evaluator.names()) evaluator.drop(name);
    for (const arrival of arrivals) defineOne(evaluator, arrival);
    // Last, because from here on they run, and may use the names.
    applyPatches(patches);
  } catch (error) {
    for (const { name, binding, descriptor } of before) {
      evaluator.drop(name);
      if (binding !== undefined && descriptor !== undefined) evaluator.defineProperty(binding, descriptor);
    }
    throw error;
  }
}

function defineOne(evaluator: Evaluator, { binding, descriptor }: Arrival): void {
  try {
    evaluator.defineProperty(binding, descriptor);
  } catch (cause) {
    throw new SessionError('SESSION_CONFLICT', `${binding.name} cannot be given another value here`, {
      path: binding.name,
      hint: 'it is locked in this session; load the other names, or load in a new session',
      cause,
    });
  }
}

// Cells of the snapshot come before those of this session, and numbering goes on behind both.
function adoptCells(evaluator: Evaluator, cells: readonly Cell[]): void {
  const known = new Set(evaluator.cells.map((cell) => `${cell.startedAtMs} ${cell.source}`));
  const added = cells.filter((cell) => !known.has(`${cell.startedAtMs} ${cell.source}`));
  evaluator.cells.unshift(...added);
  const last = cells.reduce((max, cell) => Math.max(max, cell.number), 0);
  evaluator.nextCellNumber = Math.max(evaluator.nextCellNumber, last + 1);
}

function lossOf({ path, what, reason, hint }: TombstoneRecord, patches: readonly PatchRecord[]): Loss {
  const patched = patchPath(path, patches);
  if (patched !== undefined) return { name: patched, path: patched, what, reason, hint };
  return {
    name: /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u.exec(path)?.[0] ?? '',
    path,
    what,
    reason,
    hint,
  };
}
