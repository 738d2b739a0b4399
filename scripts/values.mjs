// Writes docs/VALUES.md: what becomes of every built-in kind of value, found out on each Node that is given.
//
//   node scripts/values.mjs [path of another node]…        default: this Node alone

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTests } from './bundle-tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'brine-values-'));
const program = join(folder, 'program.mjs');
await bundleTests(join(folder, 'judge.mjs'), ['test/helpers/judge.ts']);
await bundleTests(join(folder, 'kinds.mjs'), ['test/helpers/builtin-kinds.ts']);
writeFileSync(
  program,
  `import { writeSync } from 'node:fs';
  import { judgeAll } from './judge.mjs';
  import { builtinKinds } from './kinds.mjs';
  const major = Number(process.versions.node.split('.')[0]);
  writeSync(1, JSON.stringify({ major, rows: await judgeAll(builtinKinds) }));
  process.reallyExit(0);`,
);

const nodes = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];
const runs = nodes.map((node) =>
  JSON.parse(execFileSync(node, ['--no-warnings', program], { encoding: 'utf8', maxBuffer: 1 << 26 })),
);
rmSync(folder, { recursive: true });

const HEAD = `# Values

What becomes of every built-in kind of value when it is saved and loaded. This page is made by \`scripts/values.mjs\` from
one live sample of each kind; \`test/docs/values.test.ts\` does the same again and fails when the two differ.

- **exact**: it comes back the same, compared as strictly as the language allows, identity and sharing included.
- **by name**: every process has it; it is the loading process's own.
- **changed**: it comes back as something a little different, and the report says so.
- **tombstone**: it cannot come back. The report names it; touching it says what it was and what to do.

The second column says which versions of Node a row is for, where it is not for all that were tried (NODES).`.replace(
  'NODES',
  () =>
    runs
      .map(({ major }) => major)
      .sort((a, b) => a - b)
      .join(', '),
);

const text = page(runs);
if (process.env['BRINE_PRINT'] === '1') process.stdout.write(text);
else writeFileSync(join(root, 'docs/VALUES.md'), text);

/** One row for each kind and what becomes of it; which Nodes, where they differ. */
function page(runs) {
  const lines = [HEAD];
  const majors = runs.map(({ major }) => major).sort((a, b) => a - b);
  const families = new Map();
  for (const { major, rows } of runs) {
    for (const { family, name, verdict, note } of rows) {
      if (!families.has(family)) families.set(family, new Map());
      const key = JSON.stringify([name, verdict, note]);
      const kinds = families.get(family);
      if (!kinds.has(key)) kinds.set(key, []);
      kinds.get(key).push(major);
    }
  }
  for (const [family, kinds] of families) {
    lines.push(`\n## ${family}\n\n| kind | Node | verdict | note |\n| --- | --- | --- | --- |`);
    const names = [...new Set([...kinds.keys()].map((key) => JSON.parse(key)[0]))];
    for (const name of names) {
      for (const [key, where] of kinds) {
        const [one, verdict, note] = JSON.parse(key);
        if (one !== name) continue;
        lines.push(
          `| ${name} | ${where.length === majors.length ? '' : where.sort((a, b) => a - b).join(' ')} | ${verdict} | ${note} |`,
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
