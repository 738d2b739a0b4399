// Writes the comparison of the README: what brine and its peers bring back in another process, and what they do on the way. Each
// tool saves in one process and loads in another; nothing in the table is from hearsay.
//
//   npm run comparison                            needs Python with dill: BRINE_BENCH_PYTHON says which
//   npm run comparison -- --check brine,v8,JSON   compares these columns with a run; ends with 1 when they differ
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { between, written } from './between.mjs';
import { VALUES } from './comparison/questions.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const page = here('../README.md');
const readme = readFileSync(page, 'utf8');
const { devDependencies } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));
const PYTHON = process.env.BRINE_BENCH_PYTHON ?? 'python3';

/** Columns: the peer of bench/ and what the table calls it. */
const TOOLS = {
  brine: 'brine',
  v8: '`v8`',
  JSON: 'JSON',
  superjson: 'superjson',
  devalue: 'devalue',
  'serialize-javascript': 'serialize-<br>javascript',
  dill: 'dill',
};
/** What is asked of a tool besides values. */
const CONDUCT = [
  ['handle', 'what cannot be saved is named, and the rest is saved'],
  ['getter', 'saving runs no getter of the value’s'],
  ['damage', 'one changed bit is an error'],
  ['code', 'a stranger’s file can be opened without running it'],
];
const MARKS = { same: '✓', refused: '✗', wrong: '**!**' };

const at = process.argv.indexOf('--check');
const asked = at < 0 ? Object.keys(TOOLS) : process.argv[at + 1].split(',');
const folder = mkdtempSync(join(tmpdir(), 'brine-comparison-'));
const columns = new Map(asked.map((name) => [name, verdictsOf(name)]));
rmSync(folder, { recursive: true });

if (at < 0) writeFileSync(page, written(readme, 'comparison', table()));
else check();

function verdictsOf(name) {
  const saved = run(name, 'save');
  const loaded = run(name, 'load');
  const whole = VALUES.map(({ key }) => [key, saved[key] === 'refused' ? 'refused' : loaded[key]]);
  const { handle, getter, version } = saved;
  const { damage, code } = loaded;
  return { ...Object.fromEntries(whole), handle, getter, damage, code, version };
}

function run(name, direction) {
  const [program, ...words] =
    name === 'dill'
      ? [PYTHON, here('comparison/comparison.py'), direction, folder]
      : [process.execPath, '--no-warnings', here('comparison/one.mjs'), direction, name, folder];
  const { stdout, stderr, status } = spawnSync(program, words, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${name} does not ${direction}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function table() {
  const names = [...columns.keys()];
  const row = (title, key) =>
    `| ${title} | ${names.map((name) => mark(columns.get(name)[key])).join(' | ')} |`;
  return [
    `| | ${names.map((name) => TOOLS[name]).join(' | ')} |`,
    `| --- |${' :-: |'.repeat(names.length)}`,
    ...VALUES.map(({ key, title }) => row(title, key)),
    ...CONDUCT.map(([key, title]) => row(title, key)),
    '',
    `Node ${process.versions.node}, ${names.flatMap((name) => columns.get(name).version ?? versionOf(name) ?? []).join(', ')}.`,
  ].join('\n');
}

function versionOf(name) {
  const version = devDependencies[name];
  return version === undefined ? undefined : `${name} ${version}`;
}

// What a language does not have cannot be asked of its tools.
function mark(verdict) {
  if (verdict === undefined) return '—';
  const [word, ...rest] = verdict.split(' ');
  return [MARKS[word], ...rest].join(' ');
}

function check() {
  const rows = between(readme, 'comparison')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const cells = rows.map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
  const keys = [...VALUES.map(({ key }) => key), ...CONDUCT.map(([key]) => key)];
  for (const [name, verdicts] of columns) {
    const column = cells[0].indexOf(TOOLS[name]);
    const told = cells.slice(2).map((row) => row[column]);
    const now = keys.map((key) => mark(verdicts[key]));
    // How often differs between versions of Node.
    const plain = (marks) => marks.map((one) => one?.replace(/ \d+ %$/, '')).join();
    if (plain(told) !== plain(now)) {
      console.log(
        `README.md says something else of ${name} than a run today (${now.join(' ')}): npm run comparison`,
      );
      process.exitCode = 1;
    }
  }
}
