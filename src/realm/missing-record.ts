// What stands for a value whose reducer is not registered here, when the caller asks for records: its name, version and
// state. Saving one writes the value again, so that it can be revived where its reducer is.
//
// Knows nothing of graphs.

/** A value that was saved through a reducer and cannot be revived here; inert, and saved again as what it was. */
export class MissingRecord {
  /** The name of its reducer. */
  readonly name: string;
  /** The version of its state. */
  readonly version: number;
  /** What the reducer returned. */
  readonly state: unknown;

  /** @internal */
  constructor(name: string, version: number, state: unknown) {
    this.name = name;
    this.version = version;
    this.state = state;
  }
}
