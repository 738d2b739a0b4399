// Puts the colours of `highlight.ts` on the line that is being edited. The line editor draws a whole line in one method and single
// characters in others: what it draws is painted, and the line drawn again when a character changed the look of others.
//
// From Node 26.8 on the line editor has colours of its own, which are turned off here, so that there is one look on every Node.
// Uses undocumented parts of readline, like terminal.ts.

import { bracketsAt, type Looks, looksOf, painted } from './highlight.js';
import { type Editor, replaceMethod, valueOf } from './terminal.js';

/** Colours the input of an editor from now on. */
export function paintInput(editor: Editor): void {
  const paint = new Paint(editor);
  paint.install();
  if (editor.line === '') return;
  countRows(editor);
  editor._refreshLine();
}

// Of keys that come in one piece the editor does not count the rows.
function countRows(editor: Editor): void {
  const { rows, cols } = editor.getCursorPos();
  editor.prevRows = cols === 0 ? Math.max(0, rows - 1) : rows;
}

/** Takes away the line editor's own colours. */
export function leavePlain(editor: Editor): void {
  const own = valueOf(editor, '_colorize');
  if (own !== undefined) Object.defineProperty(editor, own.symbol, { value: undefined, writable: true });
}

class Paint {
  readonly #editor: Editor;
  #text = '';
  #looks: Looks = looksOf('');
  /** Where the next piece of the line begins, while the line is drawn; undefined otherwise. */
  #at: number | undefined;
  /** What was drawn last: the text, how each character looked, and which brackets were marked. */
  #drawn = { text: '', looks: this.#looks, marked: [] as readonly number[] };
  #isSettled = false;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  install(): void {
    const editor = this.#editor;
    replaceMethod(editor, '_refreshLine', (native) => () => {
      this.#at = 0;
      this.#drawn = { text: editor.line, looks: this.#look(), marked: this.#marked() };
      try {
        return native();
      } finally {
        this.#at = undefined;
      }
    });
    replaceMethod(editor, '_writeToOutput', (native) => (text: string) => native(this.#piece(text)));
    replaceMethod(editor, '_insertString', (native) => (text: string) => {
      const before = this.#drawn;
      const isAppended = editor.cursor === editor.line.length;
      const result = native(text);
      // What was appended was written as it is.
      if (this.#drawn === before && isAppended && editor.line === before.text + text) {
        this.#drawn = { ...before, text: editor.line };
        countRows(editor);
      }
      this.#update();
      return result;
    });
    replaceMethod(editor, '_moveCursor', (native) => (...given: unknown[]) => {
      const result = native(...given);
      this.#update();
      return result;
    });
    // The line goes into the scrollback as it is then, so without marks: it begins with a move of the cursor to the end.
    replaceMethod(editor, 'clearLine', (native) => () => {
      this.#isSettled = true;
      try {
        return native();
      } finally {
        this.#isSettled = false;
        this.#drawn = { text: '', looks: looksOf(''), marked: [] };
      }
    });
  }

  #look(): Looks {
    const { line } = this.#editor;
    if (line !== this.#text) {
      this.#text = line;
      this.#looks = looksOf(line);
    }
    return this.#looks;
  }

  #marked(): readonly number[] {
    return this.#isSettled ? [] : bracketsAt(this.#look(), this.#editor.cursor);
  }

  // Draws the line again when it looks otherwise than it was drawn. What was written as it is counts as plain.
  #update(): void {
    const { line } = this.#editor;
    const { text, looks, marked } = this.#drawn;
    if (text !== line) return;
    const wanted = this.#look();
    const isSame =
      String(marked) === String(this.#marked()) &&
      wanted.inks.every((ink, at) => ink === (looks.inks[at] ?? 0) || line[at] === ' ');
    if (!isSame) this.#editor._refreshLine();
  }

  // The line comes in one piece with the prompt before it, or line by line with a mark before each.
  #piece(text: string): string {
    const at = this.#at;
    if (at === undefined) return text;
    const { line } = this.#editor;
    const prompt = this.#editor.getPrompt();
    const head = at === 0 ? prompt : (/^\n.*? /.exec(text)?.[0] ?? '');
    if (!text.startsWith(head)) return text;
    const from = at === 0 ? 0 : at + 1;
    const rest = text.slice(head.length);
    if (line.slice(from, from + rest.length) !== rest) return text;
    this.#at = from + rest.length;
    const { looks, marked } = this.#drawn;
    return head + painted(line, looks, marked, { from, to: from + rest.length });
  }
}
