// The texts of one column while it is written: those that repeat are kept once, those that do not are not looked up.
//
// After a thousand texts of which nearly all were new, or four thousand of which most were, the rest go in unseen. What
// comes out depends on the texts alone, never on how the engine holds them. Knows nothing of columns.

/** After so many texts, and four times as many up to the most, it is decided whether looking the others up pays. */
const ASKED_FIRST = 1024;
const ASKED_MOST = 4096;
/** Up to so many different texts are compared one by one. */
const FEW = 8;
/** So many wrong guesses beside twice the right ones end the guessing. */
const MISSED = 256;
const SLOTS = 64;

/** The texts of a column. */
export class TextPool {
  texts: string[] = [];
  /** True when looking up does not pay; a text may then be there twice. */
  isDistinct = false;
  private last: string | undefined = undefined;
  private lastIndex = 0;
  private asked = 0;
  private fresh = 0;
  private decides = ASKED_FIRST;
  /** How often the small table knew a text, and how often it did not. */
  private guessed = 0;
  private missed = 0;
  private indices: Map<string, number> | undefined = undefined;
  private slots: Int32Array | undefined = undefined;

  /** The index of a text, which is added when it is new. */
  indexOf(text: string): number {
    if (this.isDistinct) return this.texts.push(text) - 1;
    if (text === this.last) return this.lastIndex;
    const index = this.find(text);
    this.last = text;
    this.lastIndex = index;
    return index;
  }

  /**
   * Adds the texts of a list from `from` up to `to`, of which none is looked up any more; returns the index of the first, which
   * the others follow.
   */
  append(list: readonly string[], from: number, to: number): number {
    const { texts } = this;
    const first = texts.length;
    if (first === from && isStart(list, texts)) this.texts = list.slice(0, to);
    else if (to - from > first) this.texts = texts.concat(list.slice(from, to));
    else for (let i = from; i < to; i++) texts.push(list[i] as string);
    return first;
  }

  private find(text: string): number {
    const { texts } = this;
    const count = texts.length;
    const index = count <= FEW ? this.findFew(text) : this.findMany(text);
    if (index === count) this.fresh++;
    if (++this.asked === this.decides) this.decide();
    return index;
  }

  private decide(): void {
    const { asked, fresh } = this;
    const isLast = asked === ASKED_MOST;
    this.decides = isLast ? 0 : asked * 4;
    this.isDistinct = isLast ? fresh * 2 > asked : fresh * 16 > asked * 15;
    if (!this.isDistinct) return;
    this.indices = undefined;
    this.slots = undefined;
  }

  private findFew(text: string): number {
    const { texts } = this;
    for (let i = 0; i < texts.length; i++) if (texts[i] === text) return i;
    return texts.push(text) - 1;
  }

  // A small table of the texts met last answers most questions; comparing one text is cheaper than hashing it.
  private findMany(text: string): number {
    const { texts } = this;
    if (this.slots === undefined) this.startTable();
    const indices = this.indices as Map<string, number>;
    if (this.missed > this.guessed * 2 + MISSED) return this.findAmong(indices, text);
    const slots = this.slots as Int32Array;
    const length = text.length;
    const slot =
      length === 0
        ? 0
        : (length * 7 + text.charCodeAt(length - 1) * 5 + text.charCodeAt(length >> 1)) & (SLOTS - 1);
    const guess = slots[slot] as number;
    if (texts[guess] === text) {
      this.guessed++;
      return guess;
    }
    this.missed++;
    return (slots[slot] = this.findAmong(indices, text));
  }

  private findAmong(indices: Map<string, number>, text: string): number {
    let index = indices.get(text);
    if (index === undefined) {
      index = this.texts.push(text) - 1;
      indices.set(text, index);
    }
    return index;
  }

  private startTable(): void {
    this.slots = new Int32Array(SLOTS);
    this.indices = new Map();
    for (let i = 0; i < this.texts.length; i++) this.indices.set(this.texts[i] as string, i);
  }
}

// One column often is one list: all of it is copied at once.
function isStart(list: readonly string[], texts: readonly string[]): boolean {
  for (let i = 0; i < texts.length; i++) if (list[i] !== texts[i]) return false;
  return true;
}
