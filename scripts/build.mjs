// Builds dist/: one esbuild run for the library and the command line, so that both share one copy of the core
// (its registries of tombstones and restored code must be the same for the prompt and for `import 'brine'`).
// Ink and React land in chunks of their own that are imported only when a view is shown. The chunks are then joined to few.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { joinChunks } from './join-chunks.mjs';
import { writeLicences } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version, dependencies, peerDependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
rmSync(`${root}/dist`, { recursive: true, force: true });

const require_ =
  "import{createRequire as __brineRequire}from'node:module';const require=__brineRequire(import.meta.url);";

const entryPoints = {
  index: 'src/index.ts',
  parallel: 'src/parallel/index.ts',
  stores: 'src/stores/index.ts',
  worker: 'src/worker/main.ts',
  'cli/main': 'cli/main.ts',
  'cli/kernel/main': 'cli/kernel/main.ts',
  'cli/kernel/stopper': 'cli/kernel/stopper.ts',
};
/** Of these, processes and threads that start in the background. */
const apart = ['cli/kernel/main', 'cli/kernel/stopper'];
/** What is imported at once for a start of each kind, beside the entries. */
const doors = [
  'cli/repl/prompt.ts',
  'src/evaluator/index.ts',
  'cli/repl/piped.ts',
  'cli/run-once.ts',
  'cli/arguments.ts',
];
/** What is installed beside it. */
const external = Object.keys({ ...dependencies, ...peerDependencies });

/** In a shell with DEV=true Ink looks for React's tools, and gives the process a `window` for them: never here. */
const withoutDevtools = {
  name: 'without-devtools',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/(devtools|utils)\.js$/ }, ({ importer }) =>
      /[\\/]ink[\\/]build[\\/]/.test(importer) ? { path: join(root, 'scripts/empty.mjs') } : undefined,
    ),
};

// Beside dist, so that packages are found from there.
mkdirSync(`${root}/node_modules/.cache`, { recursive: true });
const parts = mkdtempSync(`${root}/node_modules/.cache/brine-parts-`);
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: parts,
  metafile: true,
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  jsx: 'automatic',
  legalComments: 'none',
  external,
  // Globals as they were at the start, whatever cells make of them later.
  inject: ['cli/captures.ts'],
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [withoutDevtools],
  define: { 'process.env.NODE_ENV': '"production"', __BRINE_VERSION__: JSON.stringify(version) },
  banner: { js: require_ },
});
const entries = Object.keys(entryPoints);
await joinChunks({
  root,
  from: parts,
  to: join(root, 'dist'),
  metafile,
  entries,
  apart,
  doors,
  external,
});
rmSync(parts, { recursive: true, force: true });
writeLicences(root, Object.keys(metafile.inputs), join(root, 'dist/LICENCES.txt'));
chmodSync(`${root}/dist/cli/main.js`, 0o755);

if (!process.argv.includes('--no-types')) {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
