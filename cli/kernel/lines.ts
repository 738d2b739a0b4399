// Lines out of a stream of bytes, each bounded. Knows nothing of what is in them.

const LINE_END = 0x0a;

/** Splits what comes into lines; a line that is too long is dropped, and told once. */
export class LineSplitter {
  readonly #bytesMax: number;
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: () => void;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #isSkipping = false;

  /**
   * @param bytesMax   The most bytes of a line.
   * @param onLine     Called with each line, without its end.
   * @param onTooLong  Called for a line that is longer.
   */
  constructor(bytesMax: number, onLine: (line: string) => void, onTooLong: () => void) {
    this.#bytesMax = bytesMax;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  /** Takes bytes as they came. */
  push(chunk: Uint8Array): void {
    let from = 0;
    for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, from)) {
      this.#add(chunk.subarray(from, at));
      this.#end();
      from = at + 1;
    }
    this.#add(chunk.subarray(from));
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isSkipping) return;
    this.#bytes += bytes.length;
    if (this.#bytes > this.#bytesMax) {
      this.#isSkipping = true;
      this.#parts = [];
    } else this.#parts.push(bytes);
  }

  #end(): void {
    const isTooLong = this.#isSkipping;
    const line = isTooLong ? '' : Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.#bytes = 0;
    this.#isSkipping = false;
    if (isTooLong) this.#onTooLong();
    else this.#onLine(line);
  }
}
