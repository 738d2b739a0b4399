// What a client says and hears, line by line: a request, an answer, an event. See docs/SERVE.md.

import type { Refusal } from '../kernel/messages.js';

/** The version of the protocol: it rises when a client of the one before would no longer understand. */
export const PROTOCOL = 1;

/** A longer request is refused. */
export const REQUEST_BYTES_MAX = 16 * 2 ** 20;
/** More requests that wait are refused. */
export const WAITING_MAX = 1000;
/** So many characters are printed for one request; the rest is counted. */
export const OUTPUT_CHARACTERS_MAX = 4 * 2 ** 20;
/** Of a longer piece of output several events are made. */
export const PIECE_CHARACTERS_MAX = 64 * 2 ** 10;

/** A client's name for a request. */
export type RequestId = string | number;

/** A request. */
export interface Request {
  readonly id: RequestId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An answer: the result, or why there is none. */
export type Answer =
  | { readonly id: RequestId; readonly result: unknown }
  | { readonly id: RequestId | null; readonly error: Refusal };

/** Reads a line. Answers with the error to send for what is no request. */
export function requestOf(line: string): Request | { readonly refused: Answer } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return refused(null, 'JSON', `this line is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused(null, 'REQUEST', 'a request is an object: {"id": 1, "method": "evaluate", "params": {…}}');
  const { id, method, params = {}, ...rest } = value as Record<string, unknown>;
  if (typeof id !== 'string' && typeof id !== 'number')
    return refused(null, 'REQUEST', 'a request needs an id, a string or a number');
  if (typeof method !== 'string') return refused(id, 'REQUEST', 'a request needs a method');
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    return refused(id, 'REQUEST', 'params must be an object');
  const [odd] = Object.keys(rest);
  if (odd !== undefined) return refused(id, 'REQUEST', `a request has no ${JSON.stringify(odd)}`);
  return { id, method, params: params as Request['params'] };
}

function refused(id: RequestId | null, code: string, message: string): { readonly refused: Answer } {
  return { refused: { id, error: { code, message, exitCode: 2 } } };
}
