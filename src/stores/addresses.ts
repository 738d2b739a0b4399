// Addresses of stores as people type them: which store, which key in it, and how an address is shown.
//
//   redis://host:6379/work      also rediss://, and redis://host/2/work for database 2
//   s3://bucket/work.pkl        keys, region and endpoint as AWS's own tools take them from the environment
//   https://host/dir/work.pkl
//   sqlite:lab.db#work          also sqlite:lab.db#work@2
//   unstorage+github:work?repo=me/snapshots&branch=main
//
// A password is never shown: not in messages, not in files. Knows nothing of what the stores do.

import { StoreError } from '../errors.js';

/** An address in its parts. */
export interface Address {
  readonly scheme: 'redis' | 's3' | 'http' | 'sqlite' | 'unstorage';
  /** How it is shown: without passwords. */
  readonly shown: string;
  /** What the store is opened with: an address, a bucket, a file, the name of a driver. */
  readonly place: string;
  readonly key: string;
  /** Which save; undefined for the newest. */
  readonly generation: number | undefined;
  /** What follows `?`: options of a driver. */
  readonly options: Readonly<Record<string, string>>;
}

// Windows has paths that begin with one letter and a colon.
const ADDRESS = /^(rediss?|s3|https?):\/\/|^(sqlite|unstorage\+[a-z0-9-]+):/iu;

/**
 * True for a word that is the address of something in a store.
 *
 * @param word  Any text.
 * @returns Whether it has the form of one; {@link openStore} may still refuse it.
 * @see the URLs of fsspec
 * @example
 *   isAddress('redis://localhost/work'); // true
 *   isAddress('work.pkl'); // false
 */
export function isAddress(word: string): boolean {
  return ADDRESS.test(word);
}

/** Takes an address apart. Throws STORE_ADDRESS. */
export function readAddress(address: string): Address {
  const shown = shownAddress(address);
  const scheme = /^[a-z0-9]+/iu.exec(address)?.[0].toLowerCase();
  switch (isAddress(address) ? scheme : undefined) {
    case 'redis':
    case 'rediss':
      return redisAddress(address, shown);
    case 's3':
      return s3Address(address, shown);
    case 'http':
    case 'https':
      return httpAddress(address, shown);
    case 'sqlite':
      return sqliteAddress(address, shown);
    case 'unstorage':
      return driverAddress(address, shown);
    default:
      throw wrong(shown, 'the kinds are redis://, s3://, https://, sqlite: and unstorage+<driver>:');
  }
}

/**
 * An address without what is secret in it: passwords, and what follows a question mark.
 *
 * @param address  An address; any other text stays as it is.
 * @returns The address as it may be shown and logged.
 * @see how browsers show addresses
 * @example
 *   shownAddress('redis://ada:secret@host/work'); // 'redis://ada:***@host/work'
 */
export function shownAddress(address: string): string {
  if (!isAddress(address)) return address;
  const [before, query] = cut(address, '?');
  const end = query === undefined ? '' : '?…';
  const url = urlOf(before);
  // What is no address may have a password in it all the same.
  if (url === undefined) return `${before.replace(/\/\/.*@/su, '//***@')}${end}`;
  if (url.password === '') return before + end;
  return `${before.replace(/\/\/.*@/su, `//${url.username}:***@`)}${end}`;
}

/** A line of commands with every address in it as it is shown. */
export function withoutSecrets(line: string): string {
  return line.replace(/[^\s"']+/gu, shownAddress);
}

function redisAddress(address: string, shown: string): Address {
  const url = urlOf(address);
  const words = url?.pathname.split('/').filter((word) => word !== '') ?? [];
  const database = words.length > 1 && /^\d{1,5}$/u.test(words[0] as string) ? words.shift() : undefined;
  if (url === undefined || url.hostname === '' || words.length === 0)
    throw wrong(shown, 'an address in Redis is redis://host:6379/work');
  url.pathname = database === undefined ? '' : `/${database}`;
  return {
    scheme: 'redis',
    shown,
    place: url.href,
    key: words.join('/'),
    generation: undefined,
    options: {},
  };
}

function s3Address(address: string, shown: string): Address {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/iu.exec(address) ?? [];
  if (bucket === undefined || key === undefined)
    throw wrong(shown, 'an address in S3 is s3://bucket/work.pkl');
  return { scheme: 's3', shown, place: bucket, key, generation: undefined, options: {} };
}

function httpAddress(address: string, shown: string): Address {
  const url = urlOf(address);
  const [, folder, name] = /^(.*\/)([^/]+)$/u.exec(url?.pathname ?? '') ?? [];
  if (url === undefined || folder === undefined || name === undefined)
    throw wrong(shown, 'an address of HTTP ends in the name of a file: https://host/dir/work.pkl');
  url.pathname = folder;
  url.hash = '';
  return { scheme: 'http', shown, place: url.href, key: decoded(name), generation: undefined, options: {} };
}

function sqliteAddress(address: string, shown: string): Address {
  const [, path, key, number] =
    /^sqlite:(?:\/\/)?([^#]+)#([^@]+)(?:@([1-9]\d{0,14}))?$/iu.exec(address) ?? [];
  if (path === undefined || key === undefined)
    throw wrong(shown, 'an address in SQLite is sqlite:lab.db#work');
  const generation = number === undefined ? undefined : Number(number);
  return { scheme: 'sqlite', shown, place: path, key, generation, options: {} };
}

function driverAddress(address: string, shown: string): Address {
  const [before, query] = cut(address, '?');
  const [, driver, key] = /^unstorage\+([a-z0-9-]+):(.+)$/iu.exec(before) ?? [];
  if (driver === undefined || key === undefined)
    throw wrong(shown, 'an address of a driver is unstorage+github:work?repo=me/snapshots');
  const options = Object.fromEntries(new URLSearchParams(query ?? ''));
  return { scheme: 'unstorage', shown, place: driver, key, generation: undefined, options };
}

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function cut(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function wrong(shown: string, hint: string): StoreError {
  return new StoreError('STORE_ADDRESS', `"${shown}" is no address of a store`, { path: shown, hint });
}
