// Which of the saves under a key is meant. Knows nothing of where they are.

/** The save of a number, or the newest; undefined when there is none. They come oldest first. */
export function pick<S extends { readonly generation: number }>(
  saves: readonly S[],
  generation: number | undefined,
): S | undefined {
  return generation === undefined ? saves.at(-1) : saves.find((save) => save.generation === generation);
}
