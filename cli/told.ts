// What came of a program as data: what it threw, and its value as far as JSON has it. Runs nothing of the value but what printing it
// runs.

import { withPristineBuiltins } from '../src/realm/pristine.js';
import { type JsonLoss, jsonText } from './plain/json-text.js';
import { failureText } from './shell.js';

/** What was thrown. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  /** As the prompt prints it. */
  readonly stack: string;
}

/** Describes what was thrown; it may refuse to be looked at. */
export function thrownOf(error: unknown): ThrownError {
  const text = failureText(error);
  try {
    if (error instanceof Error)
      return { name: String(error.name), message: String(error.message), stack: text };
  } catch {}
  return { name: '', message: text.replace(/^Uncaught /, ''), stack: text };
}

/** A value as JSON; no `value` when it is too large. */
export interface JsonValue {
  readonly value?: unknown;
  readonly losses: readonly JsonLoss[];
  readonly lossCount: number;
}

/** A value as far as JSON has it, of so many characters at most. */
export function jsonValueOf(value: unknown, charactersMax?: number): JsonValue {
  return withPristineBuiltins(() => {
    try {
      const { pieces, losses, lossCount } = jsonText(
        value,
        charactersMax === undefined ? {} : { charactersMax },
      );
      return { value: JSON.parse(pieces.join('')) as unknown, losses, lossCount };
    } catch (error) {
      const what = `too large for JSON: ${(error as Error).message}`;
      return { losses: [{ path: '', what, became: undefined }], lossCount: 1 };
    }
  });
}
