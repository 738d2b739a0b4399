// What goes through Redis: pickled, signed, and believed only when somebody signed it whom this user trusts. Each message says what it
// is and which task it belongs to, so that whoever can write there can neither make one nor put one in the place of another.
//
// Knows nothing of Redis.

import { ParallelError } from '../../errors.js';
import { loadBytes } from '../../library/load-bytes.js';
import { Pickler } from '../../library/pickler.js';
import type { Answer, Mode, Wire } from '../types.js';

/** The code of calls. */
export interface CodeMessage {
  readonly kind: 'code';
  /** The key of the code. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A task. */
export interface TaskMessage {
  readonly kind: 'task';
  readonly id: string;
  readonly call: string;
  readonly mode: Mode;
  readonly code: string;
  readonly items: Wire;
  readonly timeoutMs: number | undefined;
  /** How often it is tried. */
  readonly attempts: number;
}

/** What came of it. */
export interface ResultMessage {
  readonly kind: 'result';
  readonly id: string;
  readonly answer: Answer;
}

type Message = CodeMessage | TaskMessage | ResultMessage;

/** Signs a message with this user's key. */
export function sealedMessage(message: Message): Buffer {
  return Buffer.from(new Pickler({ sign: 'others' }).dumps(message));
}

/** Opens a message. Throws CLUSTER_REFUSED when nobody signed it whom this user trusts, or when it is not the one that was asked for. */
export async function openedMessage<K extends Message['kind']>(
  kind: K,
  id: string,
  bytes: Uint8Array,
): Promise<Extract<Message, { kind: K }>> {
  let message: Message;
  try {
    ({ value: message } = await loadBytes<Message>(bytes, {
      keys: ['trusted'],
      fileName: `cluster ${kind}`,
    }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ParallelError('CLUSTER_REFUSED', `the ${kind} ${id} was refused: ${why}`, {
      hint: 'trust the key of whoever sent it (brine key prints it there, brine trust takes it here)',
      cause: error,
    });
  }
  if (message.kind !== kind || message.id !== id)
    throw new ParallelError('CLUSTER_REFUSED', `the ${kind} ${id} was refused: another stands in its place`);
  return message as Extract<Message, { kind: K }>;
}
