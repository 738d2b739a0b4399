// What `.sessions -i` lets one choose from: sessions, and the saves of one. Knows nothing of the screen.

import type { SavedSession } from '../../src/session/named.js';
import { ago, bytes } from '../format.js';
import type { Style } from '../style.js';
import type { BrowserSource } from '../views/browser.js';
import type { KeyHelp, Row } from '../views/browser-model.js';
import { plural } from './report.js';

/** The saved sessions; what was chosen is in `picked`. */
export class SavedSessions implements BrowserSource {
  readonly hasWeights = true;
  /** As `.load` takes it. */
  picked: string | undefined;
  readonly #sessions: readonly SavedSession[];
  readonly #style: Style;
  #inside: SavedSession | undefined;

  constructor(sessions: readonly SavedSession[], style: Style) {
    this.#sessions = [...sessions].sort((a, b) => newest(b).savedAtMs - newest(a).savedAtMs);
    this.#style = style;
  }

  title(): string {
    return this.#inside === undefined ? 'sessions' : `sessions ${this.#style.arrow} ${this.#inside.name}`;
  }

  rows(): readonly Row[] {
    const now = Date.now();
    const session = this.#inside;
    if (session === undefined)
      return this.#sessions.map((one) => ({
        id: one.name,
        cells: [
          one.name,
          ago(newest(one).savedAtMs, now),
          bytes(newest(one).bytes),
          plural(one.generations.length, 'save'),
        ],
        weight: newest(one).bytes,
        isOpenable: true,
      }));
    return session.generations.toReversed().map(({ generation, savedAtMs, bytes: size }) => ({
      id: `${session.name}@${generation}`,
      cells: [`${session.name}@${generation}`, ago(savedAtMs, now), bytes(size)],
      weight: size,
      isOpenable: true,
    }));
  }

  keys(): readonly KeyHelp[] {
    return this.#inside === undefined ? [{ key: 'g', label: 'its saves' }] : [];
  }

  weigh(): void {}

  open({ id }: Row): boolean {
    this.picked = id;
    return false;
  }

  back(): boolean {
    if (this.#inside === undefined) return false;
    this.#inside = undefined;
    return true;
  }

  act(_key: string, row: Row | undefined): readonly string[] {
    if (row === undefined) return [];
    const { id } = row;
    this.#inside = this.#sessions.find(({ name }) => name === id);
    return [];
  }
}

function newest({ generations }: SavedSession): SavedSession['generations'][number] {
  return generations.at(-1)!;
}
