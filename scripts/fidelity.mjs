// Writes docs/FIDELITY.md: what brine and its peers bring back of the values that brine is tested with (test/helpers/value-table.ts).
//
//   npm run fidelity             writes the page, from the build in dist/
//   npm run fidelity -- --check brine,v8,JSON   compares their columns of the page with a run; ends with 1 when they differ
//
// A peer saves and loads each value in one process, which is the most that any of them asks for; what comes back is compared by
// test/helpers/same.ts. Every peer has a process of its own, since some of them stop theirs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTests } from './bundle-tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/FIDELITY.md');
const PEERS = [
  'brine',
  'v8',
  'structuredClone',
  'msgpackr',
  'seroval',
  'devalue',
  'superjson',
  'flatted',
  'JSON',
];
const MARKS = { same: '✓', refused: '✗', wrong: '**!**', fatal: '**✗✗**' };
/** A peer that takes longer for the values that are left does not end. */
const PATIENCE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'brine-fidelity-'));
await bundleTests(join(folder, 'judge.mjs'), ['test/helpers/value-table.ts', 'test/helpers/same.ts']);
writeFileSync(
  join(folder, 'program.mjs'),
  `import { writeSync } from 'node:fs';
  import { differences, valueTable } from './judge.mjs';
  const { peer } = await import(process.argv[2]);
  const missing = await peer.available();
  if (missing !== undefined) throw new Error(missing);
  const judged = (make) => {
    let copy;
    try {
      copy = peer.load(peer.dump(make()));
    } catch {
      return 'refused';
    }
    try {
      return differences(make(), copy, 1).length === 0 ? 'same' : 'wrong';
    } catch {
      return 'wrong';
    }
  };
  for (let index = Number(process.argv[3]); index < valueTable.length; index++) {
    const { name, make } = valueTable[index];
    writeSync(1, JSON.stringify([name]) + '\\n');
    writeSync(1, JSON.stringify(judged(make)) + '\\n');
  }
  process.reallyExit(0);`,
);
const at = process.argv.indexOf('--check');
const asked = at < 0 ? PEERS : process.argv[at + 1].split(',');
const columns = asked.map((name) => ({ name, verdicts: verdictsOf(name) }));
rmSync(folder, { recursive: true });

// One that ends its process, or does not end, goes on with the next value in another.
function verdictsOf(name) {
  const peer = new URL(`../bench/peers/${name}.mjs`, import.meta.url).href;
  const verdicts = [];
  for (let isOver = false; !isOver; ) {
    const { stdout, status, stderr } = spawnSync(
      process.execPath,
      ['--no-warnings', join(folder, 'program.mjs'), peer, String(verdicts.length)],
      { encoding: 'utf8', maxBuffer: 1 << 26, timeout: PATIENCE_MS, killSignal: 'SIGKILL' },
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    if (lines.length === 0 && status !== 0) throw new Error(`${name} does not start: ${stderr}`);
    for (let at = 0; at < lines.length; at += 2)
      verdicts.push([JSON.parse(lines[at])[0], at + 1 < lines.length ? JSON.parse(lines[at + 1]) : 'fatal']);
    isOver = status === 0;
  }
  return verdicts;
}

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const count = ({ verdicts }, wanted) => verdicts.filter(([, verdict]) => verdict === wanted).length;
const names = columns[0].verdicts.map(([name]) => name);
const text = `# Fidelity

What brine and its peers bring back of ${names.length} values, the ones that brine itself is tested with: each is saved and loaded, and what
comes back is compared as strictly as the language allows, with identity, prototypes, attributes, holes, \`-0\` and the order of keys. The page is
made by \`npm run fidelity\`; \`test/docs/fidelity.test.ts\` makes it again and fails when it differs.

- **same**: it came back the same.
- **refused**: an error, when it was saved or loaded. Nothing is lost unseen.
- **wrong**: something else came back, and nobody was told.
- **fatal**: the process ended, or did not come to an end within a minute.

The table says what a tool does with what people have in a session. It is no reproach: most of these tools are made for plain data, which they
carry well, and \`structuredClone\` and JSON do what their specifications say. Footnotes: \`msgpackr\` runs with \`structuredClone: true\` and
\`moreTypes: true\`; \`structuredClone\` is no file format; values that are only read in another process (functions of modules, Node's own
objects) are in [roads](../test/library/roads.test.ts) for brine and cannot be asked of the others.

| tool | version | same | refused | wrong | fatal |
| --- | --- | --- | --- | --- | --- |
${columns.map((one) => `| ${one.name} | ${devDependencies[one.name] ?? ''} | ${count(one, 'same')} | ${count(one, 'refused')} | ${count(one, 'wrong')} | ${count(one, 'fatal')} |`).join('\n')}

## Value by value

✓ same, ✗ refused, **!** wrong, **✗✗** fatal.

| value | ${columns.map(({ name }) => name).join(' | ')} |
| --- | ${columns.map(() => '---').join(' | ')} |
${names.map((name, index) => `| ${name.replaceAll('|', '\\|')} | ${columns.map(({ verdicts }) => MARKS[verdicts[index][1]]).join(' | ')} |`).join('\n')}
`;

if (at >= 0) {
  const rows = readFileSync(target, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const cells = rows
    .slice(rows.findIndex((row) => row.startsWith('| value |')))
    .map((row) => row.split(' | '));
  const others = columns.filter(({ name, verdicts }) => {
    const column = cells[0].map((cell) => cell.replace(/ \|$/, '')).indexOf(name);
    const told = cells.slice(2).map((row) => row[column]?.replace(/ \|$/, ''));
    return verdicts.map(([, verdict]) => MARKS[verdict]).join() !== told.join();
  });
  for (const { name } of others)
    console.log(`docs/FIDELITY.md says something else of ${name} than a run today: npm run fidelity`);
  process.exit(others.length === 0 ? 0 : 1);
}
writeFileSync(target, text);
console.log(
  columns
    .map(
      (one) =>
        `${one.name}: ${count(one, 'same')} same, ${count(one, 'refused')} refused, ${count(one, 'wrong')} wrong`,
    )
    .join('\n'),
);
