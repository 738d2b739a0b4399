// The ids of a segment's rows: runs of ids that follow each other, because that is how a walk finds values.
//
// Knows nothing of segments or values.

/** A growing list of ids, kept as runs. */
export class RowIds {
  length = 0;
  /** Start and length of each run. */
  readonly runs: number[] = [];
  private expected = -1;

  push(id: number): void {
    this.length++;
    if (id === this.expected) this.runs[this.runs.length - 1]! += 1;
    else this.runs.push(id, 1);
    this.expected = id + 1;
  }

  /** Adds `count` ids that follow each other. */
  pushRun(id: number, count: number): void {
    this.length += count;
    if (id === this.expected) this.runs[this.runs.length - 1]! += count;
    else this.runs.push(id, count);
    this.expected = id + count;
  }

  /** The id of a row. */
  at(row: number): number {
    let before = 0;
    for (let i = 0; i < this.runs.length; i += 2) {
      const count = this.runs[i + 1] as number;
      if (row < before + count) return (this.runs[i] as number) + row - before;
      before += count;
    }
    return -1;
  }

  clear(): void {
    this.length = 0;
    this.runs.length = 0;
    this.expected = -1;
  }
}
