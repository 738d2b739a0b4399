// Jupyter's messages as frames, signed: identities, a mark, the signature, four parts of JSON, buffers.
//
// A message whose signature is wrong, that came before, or that has another form is none. Knows nothing of sockets and of what
// messages say.

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** The version of the protocol that is spoken. */
export const PROTOCOL_VERSION = '5.3';

/** A part of a message. */
export type Part = Readonly<Record<string, unknown>>;

/** Who says what. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message that came. */
export interface Message {
  /** Where an answer goes. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly parent: Part;
  readonly metadata: Part;
  readonly content: Part;
}

/** What is sent. */
export interface Outgoing {
  readonly type: string;
  readonly content: Part;
  readonly metadata?: Part;
  /** The message that this is about; undefined for none. */
  readonly about?: Message | undefined;
}

const MARK = '<IDS|MSG>';
/** Messages that are remembered so that none counts twice. */
const SEEN_MAX = 65_536;

/** Signs and checks with one key. */
export class Wire {
  readonly #key: string;
  readonly #hash: string;
  readonly #session = randomUUID();
  readonly #seen = new Set<string>();

  /**
   * @param key   The key of the connection file; the empty string is for messages without a signature.
   * @param hash  The name of the hash: `sha256`.
   */
  constructor(key: string, hash: string) {
    this.#key = key;
    this.#hash = hash;
  }

  /** Reads frames; undefined for what is no message of somebody who has the key. */
  decode(frames: readonly Uint8Array[]): Message | undefined {
    const at = frames.findIndex((frame) => Buffer.from(frame).toString('latin1') === MARK);
    const [signature, ...parts] = at < 0 ? [] : frames.slice(at + 1, at + 6);
    if (signature === undefined || parts.length < 4 || !this.#isSigned(signature, parts)) return undefined;
    try {
      const [header, parent, metadata, content] = parts.map(partOf) as [Part, Part, Part, Part];
      if (typeof header['msg_type'] !== 'string' || typeof header['msg_id'] !== 'string') return undefined;
      return {
        identities: frames.slice(0, at),
        header: header as unknown as Header,
        parent,
        metadata,
        content,
      };
    } catch {
      return undefined;
    }
  }

  /** The frames of a message, for the identities given: those of whom it answers, or a topic. */
  encode(
    identities: readonly (Uint8Array | string)[],
    { type, content, metadata = {}, about }: Outgoing,
  ): Buffer[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: 'brine',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [header, about?.header ?? {}, metadata, content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    const ids = identities.map((identity) => Buffer.from(identity as Uint8Array));
    return [...ids, Buffer.from(MARK), Buffer.from(this.#signatureOf(parts)), ...parts];
  }

  #isSigned(signature: Uint8Array, parts: readonly Uint8Array[]): boolean {
    if (this.#key === '') return true;
    const expected = Buffer.from(this.#signatureOf(parts));
    if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) return false;
    const text = expected.toString('latin1');
    if (this.#seen.has(text)) return false;
    this.#seen.add(text);
    if (this.#seen.size > SEEN_MAX) this.#seen.delete(this.#seen.values().next().value as string);
    return true;
  }

  #signatureOf(parts: readonly Uint8Array[]): string {
    if (this.#key === '') return '';
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }
}

function partOf(frame: Uint8Array): Part {
  const value = JSON.parse(Buffer.from(frame).toString('utf8')) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no object');
  return value as Part;
}
