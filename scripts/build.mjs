// Builds dist/: one esbuild run for the library and the command line, so that both share one copy of the core
// (its registries of tombstones and restored code must be the same for the prompt and for `import 'brine'`).
// Ink and React land in chunks of their own that are imported only when a view is shown.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
rmSync(`${root}/dist`, { recursive: true, force: true });

const require_ =
  "import{createRequire as __brineRequire}from'node:module';const require=__brineRequire(import.meta.url);";

await build({
  absWorkingDir: root,
  entryPoints: {
    index: 'src/index.ts',
    parallel: 'src/parallel/index.ts',
    worker: 'src/worker/main.ts',
    'cli/main': 'cli/main.ts',
  },
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  jsx: 'automatic',
  legalComments: 'none',
  external: ['@swc/wasm-typescript', 'tinypool', 'bullmq', 'ioredis'],
  // Globals as they were at the start, whatever cells make of them later.
  inject: ['cli/captures.ts'],
  minifyWhitespace: true,
  // An uncaught error shows the line it came from.
  lineLimit: 160,
  minifySyntax: true,
  alias: { 'react-devtools-core': './scripts/empty.mjs' },
  define: { 'process.env.NODE_ENV': '"production"', __BRINE_VERSION__: JSON.stringify(version) },
  banner: { js: require_ },
});
chmodSync(`${root}/dist/cli/main.js`, 0o755);

if (!process.argv.includes('--no-types')) {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
