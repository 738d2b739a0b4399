// Packages that only some stores need: looked for when a store is opened, beside brine and then from the working directory.
// One that is missing is an error that says what to install.

import { StoreError } from '../errors.js';
import { importerAt } from '../realm/compile.js';

/** The versions that are tested. */
const VERSIONS: Readonly<Record<string, string>> = {
  libsql: '0.5.29',
  unstorage: '1.17.6',
  ioredis: '5.11.1',
  aws4fetch: '1.0.20',
};

/** What unstorage's drivers need beside it; the others need nothing, or say themselves what. */
const DRIVER_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'azure-app-configuration': ['@azure/app-configuration', '@azure/identity'],
  'azure-cosmos': ['@azure/cosmos', '@azure/identity'],
  'azure-key-vault': ['@azure/keyvault-secrets', '@azure/identity'],
  'azure-storage-blob': ['@azure/storage-blob', '@azure/identity'],
  'azure-storage-table': ['@azure/data-tables', '@azure/identity'],
  'deno-kv-node': ['@deno/kv'],
  mongodb: ['mongodb'],
  'netlify-blobs': ['@netlify/blobs'],
  planetscale: ['@planetscale/database'],
  redis: ['ioredis'],
  s3: ['aws4fetch'],
  uploadthing: ['uploadthing'],
  upstash: ['@upstash/redis'],
  'vercel-blob': ['@vercel/blob'],
  'vercel-kv': ['@vercel/kv'],
};

/** The packages of a driver of unstorage, unstorage first. */
export function driverPackages(driver: string): readonly string[] {
  return ['unstorage', ...(Object.hasOwn(DRIVER_PACKAGES, driver) ? (DRIVER_PACKAGES[driver] ?? []) : [])];
}

/**
 * Imports a package for what needs it; `packages` are those to install. What CommonJS exports is under `default` where
 * there is one.
 *
 * @throws {StoreError} STORE_PEER when one of them is not installed
 */
export async function importPeer<Module>(
  specifier: string,
  { what, packages }: { readonly what: string; readonly packages: readonly string[] },
): Promise<Module> {
  try {
    const module = (await importerAt(import.meta.url)(specifier)) as { readonly default?: unknown };
    return (module.default ?? module) as Module;
  } catch (error) {
    if (!isMissing(error)) throw error;
    const names = packages.join(' and ');
    throw new StoreError(
      'STORE_PEER',
      `${what} needs ${names}, which ${packages.length > 1 ? 'are not both' : 'is not'} installed here`,
      {
        hint: installLine(packages),
        cause: error,
      },
    );
  }
}

/** What to type. */
export function installLine(packages: readonly string[]): string {
  const words = packages.map((name) =>
    Object.hasOwn(VERSIONS, name) ? `${name}@${VERSIONS[name] as string}` : name,
  );
  return `npm install ${words.join(' ')}`;
}

// A package's own missing part (a binary of another platform) is told by its code as well.
function isMissing(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
