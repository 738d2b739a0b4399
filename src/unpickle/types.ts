// What building is told and what it reports.

import type { ReducerRegistry } from '../graph/registry.js';
import type { ModuleSpace } from '../graph/specifier.js';
import type { Limits } from '../limits.js';
import type { MissingRecord } from '../realm/missing-record.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import type { Captured } from './captured.js';
import type { ClassChoice } from './class-choice.js';
import type { Policy } from './policy.js';

/** Finds modules that a graph names. */
export interface ModuleResolver {
  /**
   * What `path` leads on from: the namespace (`import`) or the exports (`require`) of a package, or of a file
   * (`importFile`, `requireFile`). Throws when it cannot be had.
   */
  resolve(space: ModuleSpace, specifier: string, path: readonly string[]): unknown;
  /** The version of the package that the snapshot was saved with, where it says so. */
  savedVersion(specifier: string): string | undefined;
}

/**
 * What becomes of a value whose reducer is not registered here: a tombstone, a {@link MissingRecord}, an error, or what a
 * function makes of the record; where that is undefined, a tombstone.
 */
export type OnMissing = 'tombstone' | 'record' | 'throw' | ((record: MissingRecord) => unknown);

/** Options of building. */
export interface BuildOptions {
  /** The name of the root that an id is, if it is one, for reports. */
  readonly nameOf?: (id: number) => string | undefined;
  /** The way to a value from a root, for reports; undefined when it has none. Asked only for what is lost. */
  readonly pathOf?: (id: number) => string | undefined;
  readonly registry: ReducerRegistry;
  readonly modules: ModuleResolver;
  /** What becomes of a value whose reducer is not registered. Default: `tombstone`. */
  readonly onMissing?: OnMissing;
  /** What becomes of classes that exist here too. Default: the stored ones. */
  readonly classes?: ClassChoice;
  /** What the file may make. */
  readonly policy: Policy;
  readonly limits: Limits;
  /** The greatest id whose value is asked for in the end. Default: all may be. */
  readonly lastWanted?: number;
  /** Shown as the file of restored code in stack traces. */
  readonly fileName: string;
  readonly onProgress?: (built: number, total: number) => void;
  /** The value that a tombstone with this path stands for, where it is still alive here. Default: none is. */
  readonly liveAt?: ((path: string) => object | undefined) | undefined;
}

/** What building made. */
export interface BuildResult {
  /** The values by their ids. */
  readonly values: readonly unknown[];
  /** Every tombstone in the graph, and every value that could not be made here. */
  readonly losses: readonly TombstoneRecord[];
  readonly withheld: Withheld;
}

/** How many values of each sort are records, because the policy allows no more. */
export type Withheld = Readonly<Partial<Record<Captured['captured'], number>>>;
