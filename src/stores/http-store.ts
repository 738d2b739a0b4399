// A store on a server that speaks plain HTTP: GET with ranges, HEAD, PUT, DELETE. Works with servers of files, WebDAV,
// unstorage's own server, and for loading with any address.
//
// A download that breaks goes on where it was. Names and passwords of an address become a header and never show. Knows
// nothing of what is stored.

import { StoreError } from '../errors.js';
import type { OptionNames } from '../option-names.js';
import { shownAddress } from './addresses.js';
import type { ItemStat, Items } from './items.js';
import { checkStoreNames } from './options.js';
import { type PartOptions, PartStore } from './part-store.js';
import type { Store } from './store.js';

/** Options of {@link httpStore}. */
export interface HttpOptions extends PartOptions {
  /** Sent with every request, for example `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How often a request that broke, or that the server could not answer, is made again. Default: 4. */
  readonly retriesMax?: number;
}

const NAMES: OptionNames<HttpOptions> = { partBytes: 'any', headers: 'any', retriesMax: 'any' };

/**
 * A store below an address: the key `lab/work.pkl` is there as `<base>/lab/work.pkl`.
 *
 * @param base     The address; a name and a password in it are sent as a header. What follows `?` goes with every request.
 * @param options  See {@link HttpOptions}.
 * @returns The store. It connects when it is used.
 * @throws {StoreError} STORE_ADDRESS, STORE_OPTION
 * @see HTTP file systems of fsspec; ranges, so that a part can be read alone
 * @example
 *   const store = httpStore('https://example.org/snapshots/');
 *   // await store.stat('work.pkl');
 */
export function httpStore(base: string | URL, options: HttpOptions = {}): Store {
  checkStoreNames(options, NAMES);
  const url = URL.canParse(String(base)) ? new URL(base) : undefined;
  // The text may have a password in it.
  if (url === undefined || !/^https?:$/u.test(url.protocol))
    throw new StoreError('STORE_ADDRESS', 'a store behind HTTP needs an address', {
      hint: 'for example https://example.org/snapshots/',
    });
  return new PartStore(new HttpItems(url, options), options);
}

const RETRY_MS = [100, 400, 1000, 3000];
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

class HttpItems implements Items {
  readonly name: string;
  private readonly base: URL;
  private readonly headers: Record<string, string>;
  private readonly retriesMax: number;

  constructor(base: URL, { headers, retriesMax = 4 }: HttpOptions) {
    this.name = shownAddress(base.href);
    this.retriesMax = retriesMax;
    this.headers = { accept: 'application/octet-stream', ...headers };
    if (base.username !== '' || base.password !== '') {
      const pair = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
      this.headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    }
    this.base = new URL(base);
    this.base.username = this.base.password = '';
    if (!this.base.pathname.endsWith('/')) this.base.pathname += '/';
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const pieces: Uint8Array[] = [];
    const stream = await this.stream(key, 0);
    if (stream === undefined) return undefined;
    for await (const piece of stream) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async set(
    key: string,
    bytes: Uint8Array,
    condition?: { readonly ifMatch: string | null },
  ): Promise<boolean> {
    const headers: Record<string, string> = { 'content-type': 'application/octet-stream' };
    if (condition?.ifMatch === null) headers['if-none-match'] = '*';
    else if (condition?.ifMatch?.startsWith('"') === true) headers['if-match'] = condition.ifMatch;
    const response = await this.ask(key, { method: 'PUT', headers, body: bytes });
    await response.body?.cancel();
    if (response.status === 412 && condition !== undefined) return false;
    if (!response.ok) throw refused(response, 'STORE_WRITE', key);
    return true;
  }

  async has(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined;
  }

  async stat(key: string): Promise<ItemStat | undefined> {
    const response = await this.ask(key, { method: 'HEAD' });
    if (response.status === 404 || response.status === 410) return undefined;
    if (!response.ok) throw refused(response, 'STORE_READ', key);
    const length = response.headers.get('content-length');
    const isEncoded = response.headers.has('content-encoding');
    const modifiedAtMs = Date.parse(response.headers.get('last-modified') ?? '');
    return {
      bytes: length === null || length === '0' || isEncoded ? undefined : Number(length),
      modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
      tag: response.headers.get('etag') ?? undefined,
    };
  }

  async remove(key: string): Promise<void> {
    const response = await this.ask(key, { method: 'DELETE' });
    await response.body?.cancel();
    if (!response.ok && response.status !== 404) throw refused(response, 'STORE_WRITE', key);
  }

  // As unstorage's server lists: an address that ends with a colon gives a list of keys.
  async keys(prefix: string): Promise<readonly string[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const response = await this.ask(`${folder}:`, { method: 'GET', headers: { accept: 'application/json' } });
    const list: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
    if (!Array.isArray(list) || !list.every((key) => typeof key === 'string'))
      throw new StoreError('STORE_READ', `${this.name} does not list what it has`, {
        hint: 'name what you want',
      });
    return (list as string[]).map((key) => key.replaceAll(':', '/'));
  }

  async stream(
    key: string,
    offset: number,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const first = await this.from(key, { offset, signal });
    if (first.status === 404 || first.status === 410) return undefined;
    return this.goingOn(key, first, { offset, signal });
  }

  async close(): Promise<void> {}

  // The bytes of a download; where it breaks, a new one begins where the old one ended.
  private async *goingOn(
    key: string,
    first: Response,
    { offset, signal }: { offset: number; signal: AbortSignal | undefined },
  ): AsyncGenerator<Uint8Array> {
    let response = first;
    let at = offset;
    const tag = first.headers.get('etag') ?? first.headers.get('last-modified') ?? undefined;
    for (let tries = 0; ; tries++) {
      let broke: unknown;
      const start = at;
      try {
        for await (const piece of bodyFrom(response, { at, key })) {
          yield piece;
          at += piece.length;
        }
        const total = totalOf(response);
        if (total === undefined || at >= total) return;
        broke = new Error(`it ended after ${at} of ${total} bytes`);
      } catch (error) {
        if (error instanceof StoreError || signal?.aborted === true) throw error;
        broke = error;
      }
      if (at > start) tries = 0;
      if (tries >= this.retriesMax) throw broke;
      await pause(tries);
      response = await this.from(key, { offset: at, signal, tag });
    }
  }

  private async from(
    key: string,
    { offset, signal, tag }: { offset: number; signal: AbortSignal | undefined; tag?: string | undefined },
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    // Compressed on the way, it could not be counted.
    headers['accept-encoding'] = 'identity';
    if (offset > 0) headers['range'] = `bytes=${offset}-`;
    // A weak tag does not say that the bytes are the same.
    if (offset > 0 && tag !== undefined && !tag.startsWith('W/')) headers['if-range'] = tag;
    const response = await this.ask(key, { method: 'GET', headers, ...(signal !== undefined && { signal }) });
    if (response.ok || response.status === 404 || response.status === 410) {
      const now = response.headers.get('etag') ?? response.headers.get('last-modified') ?? undefined;
      if (tag !== undefined && now !== tag) throw changed(key);
      return response;
    }
    // Nothing is behind the last byte.
    if (response.status === 416) return new Response(new Uint8Array(0), { status: 206 });
    throw refused(response, 'STORE_READ', key);
  }

  // What cannot be reached and what the server says will pass is tried again; a body is given as a whole, so it can be.
  private async ask(key: string, request: RequestInit): Promise<Response> {
    const address = new URL(this.base);
    address.pathname += key.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':');
    for (let tries = 0; ; tries++) {
      try {
        const response = await fetch(address, {
          ...request,
          headers: { ...this.headers, ...request.headers },
        });
        if (!PASSING.has(response.status) || tries >= this.retriesMax) return response;
        await response.body?.cancel();
      } catch (error) {
        if (request.signal?.aborted === true || tries >= this.retriesMax) throw error;
      }
      await pause(tries);
    }
  }
}

async function* bodyFrom(
  response: Response,
  { at, key }: { at: number; key: string },
): AsyncGenerator<Uint8Array> {
  // A server that knows no ranges sends all of it.
  let skip = at;
  if (response.status === 206 && at > 0) {
    const [, from] = /^bytes (\d+)-/u.exec(response.headers.get('content-range') ?? `bytes ${at}-`) ?? [];
    if (Number(from) !== at)
      throw new StoreError('STORE_READ', `the server sent ${key} from byte ${from}, not from ${at}`, {
        path: key,
        hint: 'the server is broken: get the file in another way',
      });
    skip = 0;
  }
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const taken = Math.min(skip, piece.length);
    skip -= taken;
    if (taken < piece.length) yield piece.subarray(taken);
  }
}

function totalOf(response: Response): number | undefined {
  const [, ranged] = /\/(\d+)$/u.exec(response.headers.get('content-range') ?? '') ?? [];
  if (ranged !== undefined) return Number(ranged);
  if (response.status === 206 || response.headers.has('content-encoding')) return undefined;
  const length = response.headers.get('content-length');
  return length === null ? undefined : Number(length);
}

function pause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]));
}

function changed(key: string): StoreError {
  return new StoreError('STORE_READ', `${key} was replaced on the server while it came`, {
    path: key,
    hint: 'load it again',
  });
}

function refused(response: Response, code: 'STORE_READ' | 'STORE_WRITE', key: string): StoreError {
  const { status, statusText } = response;
  const doing = code === 'STORE_READ' ? 'read' : 'write';
  const isLogin = status === 401 || status === 403;
  return new StoreError(code, `the server did not let ${doing} ${key}: ${`${status} ${statusText}`.trim()}`, {
    path: key,
    hint: isLogin
      ? 'check the name and the password: https://name:password@host/…'
      : 'check the address, and that the server takes PUT where something is to be saved',
  });
}
