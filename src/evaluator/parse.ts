// Reads a cell: acorn's tree of it, or whether it is merely incomplete, or what is wrong with it.
//
// A cell may use `await`, `import` and `export` at its top level. Offsets in the tree are offsets in `text`, which is
// the source itself or, for an object literal, the source in parentheses. Knows nothing of bindings; runs nothing.

import { type Node, type Options, Parser, type Program, tokTypes } from 'acorn';

/** What a text is to the parser. */
export type Parsed =
  | {
      readonly status: 'program';
      readonly program: Program;
      readonly text: string;
      readonly prefixLength: number;
    }
  | { readonly status: 'incomplete'; readonly message: string; readonly statements: readonly Node[] }
  | {
      readonly status: 'error';
      readonly message: string;
      readonly offset: number;
      readonly statements: readonly Node[];
    };

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowHashBang: true,
};

interface Watch {
  /** The input ended inside something. */
  isIncomplete: boolean;
  offset: number;
  readonly statements: Node[];
}

/** Parses the text of a cell. A block that could be an object literal is one, as at Node's own prompt. */
export function parseCell(source: string): Parsed {
  if (/^\s*\{/.test(source) && !/;\s*$/.test(source)) {
    const text = `(${source}\n)`;
    const wrapped = parseProgram(text);
    if (wrapped.status === 'program' && wrapped.program.body[0]?.type === 'ExpressionStatement') {
      return { ...wrapped, text, prefixLength: 1 };
    }
  }
  return parseProgram(source);
}

/** Parses a text as a program, without the rule for object literals. */
export function parseProgram(source: string): Parsed {
  const watch: Watch = { isIncomplete: false, offset: 0, statements: [] };
  try {
    const program = new (watchingParser(watch))(OPTIONS, source).parse() as Program;
    return { status: 'program', program, text: source, prefixLength: 0 };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    if (watch.isIncomplete) return { status: 'incomplete', message, statements: watch.statements };
    return { status: 'error', message, offset: watch.offset, statements: watch.statements };
  }
}

// Notices where the parser gave up, and collects the top-level statements that it had read by then.
function watchingParser(watch: Watch): any {
  return Parser.extend(
    (Base: any) =>
      class extends Base {
        parseStatement(context: unknown, isTopLevel: boolean, exports: unknown): Node {
          const node = super.parseStatement(context, isTopLevel, exports) as Node;
          if (isTopLevel) watch.statements.push(node);
          return node;
        }
        raise(offset: number, message: string): never {
          watch.offset = offset;
          watch.isIncomplete = endsInside(this, offset, message);
          return super.raise(offset, message) as never;
        }
        raiseRecoverable(offset: number, message: string): never {
          watch.offset = offset;
          return super.raise(offset, message) as never;
        }
      } as never,
  );
}

function endsInside(parser: any, offset: number, message: string): boolean {
  if (message === 'Unterminated template' || message === 'Unterminated comment') return true;
  if (message === 'Unterminated string constant') {
    return (
      /\\(?:\r\n?|\n|\u2028|\u2029)?$/.test(parser.input.slice(offset, parser.pos)) &&
      parser.pos >= parser.input.length
    );
  }
  return parser.type === tokTypes.eof && parser.start >= parser.input.length && offset >= parser.start;
}
