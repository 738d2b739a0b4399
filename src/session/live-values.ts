// Values that a save could not hold and that are still alive in this process, by the path that their tombstones have: a load here
// puts the very same ones back. What nothing else holds may be collected meanwhile; then it is missing as in any other process.

/**
 * What a save in this process could not hold, for loads in this process. Give the same one to `save` and to `load` as `live`.
 *
 * A socket, a timer or a promise that waits comes back as itself, in the state that it is in by then. Values are held weakly.
 *
 * @example
 *   const session = new Session();
 *   const live = new LiveValues();
 *   await session.evaluator.evaluate('var job = { done: new Promise(() => {}) }');
 *   await session.save('state.pkl', { live });
 *   const { losses } = await session.load('state.pkl', { live });
 *   losses.length; // 0 (it is the same promise)
 */
export class LiveValues {
  readonly #found = new Map<string, WeakRef<object> | 'several'>();

  /**
   * Notes a value under the path of its tombstone. Of two values with one path neither comes back.
   *
   * @param path   Where it hangs, as `job.done`.
   * @param value  The value; it is held weakly.
   */
  note(path: string, value: object): void {
    const known = this.#found.get(path);
    if (known === 'several' || (known !== undefined && known.deref() === value)) return;
    this.#found.set(path, known === undefined ? new WeakRef(value) : 'several');
  }

  /**
   * The value under a path; undefined when there is none, or not for certain.
   *
   * @param path  As it was noted.
   */
  get(path: string): object | undefined {
    const known = this.#found.get(path);
    return known === undefined || known === 'several' ? undefined : known.deref();
  }
}
