// What stands in for `import.meta` in restored code, which is a script and cannot have the real one.
// Gives where the code came from, and resolves from there. Knows nothing of texts.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const objects = new Map<string, object>();

/** The object for code that came from `url`; the same one each time. */
export function importMetaOf(url: string): object {
  let object = objects.get(url);
  if (object === undefined) {
    object = makeMeta(url);
    objects.set(url, object);
  }
  return object;
}

function makeMeta(url: string): object {
  const resolve = (specifier: string): string => resolveFrom(url, `${specifier}`);
  if (!url.startsWith('file:')) return { __proto__: null, resolve, url };
  const filename = fileURLToPath(url);
  return { __proto__: null, dirname: dirname(filename), filename, resolve, url };
}

function resolveFrom(url: string, specifier: string): string {
  if (/^(\.{0,2}\/|[a-z][a-z+.-]*:)/i.test(specifier)) return new URL(specifier, url).href;
  const found = createRequire(url).resolve(specifier);
  return found.startsWith('/') || /^[a-z]:\\/i.test(found)
    ? pathToFileURL(found).href
    : `node:${found.replace(/^node:/, '')}`;
}
