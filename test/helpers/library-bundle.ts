// Bundles the library, and helpers of tests with it, so that processes of their own can use today's source without a build.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleTests } from '../../scripts/bundle-tests.mjs';

/** A folder with a bundle in it, removed by `remove`. */
export interface LibraryBundle {
  readonly folder: string;
  /** The bundle's URL. */
  readonly url: string;
  /** Runs a program that imports the bundle as `lib`; resolves to what it printed. Throws when it fails. */
  run(program: string, options?: RunOptions): Promise<string>;
  remove(): void;
}

/** How a program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  /** The Node that runs it; default: this one. */
  readonly node?: string;
  /** When a program counts as hanging. Default: 120,000. */
  readonly timeoutMs?: number;
}

/** Bundles `export *` of some modules, named from the checkout's root; default: the public library. */
export async function bundleLibrary(modules: readonly string[] = ['src/index.ts']): Promise<LibraryBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'brine-library-'));
  const outfile = join(folder, 'library.mjs');
  await bundleTests(outfile, modules);
  const url = pathToFileURL(outfile).href;
  let count = 0;
  return {
    folder,
    url,
    run(program, options = {}) {
      const file = join(folder, `program-${count++}.mjs`);
      writeFileSync(file, `import * as lib from ${JSON.stringify(url)};\n${program}`);
      return runNode(file, folder, options);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function runNode(file: string, folder: string, options: RunOptions): Promise<string> {
  const { NODE_OPTIONS: _options, BRINE_PLAIN_PATHS: _plain, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(
      options.node ?? process.execPath,
      [...(options.flags ?? []), file, ...(options.args ?? [])],
      {
        cwd: options.cwd ?? folder,
        env: { ...inherited, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A program that hangs is a failure, not an orphan.
        timeout: options.timeoutMs ?? 120_000,
        killSignal: 'SIGKILL',
      },
    );
    let out = '';
    let errors = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (errors += data));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`the program ended with ${code ?? signal}:\n${errors}\n${out.slice(-2000)}`));
    });
  });
}
