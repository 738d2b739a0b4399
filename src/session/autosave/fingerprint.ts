// A fingerprint of everything that a value leads to, so that two looks at it can be compared: the same fingerprint means that
// nothing changed. A look stops when its time is over, and can go on where it stopped.
//
// It is worth something in this process only: functions, symbols and shapes count by identity. Runs no code of the values', no
// getter and no trap; reads nothing that is still unread. Knows nothing of names.

import { InsideReader } from '../../pickle/capture/insides.js';
import type { HiddenState } from './hidden-state.js';
import { Look } from './look.js';
import { PrivateFields } from './private-fields.js';
import { Shapes } from './shapes.js';

/** Makes fingerprints; the same one must make those that are compared. */
export class Fingerprinter {
  readonly #hidden: HiddenState;
  readonly #fields = new PrivateFields();
  readonly #identities = new WeakMap<object, number>();
  readonly #shapes = new Shapes((value) => this.#identityOf(value));
  #identityCount = 0;
  /** Null where V8 cannot be asked. */
  #reader: InsideReader | null | undefined;

  constructor(hidden: HiddenState) {
    this.#hidden = hidden;
  }

  /** Begins a look at a value. Call `rest` when nothing is left to look at. */
  begin(value: unknown): Look {
    const look = new Look({
      hidden: this.#hidden,
      fields: this.#fields,
      shapes: this.#shapes,
      identityOf: (one) => this.#identityOf(one),
      reader: () => this.#openReader() ?? undefined,
    });
    look.begin(value);
    return look;
  }

  /** Closes what was opened for looking. */
  rest(): void {
    if (this.#reader === null) return;
    this.#reader?.close();
    this.#reader = undefined;
  }

  #openReader(): InsideReader | null {
    this.#reader ??= InsideReader.open() ?? null;
    return this.#reader;
  }

  #identityOf(value: object): number {
    let identity = this.#identities.get(value);
    if (identity === undefined) this.#identities.set(value, (identity = ++this.#identityCount));
    return identity;
  }
}
