// Opens a damaged snapshot: what survives, read as a snapshot of its own in which a tombstone stands for each lost root.
//
// Whose it is is decided as for any other file, by what a signature still proves: the table, and each section that is read.
// Nothing is built here. Knows nothing of how the new file is written.

import { BrineError, CorruptSnapshotError } from '../errors.js';
import {
  type ByteSource,
  type Damage,
  type Index,
  lostGroups,
  type Mended,
  type MessageSigner,
  type Meta,
  type MetaBinding,
  mend,
  type NewRoot,
  openSnapshot,
  type Rebuilt,
  rebuilt,
  type SnapshotReader,
} from '../format/index.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import { isImported } from './imports.js';
import { limitsFor } from './opening.js';
import { ACCESSOR_ROOT, KEPT_ROOT, nameOfRoot, PATCH_ROOT, rootName } from './root-names.js';
import { type Asked, type Opened, openTrusting, plainSource } from './trusting.js';

/** A name that did not survive, and the damage that took it. */
export interface Lost {
  /** The name; empty for the one value of a snapshot that has no names, `#patches` for changes to built-ins. */
  readonly name: string;
  /** The section that is damaged: what the name needs, or a part of it. */
  readonly section: string;
  /** Its first byte in the file. */
  readonly from: number;
  /** The first byte behind it. */
  readonly to: number;
  /** All of this in words. */
  readonly reason: string;
}

/** What was found in a damaged file. */
export interface Findings {
  /** Every damaged place, in the order of the file; empty for a file that is whole. */
  readonly damage: readonly Damage[];
  readonly lost: readonly Lost[];
  /** Names that are there, whole and as they were. */
  readonly recovered: readonly string[];
  /** True when every byte of the file could be put back as it was. */
  readonly isExact: boolean;
}

/** A damaged snapshot, open; its reader sees what survives. */
export interface OpenedDamaged extends Opened {
  readonly findings: Findings;
  /** The bytes that the reader reads. */
  readonly source: ByteSource;
  /** The pieces of a new file, signed where there is a signer. */
  pieces(signer?: MessageSigner): Rebuilt['pieces'];
}

const DAMAGED: readonly string[] = [
  'SNAPSHOT_MAGIC',
  'SNAPSHOT_TRUNCATED',
  'SNAPSHOT_CHECKSUM',
  'SNAPSHOT_STRUCTURE',
];

/** True for an error that says that a file is not what was written, so that salvaging may help. */
export function isDamage(error: unknown): boolean {
  return error instanceof BrineError && DAMAGED.includes(error.code);
}

/** Opens a file that may be damaged. Reads all of it. */
export function openDamaged(given: Uint8Array | ByteSource, asked: Asked): OpenedDamaged {
  const mended = mend(plainSource(given, asked), limitsFor(true, asked.limits));
  const opened = openTrusting(mended.source, asked);
  const { reader } = opened;
  const { meta, index } = readWhatIsThere(reader, mended);
  const lost = index === undefined ? new Map<number, Damage>() : lostGroups(index, mended);
  const roots = rootsOf(meta, index, lost, mended);
  // What no name leads to is nobody's loss.
  const losses = roots.flatMap((root) =>
    'damage' in root && root.name !== KEPT_ROOT ? [lostOf(root.name, root.damage)] : [],
  );
  const isNothing = losses.length > 0 && meta.type === 'value';
  if (isNothing) throw nothingLeft(losses[0] as Lost);
  const findings: Findings = {
    damage: mended.damage,
    lost: losses,
    recovered: recoveredOf(meta, losses),
    isExact: mended.isExact,
  };
  const { isExact, source } = mended;
  if (isExact) return { ...opened, findings, source, pieces: () => [wholeOf(source)] };
  const plan = {
    index,
    lost,
    meta: metaWithout(meta, losses),
    roots: roots.flatMap((root) => newRoot(root, meta)),
  };
  const { source: fresh, digests } = rebuilt(reader, mended, plan);
  const survivors = openSnapshot(fresh, reader.limits);
  survivors.hold({ digests });
  return {
    ...opened,
    reader: survivors,
    findings,
    source: fresh,
    pieces: (signer) => rebuilt(reader, mended, plan, signer).pieces,
  };
}

const PART_BYTES = 2 ** 24;

// A piece that is read when it is written.
function wholeOf(source: ByteSource): Rebuilt['pieces'][number] {
  return {
    length: source.bytes,
    *read() {
      for (let at = 0; at < source.bytes; at += PART_BYTES)
        yield source.read(at, Math.min(PART_BYTES, source.bytes - at));
    },
  };
}

function readWhatIsThere(
  reader: SnapshotReader,
  { lost, damage }: Mended,
): { meta: Meta; index: Index | undefined } {
  const isThere = (name: string): boolean => ![...lost.values()].some(({ section }) => section === name);
  const index = isThere('index') ? reader.index : undefined;
  if (isThere('meta')) return { meta: reader.meta, index };
  if (index !== undefined) return { meta: metaOf(index), index };
  const first = damage.find(({ isMended }) => !isMended) as Damage;
  throw new CorruptSnapshotError(
    'SNAPSHOT_CHECKSUM',
    `nothing of the file is left to load: ${inWords(first)}`,
    { offset: first.from, hint: anotherCopy(first.problem) },
  );
}

// What a file says of itself, put together of what it has: nothing in it decides what is built.
function metaOf({ rootNames }: Index): Meta {
  const isValue = rootNames.length === 1 && rootNames[0] === '';
  const known = { brine: '', node: '', values: 0, modules: [] };
  if (isValue) return { type: 'value', ...known };
  const bindings = rootNames
    .filter((root) => root !== KEPT_ROOT && root !== PATCH_ROOT)
    .map((root): MetaBinding => {
      const isAccessor = root.startsWith(ACCESSOR_ROOT);
      const name = isAccessor ? root.slice(ACCESSOR_ROOT.length) : nameOfRoot(root);
      return { name, kind: 'let', cell: 0, type: isAccessor ? 'accessor' : '' };
    });
  const session = { bindings, cells: [], losses: [], patched: [], savedAtMs: 0, host: '', platform: '' };
  return { type: 'session', ...known, session };
}

type FoundRoot = { readonly name: string } & ({ readonly root: number } | { readonly damage: Damage });

function rootsOf(
  { session }: Meta,
  index: Index | undefined,
  lost: ReadonlyMap<number, Damage>,
  { lost: sections }: Mended,
): FoundRoot[] {
  if (index === undefined) {
    const damage = [...sections.values()].find(({ section }) => section === 'index') as Damage;
    const bindings = (session?.bindings ?? []).filter((binding) => !isImported(binding));
    return session === undefined
      ? [{ name: '', damage }]
      : bindings.map(({ name }) => ({ name: rootName(name), damage }));
  }
  const { rootNames, rootLinks, roots } = index;
  return rootNames.map((name, root) => {
    const isLink = tagAt(roots, root) === TAG.link;
    const damage = isLink ? lost.get(rootLinks[numberAt(roots, root)]?.group as number) : undefined;
    return damage === undefined ? { name, root } : { name, damage };
  });
}

// What is brine's own is left out; a lost accessor is a name like any other.
function newRoot(root: FoundRoot, { session }: Meta): NewRoot[] {
  if ('root' in root) return [root];
  if (root.name === KEPT_ROOT || root.name === PATCH_ROOT) return [];
  const { name: path, reason } = lostOf(root.name, root.damage);
  const kind = session?.bindings.find(({ name }) => name === path)?.kind;
  const isCallable = kind === 'function' || kind === 'class';
  const tombstone = { path, what: 'damaged', reason, hint: HINT, isCallable };
  return [{ name: rootName(path), tombstone }];
}

const HINT = 'another copy of the file may have it';

function lostOf(root: string, damage: Damage): Lost {
  const isAccessor = root.startsWith(ACCESSOR_ROOT);
  const name = isAccessor ? root.slice(ACCESSOR_ROOT.length) : nameOfRoot(root);
  const { section, from, to } = damage;
  return { name, section, from, to, reason: inWords(damage) };
}

// What is cut off is whole somewhere else.
function anotherCopy(why: string): string {
  return why.includes('the file ends')
    ? 'the file was cut off: get it again, or use another copy'
    : 'use another copy of the file';
}

function inWords({ section, from, to, problem }: Damage): string {
  return `section "${section}" (bytes ${from}-${to}) is damaged: ${problem}`;
}

function metaWithout(meta: Meta, lost: readonly Lost[]): Meta {
  const { session } = meta;
  if (session === undefined) return meta;
  const names = new Set(lost.map(({ name }) => name));
  const losses = lost.map(({ name, reason }) => ({ name, path: name, what: 'damaged', reason, hint: HINT }));
  return {
    ...meta,
    session: {
      ...session,
      bindings: session.bindings.map((binding) => {
        if (!names.has(binding.name)) return binding;
        const { bytes: _bytes, preview: _preview, ...rest } = binding;
        return { ...rest, type: 'damaged' };
      }),
      losses: [...session.losses.filter(({ name }) => !names.has(name)), ...losses],
      patched: names.has(PATCH_ROOT) ? [] : session.patched,
    },
  };
}

function recoveredOf({ session }: Meta, lost: readonly Lost[]): string[] {
  const names = new Set(lost.map(({ name }) => name));
  return (session?.bindings ?? [{ name: '' }]).map(({ name }) => name).filter((name) => !names.has(name));
}

function nothingLeft({ reason, from }: Lost): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_CHECKSUM', `nothing of the value is left to load: ${reason}`, {
    offset: from,
    hint: anotherCopy(reason),
  });
}
