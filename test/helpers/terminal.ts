// A program in a pseudo-terminal, with the screen it draws: start, type, wait for a text, read the screen.

import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** How a program is started. */
export interface TerminalOptions {
  /** Default: this Node. */
  readonly command?: string;
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Keys by name, as a terminal sends them. */
export const KEY = {
  enter: '\r',
  tab: '\t',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlR: '\u0012',
  ctrlU: '\u0015',
  altEnter: '\u001b\r',
  paste: (text: string): string => `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~`,
} as const;

/** How Ink ends a frame: what follows belongs to the next. */
const FRAME_END = '\u001b[?2026l';
const WAIT_MS = Number(process.env['BRINE_TEST_WAIT_MS'] ?? 15_000);

/** A running program and its screen. */
export class TerminalProgram {
  /** Everything the program wrote, escape sequences included. */
  raw = '';
  /** The exit code once the program has ended. */
  exitCode: number | undefined;
  readonly #process: ReturnType<typeof spawn>;
  readonly #screen: xterm.Terminal;
  #pending: Promise<void> = Promise.resolve();
  readonly #exited: Promise<number>;
  /** Called after each frame that is drawn; the screen it was waiting for. */
  #onFrame: (() => void) | undefined;
  #caught: string | undefined;

  constructor(parameters: readonly string[], options: TerminalOptions) {
    const cols = options.columns ?? 80;
    const rows = options.rows ?? 24;
    this.#screen = new xterm.Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true });
    const {
      CI: _ci,
      NO_COLOR: _noColor,
      FORCE_COLOR: _force,
      BRINE_HISTORY: _history,
      ...inherited
    } = process.env;
    this.#process = spawn(options.command ?? process.execPath, [...parameters], {
      name: 'xterm-256color',
      cols,
      rows,
      cwd: options.cwd,
      env: {
        ...inherited,
        TERM: 'xterm-256color',
        LANG: 'C.UTF-8',
        LC_ALL: 'C.UTF-8',
        BRINE_HISTORY: '',
        BRINE_AUTOSAVE: 'off',
        BRINE_SAVE_ON_EXIT: 'no',
        ...options.env,
      } as never,
    });
    this.#process.onData((data) => {
      this.raw += data;
      // A reader who is behind gets several frames at once.
      for (const frame of this.#onFrame === undefined ? [data] : data.split(FRAME_END)) {
        this.#pending = new Promise((resolve) => {
          this.#screen.write(frame, () => {
            this.#onFrame?.();
            resolve();
          });
        });
      }
    });
    this.#exited = new Promise((resolve) => {
      this.#process.onExit(({ exitCode }) => {
        this.exitCode = exitCode;
        resolve(exitCode);
      });
    });
  }

  /** Types a text. */
  type(text: string): void {
    this.#process.write(text);
  }

  /** Sends a signal. */
  kill(signal = 'SIGKILL'): void {
    if (this.exitCode === undefined) this.#process.kill(signal);
  }

  /** The screen with its scrollback, lines trimmed at their ends, empty lines at the end left out. */
  async screen(): Promise<string> {
    await this.#pending;
    return this.#shown();
  }

  #shown(): string {
    const buffer = this.#screen.buffer.active;
    const lines: string[] = [];
    for (let index = 0; index < buffer.length; index++) {
      lines.push(buffer.getLine(index)?.translateToString(true) ?? '');
    }
    return lines.join('\n').trimEnd();
  }

  /** {@link screen}, with what the terminal itself put on the next line at the end of its own. */
  async unwrapped(): Promise<string> {
    await this.#pending;
    const buffer = this.#screen.buffer.active;
    let text = '';
    for (let index = 0; index < buffer.length; index++) {
      const isContinued = buffer.getLine(index + 1)?.isWrapped === true;
      text += buffer.getLine(index)?.translateToString(!isContinued) ?? '';
      if (!isContinued) text += '\n';
    }
    return text.trimEnd();
  }

  /**
   * How each character of the screen looks, line by line as in {@link screen}: `k` cyan, `s` green, `t` yellow, `c` grey, `p`
   * anything else; in capitals when it is underlined.
   */
  async looks(): Promise<string[]> {
    const lines = (await this.screen()).split('\n');
    const buffer = this.#screen.buffer.active;
    return lines.map((text, row) =>
      [...text]
        .map((_, column) => {
          const cell = buffer.getLine(row)?.getCell(column);
          const letter =
            { 6: 'k', 2: 's', 3: 't', 8: 'c' }[cell?.isFgPalette() ? cell.getFgColor() : -1] ?? 'p';
          return cell?.isUnderline() ? letter.toUpperCase() : letter;
        })
        .join(''),
    );
  }

  /** The column of the cursor, 0-based. */
  async cursorColumn(): Promise<number> {
    await this.#pending;
    return this.#screen.buffer.active.cursorX;
  }

  /** Waits until the screen shows a text, or matches; returns the screen. */
  async waitFor(wanted: string | RegExp, timeoutMs = WAIT_MS): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const screen = this.#caught ?? (await this.screen());
      if (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)) return screen;
      if (Date.now() > deadline || this.exitCode !== undefined) {
        const ended = this.exitCode === undefined ? '' : ` (ended with ${this.exitCode})`;
        throw new Error(`the screen never showed ${String(wanted)}${ended}; it shows:\n${screen}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** {@link waitFor}, for what is there for a moment only: every frame from now on is looked at, however busy this process is. */
  async waitForMoment(wanted: RegExp, timeoutMs = WAIT_MS): Promise<string> {
    this.#onFrame = () => {
      if (this.#caught !== undefined) return;
      const screen = this.#shown();
      if (wanted.test(screen)) this.#caught = screen;
    };
    try {
      return await this.waitFor(wanted, timeoutMs);
    } finally {
      this.#onFrame = undefined;
      this.#caught = undefined;
    }
  }

  /** Types a cell, presses Enter, and waits for the prompt after it, which has a number; returns the screen. */
  async run(cell: string, nextNumber: number): Promise<string> {
    const before = countPrompts(await this.screen());
    this.type(`${cell}${KEY.enter}`);
    const prompt = new RegExp(`In\\[${nextNumber}\\]> *$`);
    for (;;) {
      const screen = await this.waitFor(prompt);
      if (countPrompts(screen) > before) return screen;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  /** Waits for the end; returns the exit code. */
  waitForExit(): Promise<number> {
    return this.#exited;
  }
}

function countPrompts(screen: string): number {
  return screen.match(/^In\[\d+\]>/gm)?.length ?? 0;
}
