// Mode inspect: everything that a snapshot has and would do, listed without building or running any of it.
//
// Reads the file, or as much of it as the caller says, with the decoder that loading uses, and asks the policy that loading asks, so that what is shown is
// what would happen. Every name in the answer comes from the file: escape it before it is printed.

import {
  type Meta,
  type ReadListener,
  type SnapshotReader,
  sectionName,
  stripesTold,
} from '../format/index.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { Graph, Segment } from '../graph/graph.js';
import { allowText, DATA_KINDS, dataPolicy, type GlobalName, type Policy } from '../unpickle/policy.js';
import type { FoundSecret } from './secrets/guard.js';
import { SecretListing } from './secrets/listing.js';

/** One text of code in a snapshot. */
export interface InspectedCode {
  /** `function`, `arrow`, `method`, `getter`, `setter` or `class`. */
  readonly form: string;
  readonly source: string;
  /** Where it stood, as the writer said. */
  readonly url: string;
  readonly line: number;
}

/** Something that a snapshot names and does not bring. */
export interface InspectedName extends GlobalName {
  /** As a list of what is allowed has it: `module:acorn#parse`. */
  readonly text: string;
  /** Whether data mode would look it up. */
  readonly isAllowed: boolean;
}

/** What a snapshot has, without any of it built. */
export interface Inspection {
  readonly protocol: number;
  readonly fileBytes: number;
  readonly sections: readonly { readonly name: string; readonly offset: number; readonly bytes: number }[];
  /** What it says of itself. */
  readonly meta: Meta;
  /** Names of the roots; a value has one with the empty name. */
  readonly roots: readonly string[];
  /** How many values of each kind there are. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Every text of code, each once. */
  readonly code: readonly InspectedCode[];
  /** Where there is something that looks like a secret; never the secret itself. */
  readonly secrets: readonly FoundSecret[];
  /** Built-ins, modules and reducers that it names, each once. */
  readonly names: readonly InspectedName[];
  /** Groups of values that were not read because they are too large, and their bytes: what they hold is not listed. */
  readonly unread: { readonly groups: number; readonly bytes: number };
  /**
   * True when data mode builds all of it: there is no code, and nothing to be looked up that is not allowed. False when
   * something was not read.
   */
  readonly isData: boolean;
}

/** Kinds that go by the names they have, which the policy was asked for. */
const NAMED_KINDS = ['reference', 'custom'];

/** Lists what an open snapshot has; values only as far as their groups have `bytesMax` together, in the order of the file. */
export function inspectSnapshot(
  reader: SnapshotReader,
  policy: Policy = dataPolicy(),
  bytesMax: number = Number.POSITIVE_INFINITY,
  listener?: ReadListener,
): Inspection {
  const { protocol, fileBytes, sections } = reader.container;
  const kinds = new Map<string, number>();
  const names = new Map<string, InspectedName>();
  const { groups, rootNames } = reader.index;
  const secrets = new SecretListing(reader);
  // One group after the other: no more than one is in memory.
  const unread = { groups: 0, bytes: 0 };
  const tell = stripesTold(reader, listener);
  let bytesLeft = bytesMax;
  for (let number = 0; number < groups.length; number++) {
    const bytes = bytesOfGroup(reader, number);
    if (bytes > bytesLeft) {
      unread.groups++;
      unread.bytes += bytes;
      continue;
    }
    bytesLeft -= bytes;
    const graph = reader.graph([number], () => undefined, tell);
    secrets.addGraph(graph);
    for (const segment of graph.segments) {
      const { name } = segment.layout.kind;
      kinds.set(name, (kinds.get(name) ?? 0) + segment.rows);
      for (const found of namesOf(segment)) {
        const text = `${found.space} ${allowText(found)}`;
        if (!names.has(text))
          names.set(text, { ...found, text: allowText(found), isAllowed: policy.allows(found) });
      }
    }
  }
  const code = reader.codes().map(({ form, source, url, line }) => ({ form, source, url, line }));
  secrets.addTexts();
  if (unread.groups === 0) reader.checkRest();
  const isCodeless =
    code.length === 0 &&
    [...kinds.keys()].every((name) => DATA_KINDS.has(name) || NAMED_KINDS.includes(name));
  return {
    protocol,
    fileBytes,
    sections: sections.map(({ kind, offset, bytes }) => ({ name: sectionName(kind), offset, bytes })),
    meta: reader.meta,
    roots: rootNames,
    kinds: Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
    code,
    secrets: secrets.found,
    names: [...names.values()],
    unread,
    isData: unread.groups === 0 && isCodeless && [...names.values()].every(({ isAllowed }) => isAllowed),
  };
}

function bytesOfGroup({ index, container }: SnapshotReader, number: number): number {
  const entry = index.groups[number];
  const places = [...(entry?.stripes ?? []), ...(entry?.blobSections ?? []).map(({ section }) => section)];
  return places.reduce((sum, place) => sum + (container.sections[place]?.bytes ?? 0), 0);
}

/** The references of a graph that a policy lets be looked up. */
export function* allowedReferences(graph: Graph, policy: Policy): Generator<GlobalName> {
  for (const segment of graph.segments)
    if (segment.layout.kind.name === 'reference')
      for (const found of namesOf(segment)) if (policy.allows(found)) yield found;
}

function* namesOf(segment: Segment): Generator<GlobalName> {
  const { layout, rows, state } = segment;
  if (layout.kind.name === 'custom') yield { space: 'reducer', name: layout.reducer as string, path: [] };
  if (layout.kind.name !== 'reference') return;
  const [spaces, names, paths] = state as [Cells, Cells, ListCells];
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const space = textAt(spaces, row);
    const name = textAt(names, row);
    const end = at + numberAt(paths.lengths, row);
    const path: string[] = [];
    for (; at < end; at++) path.push(textAt(paths.items, at) ?? '');
    if (name === undefined) continue;
    if (space === 'intrinsic' || space === 'import' || space === 'require') yield { space, name, path };
  }
}

function textAt(cells: Cells, row: number): string | undefined {
  return tagAt(cells, row) === TAG.string ? cells.texts[numberAt(cells, row)] : undefined;
}
