// The long versions of the tests that have one, and a table of what they found. Ends with 1 when a test failed.
//
//   npm run torture                    all of them
//   npm run torture -- test/store      only those whose path has this in it
//
// Which tests those are is in the tests: whoever imports test/helpers/torture is one. A million hostile files are
// `npm run torture:mutants`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((name) => join('test', name))
  .filter(
    (path) =>
      path.endsWith('.test.ts') && /helpers\/torture\.js/.test(readFileSync(join(root, path), 'utf8')),
  )
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no long test has ${wanted.join(' or ')} in its path`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'brine-torture-'));
const report = join(folder, 'rows');
const startedAtMs = performance.now();
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--no-file-parallelism', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, BRINE_TORTURE: '1', BRINE_TORTURE_REPORT: report },
});
const rows = existsSync(report)
  ? readFileSync(report, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
rmSync(folder, { recursive: true, force: true });

const width = Math.max(...rows.map(({ what }) => what.length), 4);
console.log(`\n${'what'.padEnd(width)}  ${'trials'.padStart(9)}  result`);
for (const { what, trials, result } of rows) {
  console.log(`${what.padEnd(width)}  ${trials.toLocaleString('en').padStart(9)}  ${result}`);
}
const minutes = ((performance.now() - startedAtMs) / 60_000).toFixed(1);
console.log(
  `\nNode ${process.versions.node}, ${process.platform}, ${minutes} minutes: ${status === 0 ? 'all passed' : 'FAILED'}`,
);
process.exit(status === 0 ? 0 : 1);
