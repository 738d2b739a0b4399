// Joins the many small chunks of a build into a few. esbuild makes one for each set of places that lead to a module, about
// eighty for the command line, and Node takes half a millisecond or more for every file that it imports.
//
// Chunks that the same doors lead to go into one file: a door is what a start imports at once, so none loads more than before, but for
// what is so small that a file of its own takes longer. Knows nothing of what is in them.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';
import { minifySync } from 'rolldown/utils';
import { BUILTINS_MODULE, builtinsWithoutImports } from './builtins-without-imports.mjs';

/** A file of fewer bytes takes longer to find and open than to read. */
const SMALL = 8192;

/**
 * Bundles a folder of chunks into another.
 *
 * - `metafile`: esbuild's, with the paths of what is in `from` as it wrote them, relative to `root`.
 * - `entries`: names of the public entries, without `.js`; they keep these names.
 * - `apart`: those of them that nobody waits for: what leads to them makes no file of its own.
 * - `doors`: modules that are imported later and that a start leads to, by their paths in the sources.
 * - `external`: packages that are installed beside it.
 */
export async function joinChunks({ root, from, to, metafile, entries, apart, doors, external }) {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, one]) => [resolve(root, path), one]));
  const starts = [...outputs].flatMap(([path, { entryPoint }]) =>
    entryPoint !== undefined &&
    (doors.includes(entryPoint) || entries.includes(relative(from, path).replace(/\.js$/, '')))
      ? [path]
      : [],
  );
  const waitedFor = starts.filter((path) => !apart.includes(relative(from, path).replace(/\.js$/, '')));
  const missing = doors.filter(
    (door) => ![...outputs.values()].some(({ entryPoint }) => entryPoint === door),
  );
  if (missing.length > 0)
    throw new Error(`nothing imports ${missing.join(', ')} later: mend the list of doors`);
  const ledToBy = new Map();
  for (const start of waitedFor)
    for (const path of reachedFrom(start, outputs, root))
      ledToBy.set(path, [...(ledToBy.get(path) ?? []), start]);
  const sets = new Map([...ledToBy.values()].map((set) => [set.join(), set]));
  const keys = joinedKeys(sets, ledToBy, outputs);

  const joined = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(from, `${name}.js`)])),
    platform: 'node',
    external: (id) =>
      id.startsWith('node:') || external.some((name) => id === name || id.startsWith(`${name}/`)),
    treeshake: false,
  });
  const { output } = await joined.write({
    dir: to,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ name }) => `chunks/${name.replace(/-[0-9A-Z]{8}$/, '')}-[hash].js`,
    // A group takes what its modules import along, and all that has as many doors or more: those of more doors come first.
    codeSplitting: {
      groups: [...sets].map(([key, set], index) => ({
        name: `shared-${index}`,
        test: (id) => !starts.includes(id) && keys.get(ledToBy.get(id)?.join()) === key,
        priority: set.length,
      })),
    },
  });
  await joined.close();
  const builtins = join(to, 'chunks', 'builtins.js');
  for (const { fileName } of output) await rewrap(join(to, fileName), builtins);
  writeFileSync(builtins, BUILTINS_MODULE);
}

// What few bytes lie behind a set of doors goes to the smallest set that has these and others. Nothing between the two can import the
// larger one and be imported by the smaller, so no files import each other.
function joinedKeys(sets, ledToBy, outputs) {
  const sizes = new Map();
  for (const [path, set] of ledToBy)
    sizes.set(set.join(), (sizes.get(set.join()) ?? 0) + (outputs.get(path)?.bytes ?? 0));
  const goesTo = new Map();
  for (const [key, set] of [...sets].sort(([, a], [, b]) => a.length - b.length)) {
    if (set.length < 2 || sizes.get(key) >= SMALL) continue;
    const larger = [...sets]
      .filter(([, other]) => other.length > set.length && set.every((door) => other.includes(door)))
      .sort(([, a], [, b]) => a.length - b.length)[0];
    if (larger === undefined) continue;
    goesTo.set(key, larger[0]);
    sizes.set(larger[0], sizes.get(larger[0]) + sizes.get(key));
  }
  const last = (key) => (goesTo.has(key) ? last(goesTo.get(key)) : key);
  return new Map([...sets.keys()].map((key) => [key, last(key)]));
}

function reachedFrom(start, outputs, root) {
  const found = new Set([start]);
  for (const path of found)
    for (const { path: next, kind } of outputs.get(path)?.imports ?? [])
      if (kind === 'import-statement' && outputs.has(resolve(root, next))) found.add(resolve(root, next));
  return found;
}

// Functions keep their names, which stack traces show; what is local in them does not. Lines of a length that an uncaught error can show.
async function rewrap(path, builtins) {
  const between = relative(dirname(path), builtins).replaceAll('\\', '/');
  const from = between.startsWith('.') ? between : `./${between}`;
  const { code: short, errors } = minifySync(path, builtinsWithoutImports(readFileSync(path, 'utf8'), from), {
    module: true,
    compress: false,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: true },
  });
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join('; ')}`);
  const { code } = await transform(short, {
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifyWhitespace: true,
    legalComments: 'none',
    lineLimit: 160,
  });
  writeFileSync(path, code);
}
