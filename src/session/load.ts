// Loading a session: a snapshot to bindings, completely or not at all. Everything that can fail happens before the first
// global is touched, and what is touched can be put back.

import { SessionError, UnpicklingError } from '../errors.js';
import type { Binding, BindingKind, Cell, Evaluator } from '../evaluator/index.js';
import type { MetaBinding, MetaSession } from '../format/index.js';
import type { CodeEntry } from '../graph/code.js';
import type { ReducerRegistry } from '../graph/registry.js';
import { allowingHelp, registryWith } from '../library/help.js';
import { type Imports, importAllowed, isImportAllowed, isImported } from '../library/imports.js';
import { allowedReferences } from '../library/inspection.js';
import { Modules, modulesOf, modulesOfMeta } from '../library/modules.js';
import { checkOpenOptions } from '../library/opening.js';
import { ACCESSOR_ROOT, KEPT_ROOT, nameOfRoot, PATCH_ROOT, rootName } from '../library/root-names.js';
import { type Findings, isDamage, openDamaged } from '../library/salvage.js';
import { Restorer } from '../library/snapshot.js';
import { type Asked, type Opened, openTrusting, ownRing, ringOf } from '../library/trusting.js';
import { sessionGlobal, tellSession, withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import type { OpenFile } from '../store/index.js';
import { ClassChoice, isClass } from '../unpickle/class-choice.js';
import type { GlobalName, Policy } from '../unpickle/policy.js';
import type { BuildOptions } from '../unpickle/types.js';
import { lockedLosses, planLoad, sessionOf } from './load-plan.js';
import { type Arrival, dryReport, loadReport } from './load-report.js';
import {
  applyPatches,
  homelessLosses,
  isHomeless,
  isPatchList,
  isPatchMissing,
  type PatchRecord,
  patchName,
  patchPath,
} from './patches.js';
import { PINNED } from './pins.js';
import type { LoadOptions, LoadReport, Loss } from './types.js';
import { addNamespace, type Unread, unreadOf, unreadProperty } from './unread.js';

/** A snapshot below this size is read at once: nobody waits for it. */
const LAZY_BYTES_MIN = 4 * 2 ** 20;

/** What a load did, without what its caller knows. */
export type RestoreReport = Omit<LoadReport, 'source' | 'durationMs'>;

/** A load that was made. */
export interface Restored {
  readonly report: RestoreReport;
  /** Names that the snapshot has and that did not come into the session under these names, because nobody asked for them. */
  readonly leftThere: readonly string[];
}

/** Builds a snapshot's bindings and puts them into the session. */
export async function restoreSession(
  evaluator: Evaluator,
  bytes: Uint8Array | OpenFile,
  source: string,
  options: LoadOptions & { readonly registry: ReducerRegistry },
): Promise<Restored> {
  const end = (): void => {
    if ('close' in bytes) bytes.close();
  };
  const where = { evaluator, source, end };
  try {
    const opened = withPristineBuiltins(() => openTrusting(bytes, asked(options, source)));
    return await restoreOpened(where, opened, options);
  } catch (error) {
    // Nothing of the session was touched yet: damage shows while the file is read.
    if (options.damaged !== 'salvage' || !isDamage(error)) throw error;
    const salvaged = withPristineBuiltins(() => openDamaged(bytes, asked(options, source)));
    if (salvaged.findings.damage.length === 0) throw error;
    return await restoreOpened(where, salvaged, options);
  }
}

interface Where {
  readonly evaluator: Evaluator;
  readonly source: string;
  /** Called when nothing of the file is left to be read. */
  end(): void;
}

async function restoreOpened(
  { evaluator, source, end }: Where,
  { reader, policy, whose, findings }: Opened & { readonly findings?: Findings },
  options: LoadOptions & { readonly registry: ReducerRegistry },
): Promise<Restored> {
  const isData = policy.mode === 'data';
  const meta = sessionOf(reader, source);
  const plan = withPristineBuiltins(() => planLoad(evaluator, meta, options, { source, isData }));
  const { wanted, locked } = plan;
  const opened = { reader, meta, plan, mode: policy.mode, whose, damage: findings?.damage ?? [] };
  // What a list allows is looked up at once: later there is no time to import.
  const isLarge = rawBytesOf(reader) >= LAZY_BYTES_MIN;
  const isLazy = options.isLazy ?? (isLarge && options.allow === undefined);
  if (options.isDryRun === true) {
    if (!isLazy) withPristineBuiltins(() => reader.checkRest());
    return { report: withPristineBuiltins(() => dryReport(opened)), leftThere: [] };
  }
  if (!isData) evaluator.expectCode();
  const restorer = withPristineBuiltins(() => new Restorer(reader));
  const { rootNames } = reader.index;
  const late = isLazy ? lateNames(meta, wanted) : new Map<string, MetaBinding>();
  const hasPatches = !isData && options.names === undefined && options.under === undefined;
  const isNow = (root: string): boolean => {
    if (root === PATCH_ROOT) return hasPatches;
    const name = root.startsWith(ACCESSOR_ROOT) ? root.slice(ACCESSOR_ROOT.length) : nameOfRoot(root);
    return root !== KEPT_ROOT && wanted.has(name) && !late.has(name);
  };
  const now = rootNames.flatMap((name, root) => (isNow(name) ? [root] : []));
  // What every group may point to is small, and is there from the start.
  const groups = restorer.groupsOf(now, [0]);
  const graph = withPristineBuiltins(() => restorer.read(groups));
  if (!isLazy) withPristineBuiltins(() => reader.checkRest());
  const modules = new Modules(reader.meta.modules);
  // To import is to run: for a file that is opened as data, only what was allowed by name.
  await modules.preload(modulesOf(allowedReferences(graph, policy)));
  if (!isData) await modules.preload(modulesOfMeta(reader.meta));
  const chosen = meta.bindings.filter((binding) => wanted.has(binding.name));
  const imports = await importAllowed(chosen, reader.meta.modules, policy);
  const { onProgress, under } = options;
  const tell = (done: number, total: number): void =>
    withSessionBuiltins(() => onProgress?.({ phase: 'building', done, total }));
  const fileName = source.split(/[/\\]/).at(-1) ?? source;
  // As they are now: a load that reads late puts its own names in first.
  const here = withPristineBuiltins(
    () => new Map(evaluator.names().map((name) => [name, sessionGlobal(name)?.value as unknown])),
  );
  const classes = new ClassChoice(options.onClassConflict ?? 'stored', (name) => here.get(name));
  const { onMissing, onLoss, onClass } = options;
  const buildOptions = {
    registry: registryWith(options.registry, options),
    modules,
    fileName,
    policy,
    classes,
    ...(onMissing !== undefined && { onMissing }),
    ...(options.live !== undefined && { liveAt: (path: string) => options.live?.get(path) }),
  };
  const tellLost = (lost: readonly Loss[]): void => {
    if (onLoss !== undefined) tellSession(lost, onLoss);
  };
  let classesTold = 0;
  const tellClasses = (): void => {
    const { conflicts } = classes;
    if (onClass !== undefined && conflicts.length > classesTold)
      tellSession(conflicts.slice(classesTold), onClass);
    classesTold = conflicts.length;
  };
  const tellLate = (lost: readonly Loss[]): void => {
    tellLost(lost);
    tellClasses();
  };
  const hasHelp = options.persistentLoad !== undefined || options.buffers !== undefined;
  const { losses, withheld } = withPristineBuiltins(() =>
    restorer.build(groups, graph, { ...buildOptions, onProgress: tell }),
  );
  const values = new Map(now.map((root) => [rootNames[root] as string, restorer.value(root)] as const));
  const patches = values.get(PATCH_ROOT);
  const namespace = under === undefined ? undefined : (Object.create(null) as object);
  const waitingRoots: number[] = [];
  let waiting = 0;
  const settled = (): void => {
    if (--waiting === 0 || restorer.isComplete) end();
  };
  const arrivals = chosen.map((found) => {
    const root = rootNames.indexOf(rootName(found.name));
    if (!late.has(found.name) || restorer.isBuilt(root))
      return arrivalOf(found, values, imports, restorer, policy);
    waiting++;
    waitingRoots.push(root);
    const where = { evaluator, namespace };
    const one = { found, root, restorer, meta, buildOptions, isData, hasHelp, tellLate, settled };
    return lateArrival(where, one);
  });
  const allPatches = isPatchList(patches) ? patches : [];
  const wholePatches = allPatches.filter((patch) => !isPatchMissing(patch));
  const homeless = withPristineBuiltins(() => wholePatches.filter(isHomeless));
  const patchList = wholePatches.filter((patch) => !homeless.includes(patch));
  const result = withPristineBuiltins(() => {
    const allLosses = [
      ...losses.filter(({ reason }) => reason !== PINNED).map((record) => lossOf(record, allPatches)),
      ...imports.losses,
      ...lockedLosses(locked),
      ...homelessLosses(homeless),
    ];
    const known = new Set(allLosses.map((loss) => loss.path));
    const damaged = new Set(findings?.lost.map(({ name }) => name));
    for (const loss of meta.losses) {
      const isTold = late.has(loss.name) || damaged.has(loss.name);
      if (isTold && !known.has(loss.path)) allLosses.push(loss);
    }
    const kept = new Set(plan.kept);
    const told = allLosses.filter(
      (loss) =>
        wanted.has(loss.name) || loss.name === '' || (loss.name === loss.path && !kept.has(loss.name)),
    );
    if (options.isStrict === true) refuseLosses(told, source);
    tellLost(told);
    if (!isData && [...here.values()].some(isClass)) foresee(classes, restorer, waitingRoots);
    tellClasses();
    const { conflicts: classConflicts } = classes;
    return {
      ...imports,
      classConflicts,
      losses: told,
      arrivals,
      patched: patchList.map(patchName),
      withheld,
    };
  });
  // Everything that can fail has happened.
  const names = namespace === undefined ? arrivals : [onNamespace(namespace, under as string, arrivals)];
  putIn(evaluator, names, patchList, options.mode === 'replace');
  // The patches are on by now, and may be of methods that this uses.
  return withPristineBuiltins(() => {
    // Cells are code: those of a stranger do not get among one's own.
    if (!isData && namespace === undefined) adoptCells(evaluator, meta.cells);
    const isThere = ({ name }: MetaBinding): boolean => namespace === undefined && evaluator.has(name);
    const leftThere = meta.bindings.filter((binding) => !isThere(binding)).map(({ name }) => name);
    return { report: loadReport(opened, result), leftThere };
  });
}

// What it is when it is decoded.
function rawBytesOf({ container }: Opened['reader']): number {
  return container.sections.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
}

// The names as properties of an object, which is then the one name that arrives.
function onNamespace(namespace: object, name: string, arrivals: readonly Arrival[]): Arrival {
  for (const { binding, descriptor } of arrivals)
    Object.defineProperty(namespace, binding.name, { ...descriptor, enumerable: true, configurable: true });
  if (arrivals.some(({ descriptor }) => unreadOf(descriptor) !== undefined)) addNamespace(namespace);
  return { binding: { name, kind: 'const', cell: 0 }, descriptor: data(namespace, 'const') };
}

function refuseLosses([first, ...more]: readonly Loss[], source: string): void {
  if (first === undefined) return;
  const others = more.length > 0 ? `, and ${more.length} more` : '';
  throw new SessionError(
    'SESSION_LOSSY',
    `${first.path} is missing in ${source}: ${first.what}, ${first.reason}${others}; nothing was put in`,
    { path: first.path, hint: first.hint },
  );
}

// Classes of what is read later, as far as their own texts name them: what becomes of them belongs in the report.
function foresee(classes: ClassChoice, restorer: Restorer, roots: readonly number[]): void {
  if (roots.length === 0) return;
  const { reader } = restorer;
  const later = new Set(restorer.groupsOf(roots).flatMap((group) => reader.index.groups[group]?.codes ?? []));
  let codes: readonly CodeEntry[] = [];
  try {
    codes = reader.codes();
  } catch (error) {
    // It is told when a name needs it.
    if (!isDamage(error)) throw error;
  }
  for (const code of [...later].sort((a, b) => a - b)) {
    const entry = codes[code];
    if (entry?.form === 'class') classes.choose(entry.source, undefined);
  }
}

// Names that may wait until they are touched; accessors, patches of built-ins and pinned names may not.
function lateNames(meta: MetaSession, wanted: ReadonlySet<string>): Map<string, MetaBinding> {
  const pinned = new Set(meta.pins?.map(({ name }) => name));
  return new Map(
    meta.bindings
      .filter((binding) => wanted.has(binding.name) && !isImported(binding) && binding.type !== 'accessor')
      .filter((binding) => !pinned.has(binding.name))
      .map((binding) => [binding.name, binding]),
  );
}

function lateArrival(
  { evaluator, namespace }: { readonly evaluator: Evaluator; readonly namespace: object | undefined },
  {
    found,
    root,
    restorer,
    meta,
    buildOptions,
    isData,
    hasHelp,
    tellLate,
    settled,
  }: {
    found: MetaBinding;
    root: number;
    restorer: Restorer;
    meta: MetaSession;
    buildOptions: Omit<BuildOptions, 'limits'>;
    isData: boolean;
    hasHelp: boolean;
    tellLate(lost: readonly Loss[]): void;
    settled(): void;
  },
): Arrival {
  const binding = bindingOf(found, buildOptions.policy);
  const what: Unread = {
    binding,
    type: found.type,
    bytes: restorer.bytesOf(root),
    preview: found.preview ?? '',
    losses: meta.losses.filter(({ name }) => name === found.name),
    restorer,
    root,
    isData,
    hasHelp,
  };
  const build = (): unknown =>
    withPristineBuiltins(() => {
      const groups = restorer.groupsOf([root]);
      const { losses } = restorer.build(groups, restorer.read(groups), buildOptions);
      tellLate(losses.map((record) => lossOf(record)));
      return restorer.value(root);
    });
  return { binding, descriptor: unreadProperty(evaluator, what, { build, settled, namespace }) };
}

function asked(options: LoadOptions, name: string): Asked {
  const { otherwise = 'refuse', keys, passphrase, limits, allow } = options;
  const mode = options.as ?? (allow === undefined ? undefined : 'data');
  checkOpenOptions({ mode, limits, allow });
  if (![undefined, 'data', 'trusted'].includes(mode) || !['refuse', 'data'].includes(otherwise))
    throw new UnpicklingError('UNPICKLE_OPTION', 'a session is loaded as data or as trusted', {
      hint: "give as: 'data' or as: 'trusted'; otherwise: 'refuse' or 'data'",
    });
  // A caller that has decided needs no keys.
  const ring = keys !== undefined ? ringOf(keys) : mode === undefined ? ownRing() : undefined;
  // The session's own function, which may use what the session replaced.
  const asks = typeof allow === 'function' ? (n: GlobalName) => withSessionBuiltins(() => allow(n)) : allow;
  return { mode, otherwise, ring, passphrase, limits, name, allow: allowingHelp(asks, options) };
}

// An import of a file that is opened as data is a record: saved and signed as an import, it would run later.
function bindingOf(found: MetaBinding, policy: Policy): Binding {
  const { name, kind, cell, origin } = found;
  const isForeign = policy.mode === 'data' && (kind === 'import' || origin !== undefined);
  if (isForeign && !isImportAllowed(found, policy)) return { name, kind: 'const', cell: 0 };
  const known = KINDS.has(kind as BindingKind) ? (kind as BindingKind) : 'let';
  return { name, kind: known, cell, ...(origin && { origin }) };
}

function arrivalOf(
  found: MetaBinding,
  values: ReadonlyMap<string, unknown>,
  imports: Imports,
  restorer: Restorer,
  policy: Policy,
): Arrival {
  const { name } = found;
  const binding = bindingOf(found, policy);
  const { kind } = binding;
  if (imports.values.has(name)) return { binding, descriptor: data(imports.values.get(name), kind) };
  const accessor = values.get(`${ACCESSOR_ROOT}${name}`) as
    | { get?: () => unknown; set?: (v: unknown) => void }
    | undefined;
  if (accessor !== undefined && policy.mode === 'data') return { binding, descriptor: data(accessor, kind) };
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

function lossOf({ path, what, reason, hint }: TombstoneRecord, patches: readonly PatchRecord[] = []): Loss {
  const patched = patchPath(path, patches);
  if (patched !== undefined) return { name: patched, path: patched, what, reason, hint };
  return {
    // What has no name of its own is told by its number: it belongs to no name, and is told whatever was asked for.
    name: /^value \d+$/.test(path)
      ? ''
      : (/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u.exec(path)?.[0] ?? ''),
    path,
    what,
    reason,
    hint,
  };
}
