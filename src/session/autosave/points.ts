// The states that a session can go back to: snapshots in the folder of its autosave, oldest first, within a budget. The newest
// and those with a name stay; of the others the oldest go first. Knows nothing of what is in the files.

import { unlinkSync } from 'node:fs';
import type { LiveValues } from '../live-values.js';
import type { Loss } from '../types.js';

/** A state on the disk. */
export interface Point {
  /** The file; the empty string for a session without names. */
  readonly path: string;
  /** The journal's line after which it was taken. */
  readonly after: number;
  /** The number that the next cell had. */
  readonly nextCell: number;
  readonly atMs: number;
  readonly bytes: number;
  /** Names that it holds. */
  readonly names: readonly string[];
  /** What of the session it could not hold. */
  readonly losses: readonly Loss[];
  /** What of that may still be alive. */
  readonly live: LiveValues;
}

/** The default budget for all states together, in bytes. */
export const POINT_BYTES_MAX = 256 * 2 ** 20;
const POINTS_MAX = 200;

/** The states of one session. */
export class Points {
  readonly #bytesMax: number;
  readonly #list: Point[] = [];
  readonly #named = new Map<string, Point>();

  constructor(bytesMax = POINT_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** Oldest first. */
  get list(): readonly Point[] {
    return this.#list;
  }

  /** Named states, oldest name first. */
  get named(): ReadonlyMap<string, Point> {
    return this.#named;
  }

  get newest(): Point | undefined {
    return this.#list.at(-1);
  }

  /** Adds the newest state and lets go of what is over the budget. */
  add(point: Point): void {
    this.#list.push(point);
    let bytes = this.#list.reduce((sum, one) => sum + one.bytes, 0);
    const kept = new Set(this.#named.values());
    for (const one of [...this.#list]) {
      const isOver = bytes > this.#bytesMax || this.#list.length > POINTS_MAX;
      if (!isOver || one === point) break;
      if (kept.has(one)) continue;
      this.#list.splice(this.#list.indexOf(one), 1);
      bytes -= one.bytes;
      if (one.path !== '') unlinkSync(one.path);
    }
  }

  /** Adds a state that only time made of the newest one, which goes unless it has a name. */
  replaceNewest(point: Point): void {
    const { newest } = this;
    const isFree = newest !== undefined && newest.path !== '' && ![...this.#named.values()].includes(newest);
    if (isFree) {
      this.#list.pop();
      unlinkSync(newest.path);
    }
    this.add(point);
  }

  /** Gives a state a name; the name may have belonged to another one. */
  name(name: string, point: Point): void {
    this.#named.delete(name);
    this.#named.set(name, point);
  }

  /** The state before another one; undefined when there is none any more. */
  before(point: Point): Point | undefined {
    return this.#list.findLast(({ after }) => after < point.after);
  }

  /** Forgets all; the files are the caller's. */
  clear(): void {
    this.#list.length = 0;
    this.#named.clear();
  }
}
