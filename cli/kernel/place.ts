// Where the user's code threw, by the stack as it is shown. Knows nothing of errors.

const FRAME = /^\s+at (?:.*\()?((?:In\[\d+\]|\/|[A-Za-z]:\\|file:|\[)[^()]*?):(\d+):(\d+)\)?$/;

/** The file or cell, line and column, 1-based, of the first frame that is not Node's. */
export function placeIn(
  stack: string,
): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  for (const line of stack.split('\n')) {
    const found = FRAME.exec(line);
    if (found !== null) return { file: found[1]!, line: Number(found[2]), column: Number(found[3]) };
  }
  return undefined;
}
