// Bundles modules with today's sources into one, for tests in processes of their own and the long runs of `torture-*.mjs`.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles `export *` of modules, named from the checkout's root, into one file. */
export async function bundleTests(outfile, modules) {
  await build({
    stdin: {
      contents: modules.map((file) => `export * from ${JSON.stringify(`./${file}`)};`).join('\n'),
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Each process reads the library, and V8's debugger hashes it: half the text, a sixth less CPU of a small test. What tests
    // bring themselves keeps its names.
    minify: modules.every((file) => file.startsWith('src/')),
    outfile,
    external: ['@swc/wasm-typescript'],
    banner: {
      js: "import{createRequire as __brineRequire}from'node:module';const require=__brineRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
}
