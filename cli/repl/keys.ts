// What the keys do beyond Node's own line editor: several lines in one buffer, pasting as one cell, typing ahead.
//
// Enter inserts a line break as long as the text is not a whole cell, so that a cell is edited and recalled as one on
// every Node. Keys that come while a cell runs wait. Uses undocumented parts of readline, like terminal.ts.

import type { Editor, Key } from './terminal.js';

/** What the keys report to. */
export interface KeyHandlers {
  /** Undefined when texts can be judged; before that, a promise for it. */
  loading(): Promise<unknown> | undefined;
  /** The text is not a whole cell yet. */
  isUnfinished(text: string): boolean;
  /** A whole text was entered. */
  submit(text: string): void;
  /** Ctrl-C while a cell runs and the terminal was not left to it. */
  interrupt(): void;
  /** Ctrl-C or Ctrl-D ended `.editor`; undefined when it was dropped. */
  endEditor(text: string | undefined): void;
}

type NativeWrite = (text: string | undefined, key: Key) => void;

/** The key handling of a prompt. */
export class Keys {
  /** A cell runs. */
  isBusy = false;
  /** When the last key came, as `performance.now()` counts. */
  lastKeyMs = 0;
  /** `.editor` is on: Enter always breaks the line. */
  isEditor = false;
  readonly #editor: Editor;
  readonly #handlers: KeyHandlers;
  readonly #native: NativeWrite;
  readonly #setLine: ((line: string) => void) | undefined;
  #waiting: [string | undefined, Key][] = [];
  #pasted: string | undefined;

  constructor(editor: Editor, handlers: KeyHandlers) {
    this.#editor = editor;
    this.#handlers = handlers;
    this.#native = editor._ttyWrite.bind(editor);
    this.#setLine = nativeSetLine(editor);
    editor._ttyWrite = (text, key) => this.#key(text, key ?? {});
    editor._line = () => this.#enter();
  }

  /** The running cell is done: handles the keys that waited, until one of them starts another. */
  replay(): void {
    while (!this.isBusy && this.#waiting.length > 0) {
      const [text, key] = this.#waiting.shift()!;
      this.#key(text, key);
    }
  }

  /** The keys that wait, as they were typed; they wait no more. */
  take(): string {
    const typed = this.#waiting.map(([text, key]) => key.sequence ?? text ?? '').join('');
    this.forget();
    return typed;
  }

  /** Forgets the keys that wait. */
  forget(): void {
    this.#waiting = [];
  }

  #key(text: string | undefined, key: Key): void {
    this.lastKeyMs = performance.now();
    if (key.name === 'paste-start' || this.#pasted !== undefined) this.#paste(text, key);
    else if (this.isBusy) {
      if (key.ctrl === true && key.name === 'c') this.#handlers.interrupt();
      else this.#waiting.push([text, key]);
    } else if (this.isEditor && key.ctrl === true && (key.name === 'd' || key.name === 'c'))
      this.#endEditor(key.name === 'd');
    else if ((key.name === 'return' || key.name === 'enter') && key.meta === true) this.#insert('\n');
    else if ((key.name === 'up' || key.name === 'down') && key.ctrl !== true && this.#moveLine(key.name))
      return;
    else {
      if (key.name === 'return' || key.name === 'enter') this.#dropSuggestion();
      this.#nativeKey(text, key);
    }
  }

  // Node puts what it suggests into the line when Enter ends it. Behind a command that would be another file or name than the one
  // that was typed.
  #dropSuggestion(): void {
    if (/^\s*\.[A-Za-z]/.test(this.#editor.line)) this.#native('', { name: 'escape' });
  }

  // Before Node 24 keys that come in one piece are put at the end of the line, wherever the cursor is.
  #nativeKey(text: string | undefined, key: Key): void {
    const editor = this.#editor;
    const isPiece = !editor.isCompletionEnabled && editor.cursor < editor.line.length && key.name !== 'tab';
    if (isPiece) editor.isCompletionEnabled = true;
    this.#native(text, key);
    if (isPiece) editor.isCompletionEnabled = false;
  }

  #paste(text: string | undefined, key: Key): void {
    if (key.name === 'paste-start') this.#pasted = '';
    else if (key.name === 'paste-end') {
      const pasted = this.#pasted!;
      this.#pasted = undefined;
      // A line break at the end is not the Enter key: what was pasted can be read first.
      const clean = pasted.replace(/\r\n?/g, '\n').replace(/\n$/, '');
      if (this.isBusy) this.#waiting.push([clean, {}]);
      else this.#insert(clean);
    } else this.#pasted += key.sequence ?? text ?? '';
  }

  // Called by the native editor when Enter ends the line, after it put a completion that it showed into it.
  #enter(): void {
    const editor = this.#editor;
    const loading = this.#handlers.loading();
    if (loading !== undefined) {
      this.isBusy = true;
      void loading.then(() => {
        this.isBusy = false;
        this.#enter();
        this.replay();
      });
      return;
    }
    const { line } = editor;
    if (this.isEditor || (line.trim() !== '' && this.#handlers.isUnfinished(line))) {
      this.#insert('\n');
      return;
    }
    editor.clearLine();
    this.#handlers.submit(line);
  }

  #endEditor(isKept: boolean): void {
    const { line } = this.#editor;
    this.isEditor = false;
    this.#native('', { name: 'escape' });
    this.#editor.clearLine();
    this.#handlers.endEditor(isKept ? line : undefined);
  }

  #insert(text: string): void {
    if (text === '') return;
    const editor = this.#editor;
    this.#native('', { name: 'escape' });
    const before = editor.line.slice(0, editor.cursor);
    const line = before + text + editor.line.slice(editor.cursor);
    if (this.#setLine === undefined) editor.line = line;
    else this.#setLine(line);
    editor.cursor = before.length + text.length;
    editor._refreshLine();
  }

  // Node 24 does this itself.
  #moveLine(name: 'up' | 'down'): boolean {
    const editor = this.#editor;
    if (this.#setLine !== undefined || !editor.line.includes('\n')) return false;
    const lines = editor.line.split('\n');
    const before = editor.line.slice(0, editor.cursor).split('\n');
    const row = before.length - 1;
    const target = name === 'up' ? row - 1 : row + 1;
    if (target < 0 || target >= lines.length) return false;
    const column = Math.min(before[row]!.length, lines[target]!.length);
    editor.cursor = lines.slice(0, target).reduce((sum, text) => sum + text.length + 1, 0) + column;
    this.#native('', { name: 'escape' });
    editor._refreshLine();
    return true;
  }
}

// From Node 24 on a line with breaks in it has to be set through a method that is named by a symbol.
function nativeSetLine(editor: Editor): ((line: string) => void) | undefined {
  for (let at: object | null = editor; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    for (const symbol of Object.getOwnPropertySymbols(at)) {
      if (symbol.description !== '_setLine') continue;
      const method: unknown = Reflect.get(at, symbol);
      if (typeof method === 'function') return (line) => void Reflect.apply(method, editor, [line]);
    }
  }
  return undefined;
}
