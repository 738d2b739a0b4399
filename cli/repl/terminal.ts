// The terminal between the line editor, running cells and views: who reads it, and where output goes meanwhile.
//
// Uses parts of readline that are not documented (`_setRawMode`, `_refreshLine`, `prevRows`); every such use in brine
// is in this file and in keys.ts. They are the same from Node 20 to 26.

import process from 'node:process';
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { REPLServer } from 'node:repl';
import { editorText, terminalText } from '../display-name.js';

/** What is used of a REPLServer beyond its documented surface. */
export type Editor = REPLServer & {
  _setRawMode(isRaw: boolean): boolean;
  _refreshLine(): void;
  _insertString(text: string): void;
  _ttyWrite(text: string | undefined, key: Key): void;
  /** Called when Enter ends the line. */
  _line(): void;
  prevRows: number;
  /** False while keys are read that came in one piece. */
  isCompletionEnabled: boolean;
  line: string;
  cursor: number;
  history: string[];
  last: unknown;
  lastError: unknown;
  underscoreAssigned: boolean;
  underscoreErrAssigned: boolean;
  clearLine(): void;
  completer: unknown;
};

/** A key as readline names it. */
export interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
  readonly sequence?: string;
}

const PASTE_ON = '\u001b[?2004h';
const PASTE_OFF = '\u001b[?2004l';
type Write = typeof process.stdout.write;

/** The terminal of a prompt. */
export class Terminal {
  /** A stream that writes past the redirection below; the line editor's own. What acts does not get through. */
  readonly output: NodeJS.WriteStream;
  readonly #write: Write;
  #editor: Editor | undefined;
  #keyListeners: { readonly event: 'keypress' | 'end'; readonly listener: (...given: any[]) => void }[] = [];
  #hold: NodeJS.Timeout | undefined;
  #isEditing = false;

  constructor() {
    this.#write = process.stdout.write.bind(process.stdout);
    const write = (chunk: unknown, ...rest: any[]): boolean =>
      this.#write(typeof chunk === 'string' ? editorText(chunk) : (chunk as Uint8Array), ...rest);
    this.output = Object.create(process.stdout, { write: { value: write, writable: true } });
  }

  /** The line editor reads from here on. Call once, after it was made. */
  attach(editor: Editor, listenersBefore: { readonly keypress: number; readonly end: number }): void {
    this.#editor = editor;
    for (const event of ['keypress', 'end'] as const) {
      for (const listener of process.stdin.listeners(event).slice(listenersBefore[event])) {
        this.#keyListeners.push({ event, listener: listener as (...given: any[]) => void });
      }
    }
    this.#write(PASTE_ON);
    this.#isEditing = true;
    this.#redirect(process.stdout);
    this.#redirect(process.stderr);
  }

  /** Prints a text and a line end above the line that is being edited. */
  printAbove(text: string): void {
    process.stdout.write(`${terminalText(text)}\n`);
  }

  /** A cell runs: what it prints goes out as it is. */
  pauseEditing(): void {
    this.#isEditing = false;
  }

  /** The prompt is back: what is printed goes above it. */
  resumeEditing(): void {
    this.#isEditing = true;
  }

  /**
   * Leaves the terminal to a cell or a view: cooked, nobody reading, Ctrl-C a signal. For what reads keys itself it stays raw, so
   * that keys which come before it reads wait without being shown.
   */
  async release(isRaw = false): Promise<void> {
    const editor = this.#editor!;
    // Nobody reading would end the process.
    this.#hold = setInterval(() => {}, 1_000_000);
    for (const { event, listener } of this.#keyListeners) process.stdin.off(event, listener);
    editor._setRawMode(isRaw);
    this.#write(PASTE_OFF);
    editor.pause();
    // Node stops reading one tick after that.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Takes the terminal back for the line editor. */
  retake(): void {
    const editor = this.#editor!;
    clearInterval(this.#hold);
    for (const { event, listener } of this.#keyListeners) {
      if (!process.stdin.listeners(event).includes(listener)) process.stdin.on(event, listener);
    }
    process.stdin.ref();
    editor._setRawMode(true);
    this.#write(PASTE_ON);
    editor.resume();
  }

  /** Leaves the terminal as it was found. */
  close(): void {
    this.#isEditing = false;
    this.#write(PASTE_OFF);
  }

  // Output that comes while a line is edited is put above it.
  #redirect(stream: NodeJS.WriteStream): void {
    if (!stream.isTTY) return;
    const write = stream === process.stdout ? this.#write : stream.write.bind(stream);
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      const direct = write as (...given: unknown[]) => boolean;
      if (!this.#isEditing || chunk.length === 0) return direct(chunk, ...rest);
      this.#erasePrompt();
      const result = direct(chunk, ...rest);
      const endsLine = typeof chunk === 'string' ? chunk.endsWith('\n') : chunk[chunk.length - 1] === 10;
      if (!endsLine) direct('\n');
      this.#editor!._refreshLine();
      return result;
    }) as Write;
  }

  #erasePrompt(): void {
    const { rows } = this.#editor!.getCursorPos();
    if (rows > 0) moveCursor(this.output, 0, -rows);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    this.#editor!.prevRows = 0;
  }
}

const CONTINUED = '| ';

/**
 * Shows that the lines of a text after its first belong to it, as Node 24 does itself: before, the line editor writes
 * them without a prompt of their own.
 */
export function showContinuation(editor: Editor): void {
  const setLine = methodOf(editor, '_setLine');
  const [refresh, position, write] = ['_refreshLine', '_getDisplayPos', '_writeToOutput'].map((name) =>
    methodOf(editor, name),
  );
  if (setLine !== undefined || refresh === undefined || position === undefined || write === undefined) return;
  const shown = (text: string): string => text.replaceAll('\n', `\n${CONTINUED}`);
  let isRefreshing = false;
  // Node's own code calls them by symbol, its REPL and brine by name.
  const replace = (symbol: symbol, value: (...given: any[]) => unknown): void => {
    const descriptor = { value, writable: true, configurable: true };
    Object.defineProperties(editor, { [symbol]: descriptor, [symbol.description!]: descriptor });
  };
  replace(position.symbol, (text: string) => position.call(shown(text)));
  replace(write.symbol, (text: string) => write.call(isRefreshing ? shown(text) : text));
  replace(refresh.symbol, () => {
    isRefreshing = true;
    try {
      return refresh.call();
    } finally {
      isRefreshing = false;
    }
  });
}

/**
 * Puts another method in the place of one of the line editor's. Node's own code calls some by a symbol, its REPL and brine by
 * name; both then call `made`, which is given the method that was there.
 */
export function replaceMethod(
  editor: Editor,
  name: string,
  made: (native: (...given: any[]) => unknown) => (...given: any[]) => unknown,
): void {
  const before: unknown = Reflect.get(editor, name);
  const native = typeof before === 'function' ? before : methodOf(editor, name)?.call;
  if (native === undefined) return;
  const descriptor = {
    value: made((...given) => Reflect.apply(native as () => unknown, editor, given)),
    writable: true,
    configurable: true,
  };
  Object.defineProperty(editor, name, descriptor);
  const symbol = methodOf(editor, name)?.symbol;
  if (symbol !== undefined) Object.defineProperty(editor, symbol, descriptor);
}

/** What the line editor keeps under a symbol of this description; undefined for nothing. */
export function valueOf(
  editor: Editor,
  description: string,
): { readonly symbol: symbol; readonly value: unknown } | undefined {
  for (const symbol of Object.getOwnPropertySymbols(editor)) {
    if (symbol.description !== description) continue;
    return { symbol, value: Reflect.get(editor, symbol) };
  }
  return undefined;
}

/** A method of the line editor that is named by a symbol. */
function methodOf(
  editor: Editor,
  name: string,
): { readonly symbol: symbol; call(...given: unknown[]): unknown } | undefined {
  for (let at: object | null = editor; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    for (const symbol of Object.getOwnPropertySymbols(at)) {
      if (symbol.description !== name) continue;
      const method: unknown = Reflect.get(at, symbol);
      if (typeof method === 'function')
        return { symbol, call: (...given) => Reflect.apply(method, editor, given) };
    }
  }
  return undefined;
}
