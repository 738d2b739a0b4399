// What the command line says about how a snapshot is opened, and the line of the prompt that does so.

/** How a snapshot is opened first. */
export interface OpenFlags {
  readonly trust?: boolean;
  readonly data?: boolean;
  readonly runPins?: boolean;
  readonly allow?: readonly string[];
}

/** What the command line says about code. */
export interface RunFlags extends OpenFlags {
  readonly load?: string;
  readonly save?: string;
  readonly overwrite?: boolean;
  /** Where the value goes, as `dump` writes it; `-` is the output. */
  readonly dump?: string;
  /** Where the value `input` comes from; `-` is the input. */
  readonly input?: string;
  readonly json?: boolean;
}

/** The line of the prompt that loads a snapshot so. */
export function loadLine(file: string, { trust, data, runPins, allow = [] }: OpenFlags): string {
  const flags = [trust && '--trust', data && '--data', runPins && '--run-pins'];
  const allowed = allow.map((name) => `--allow ${JSON.stringify(name)}`);
  return ['.load', JSON.stringify(file), ...flags.filter((flag) => flag), ...allowed].join(' ');
}
