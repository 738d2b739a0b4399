// What looks like a secret in a snapshot, from the texts in it. Builds nothing, and never gives the secret itself.

import { type MetaOutput, type ReadListener, type SnapshotReader, stripesTold } from '../../format/index.js';
import type { Cells } from '../../graph/column.js';
import { numberAt, TAG, tagAt } from '../../graph/column.js';
import type { Graph, Link, Segment } from '../../graph/graph.js';
import { KINDS } from '../../graph/kinds.js';
import { GraphPaths } from '../graph-paths.js';
import { nameOfRoot } from '../root-names.js';
import { secretsInBytes } from './bytes.js';
import type { FoundSecret } from './guard.js';
import { secretKind, secretsIn, tellingName } from './patterns.js';
import { secretsOf } from './scan.js';

/** Secrets that are listed; of more, these many. */
const LISTED_MAX = 1000;

/** What looks like a secret in a snapshot that is in memory or small enough to be. */
export function secretsListed(reader: SnapshotReader, listener?: ReadListener): readonly FoundSecret[] {
  const listing = new SecretListing(reader);
  const tell = stripesTold(reader, listener);
  for (const number of reader.index.groups.keys())
    listing.addGraph(reader.graph([number], () => undefined, tell));
  listing.addTexts();
  return listing.found;
}

/** Collects secrets of one snapshot, group by group. */
export class SecretListing {
  readonly found: FoundSecret[] = [];
  private readonly reader: SnapshotReader;

  constructor(reader: SnapshotReader) {
    this.reader = reader;
  }

  /** What a group has. */
  addGraph(graph: Graph): void {
    let paths: GraphPaths | undefined;
    for (const segment of graph.segments) {
      for (const { kind, row, step } of secretsOf(segment, segment.rows)) {
        paths ??= new GraphPaths(graph, this.rootsIn(graph));
        this.add(`${paths.pathOf(segment.firstId + row)}${step}`, kind);
      }
      for (const { kind, row } of secretsInBuffers(graph, segment)) {
        paths ??= new GraphPaths(graph, this.rootsIn(graph));
        this.add(paths.pathOf(segment.firstId + row), kind);
      }
    }
  }

  /** What texts beside the graph have: values of names that are no objects, code, and the cells of a session. */
  addTexts(): void {
    const { index, meta } = this.reader;
    const { rootNames, roots } = index;
    rootNames.forEach((root, at) => {
      if (tagAt(roots, at) !== TAG.string) return;
      const name = nameOfRoot(root);
      const kind = secretKind(roots.texts[numberAt(roots, at)] as string, tellingName(name));
      if (kind !== undefined) this.add(name, kind);
    });
    this.reader.codes().forEach(({ source, form }, at) => this.addAll(source, `code ${at} (${form})`));
    for (const { number, source, output } of meta.session?.cells ?? []) {
      this.addAll(source, `In[${number}]`);
      for (const text of textsOfOutput(output)) this.addAll(text, `Out[${number}]`);
    }
  }

  private addAll(text: string, path: string): void {
    for (const { kind } of secretsIn(text)) this.add(path, kind);
  }

  private add(path: string, kind: string): void {
    if (this.found.length < LISTED_MAX) this.found.push({ path, kind, isRedacted: false });
  }

  private rootsIn(graph: Graph): Map<number, string> {
    const { rootNames, rootLinks, roots } = this.reader.index;
    const names = new Map<number, string>();
    rootNames.forEach((root, at) => {
      if (tagAt(roots, at) !== TAG.link) return;
      const id = graph.idOf(rootLinks[numberAt(roots, at)] as Link);
      if (id !== undefined && !names.has(id)) names.set(id, nameOfRoot(root));
    });
    return names;
  }
}

function textsOfOutput({ printed = '', text = '', table }: MetaOutput = {}): readonly string[] {
  return [printed, text, ...(table === undefined ? [] : [...table.columns, ...table.rows.flat()])];
}

function* secretsInBuffers(
  graph: Graph,
  { layout, state, rows }: Segment,
): Generator<{ kind: string; row: number }> {
  if (layout.kind !== KINDS.arrayBuffer) return;
  const [blobs] = state as [Cells];
  for (let row = 0; row < rows; row++) {
    const bytes = tagAt(blobs, row) === TAG.blob ? graph.blobs[numberAt(blobs, row)] : undefined;
    for (const { kind } of bytes === undefined ? [] : secretsInBytes(bytes)) yield { kind, row };
  }
}
