// Opens the store that an address names. What a store needs is loaded when one is opened, never before.

import process from 'node:process';
import { StoreError } from '../errors.js';
import type { OptionNames } from '../option-names.js';
import type { Keeping } from '../store/generations.js';
import { readAddress, shownAddress } from './addresses.js';
import { httpStore } from './http-store.js';
import { checkKey } from './keys.js';
import { checkKeeping, checkStoreNames } from './options.js';
import { driverPackages, importPeer } from './peers.js';
import { sqliteStore } from './sqlite-store.js';
import type { Store } from './store.js';
import { unstorageStore } from './unstorage.js';

/** Options of {@link openStore}. */
export interface OpenStoreOptions {
  /** Where keys and regions are looked for. Default: `process.env`. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How many saves stay, in stores that keep the ones before the newest. */
  readonly keeping?: Keeping;
}

const NAMES: OptionNames<OpenStoreOptions> = { environment: 'any', keeping: 'any' };

/** What an address leads to. Close the store when it is not needed any more. */
export interface OpenedStore {
  readonly store: Store;
  readonly key: string;
  /** Which save the address names; undefined for the newest. */
  readonly generation: number | undefined;
  /** The address without passwords. */
  readonly shown: string;
}

/**
 * Opens the store that an address names: `redis://host/work`, `s3://bucket/work.pkl`, `https://host/work.pkl`,
 * `sqlite:lab.db#work`, `unstorage+<driver>:work?option=value`.
 *
 * @param address  The address.
 * @param options  See {@link OpenStoreOptions}.
 * @returns The store, the key in it, and the number of a save if the address has one. What it gives is what `Session.save`
 *   and `load` take.
 * @throws {StoreError} STORE_ADDRESS, STORE_KEY, STORE_PEER when a package is missing, STORE_READ
 * @see `fsspec.open` of Python
 * @example
 *   const { store, key } = await openStore('sqlite:lab.db#work');
 *   await store.put(key, dumps([1, 2, 3]));
 *   await store.close();
 */
export async function openStore(address: string, options: OpenStoreOptions = {}): Promise<OpenedStore> {
  checkStoreNames(options, NAMES);
  checkKeeping(options.keeping);
  const { scheme, shown, place, key, generation, options: given } = readAddress(address);
  checkKey(key);
  const opened = { key, generation, shown };
  const environment = options.environment ?? process.env;
  switch (scheme) {
    case 'sqlite':
      return {
        ...opened,
        store: await sqliteStore(place, { ...(options.keeping && { keeping: options.keeping }) }),
      };
    case 'http':
      return { ...opened, store: httpStore(place) };
    case 'redis': {
      // It waits for a server for ever otherwise, and prints what goes wrong.
      const patience = { maxRetriesPerRequest: 2, connectTimeout: 5000, base: 'brine', url: place };
      return { ...opened, store: await driverStore('redis', patience, shownAddress(place)) };
    }
    case 's3':
      return {
        ...opened,
        store: await driverStore('s3', bucketOptions(place, environment), `s3://${place}`),
      };
    case 'unstorage':
      return { ...opened, store: await driverStore(place, given, `unstorage+${place}`) };
  }
}

interface Driver {
  getInstance?(): { on?(event: 'error', listener: () => void): unknown };
}

async function driverStore(driver: string, options: object, name: string): Promise<Store> {
  const make = await importPeer<(options: object) => Driver>(`unstorage/drivers/${driver}`, {
    what: name,
    packages: driverPackages(driver),
  }).catch((error: unknown) => {
    throw isNoDriver(driver, error)
      ? new StoreError('STORE_ADDRESS', `unstorage has no driver ${driver}`, {
          path: name,
          hint: 'its documentation lists them, for example fs, github, mongodb',
          cause: error,
        })
      : error;
  });
  const made = make(options);
  // Each call fails by itself.
  if (driver === 'redis') made.getInstance?.().on?.('error', () => {});
  return unstorageStore(made, { name });
}

// What a driver needs is a package; the driver itself is a file of unstorage.
function isNoDriver(driver: string, error: unknown): boolean {
  const { message } = ((error as Error).cause ?? {}) as { readonly message?: unknown };
  return (
    typeof message === 'string' &&
    /^Cannot find module '[^']*[\\/]drivers[\\/]([\w-]+)\.[cm]?js'/u.exec(message)?.[1] === driver
  );
}

function bucketOptions(bucket: string, environment: NodeJS.ProcessEnv): object {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY'];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new StoreError('STORE_ADDRESS', `s3://${bucket} needs a key`, {
      path: bucket,
      hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_REGION or AWS_ENDPOINT_URL_S3',
    });
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const endpoint =
    environment['AWS_ENDPOINT_URL_S3'] ??
    environment['AWS_ENDPOINT_URL'] ??
    `https://s3.${region}.amazonaws.com`;
  return { bucket, region, endpoint, accessKeyId, secretAccessKey };
}
