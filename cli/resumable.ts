// The saved sessions that a prompt offers at its start, and what a number in such a list means. Loads little.

import { type Generation, generationsIn } from '../src/store/generations.js';
import { realIoSync } from '../src/store/io-real.js';
import { sessionFolder, sessionNames } from '../src/store/session-folder.js';
import { runStepsSync } from '../src/store/steps.js';
import { displayName } from './display-name.js';
import { ago, bytes, table } from './format.js';

/** A session with its newest save. */
export interface Resumable {
  readonly name: string;
  readonly newest: Generation;
}

/** Sessions shown at the start. */
const OFFERED_MAX = 3;

let listed: readonly string[] = [];

/** The saved sessions, the one that was saved last first. What cannot be read is left out: loading it says why. */
export function resumables(): Resumable[] {
  try {
    return sessionNames()
      .flatMap((name) => {
        const newest = newestOf(name);
        return newest === undefined ? [] : [{ name, newest }];
      })
      .sort((a, b) => b.newest.savedAtMs - a.newest.savedAtMs);
  } catch {
    return [];
  }
}

function newestOf(name: string): Generation | undefined {
  try {
    return runStepsSync(generationsIn(realIoSync, sessionFolder(name))).at(-1);
  } catch {
    return undefined;
  }
}

/** Notes the names of a list with numbers that is shown, so that `.load 2` means what stands there. */
export function noteListed(names: readonly string[]): void {
  listed = names;
}

/** The name behind a number of the list that was shown last. */
export function listedName(word: string): string | undefined {
  return /^[1-9]\d{0,3}$/.test(word) ? listed[Number(word) - 1] : undefined;
}

/** The lines under the banner; undefined when there is nothing to go on with. */
export function resumableText(found: readonly Resumable[], nowMs: number): string | undefined {
  if (found.length === 0) return undefined;
  const shown = found.slice(0, OFFERED_MAX);
  const rows = shown.map(({ name, newest }, index) => [
    `  ${index + 1}`,
    displayName(name, 24),
    ago(newest.savedAtMs, nowMs),
    bytes(newest.bytes),
  ]);
  const more = found.length > shown.length ? `; .sessions lists all ${found.length}` : '';
  return `${table(rows)}\n.load 1 brings ${displayName(shown[0]!.name, 24)} back${more}`;
}
