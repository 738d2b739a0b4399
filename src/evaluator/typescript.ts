// Takes the types out of a cell. The stripper is loaded when the first cell needs it, 70 to 100 ms once.
//
// Stripping blanks the types and moves nothing; only enums, parameter properties and namespaces need a transform that
// prints the cell anew. Knows nothing of bindings.

import { createRequire } from 'node:module';

/** What came of it. */
export type Stripped =
  | { readonly status: 'code'; readonly code: string; readonly isPrinted: boolean }
  | { readonly status: 'incomplete'; readonly message: string }
  | { readonly status: 'error'; readonly message: string; readonly line: number; readonly column: number };

interface SwcError {
  readonly code?: string;
  readonly message?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

type Transform = (source: string, options: object) => { readonly code: string };

let transformOnce: Transform | undefined;

/** Strips the types of a text; transforms it where stripping is not enough. */
export function stripTypes(source: string, fileName: string): Stripped {
  transformOnce ??= (createRequire(import.meta.url)('@swc/wasm-typescript') as { transformSync: Transform })
    .transformSync;
  const first = attempt(transformOnce, source, fileName, 'strip-only');
  if ('code' in first) return { status: 'code', code: first.code, isPrinted: false };
  if (first.error.code !== 'UnsupportedSyntax') return failure(source, first.error);
  const second = attempt(transformOnce, source, fileName, 'transform');
  if ('code' in second) return { status: 'code', code: second.code, isPrinted: true };
  return failure(source, second.error);
}

function attempt(
  transform: Transform,
  source: string,
  filename: string,
  mode: 'strip-only' | 'transform',
): { readonly code: string } | { readonly error: SwcError } {
  try {
    const keep = { verbatimModuleSyntax: true, noEmptyExport: true, nativeClassProperties: true };
    return { code: transform(source, { filename, mode, transform: keep }).code };
  } catch (error) {
    return {
      error: typeof error === 'object' && error !== null ? (error as SwcError) : { message: String(error) },
    };
  }
}

function failure(
  source: string,
  { message = 'cannot read this as TypeScript', startLine = 1, startColumn = 0 }: SwcError,
): Stripped {
  const lines = source.trimEnd().split('\n');
  const isAtEnd =
    startLine > lines.length ||
    (startLine === lines.length && startColumn >= lines[lines.length - 1]!.length);
  if (isAtEnd) return { status: 'incomplete', message };
  return { status: 'error', message, line: startLine, column: startColumn + 1 };
}
