// Goal: docs/SERVE.md is true: conversations go as they are shown, programs and examples print what the page says, and the tables
// have every method, event and parameter.
// Method: requests of a block are sent to a real server, and what comes is compared line by line, numbers that differ from run to run
// set aside; programs run in a folder where `brine` is installed.

import { execFile, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { METHODS } from '../../cli/kernel/methods.js';
import { BRINE } from '../helpers/brine.js';
import { type Line, problemsOf, Served } from '../helpers/serve.js';
import { page, ROOT, table } from './markdown.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-serve-'));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(ROOT, join(folder, 'node_modules', 'brine'), 'dir');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const text = page('docs/SERVE.md');
const schema = JSON.parse(readFileSync(`${ROOT}/docs/serve.schema.json`, 'utf8'));
// Each has a state of its own.
const envOf = (name: string): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  HOME: folder,
  BRINE_HOME: join(folder, 'home'),
  XDG_STATE_HOME: join(folder, name),
});

const conversations = [text, page('docs/commands/serve.md')].flatMap((each) =>
  [...each.matchAll(/```serve\n([\s\S]*?)```/g)].map(([, block]) => block as string),
);
const programs = [...text.matchAll(/```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)];

test('there is something to try', () => {
  expect([conversations.length, programs.length]).toEqual([2, 1]);
});

for (const [index, block] of conversations.entries())
  test(`conversation ${index + 1} goes as it is shown`, async () => {
    const served = new Served({ cwd: folder, env: envOf('talk') });
    await served.line(({ event }) => event === 'ready');
    const from = served.lines.length;
    const shown: Line[] = [];
    for (const line of block.trim().split('\n')) {
      const said = JSON.parse(line.slice(2)) as Line;
      if (line.startsWith('←')) shown.push(said);
      else {
        expect(problemsOf(said, 'toServer')).toEqual([]);
        served.write(`${line.slice(2)}\n`);
        await served.line(({ id, event }) => id === said['id'] && event === undefined, from);
      }
    }
    expect(served.lines.slice(from).map(steady)).toEqual(shown.map(steady));
    await served.end();
    expect(served.problems).toEqual([]);
  });

function steady(line: Line): Line {
  const { result } = line;
  return result?.durationMs === undefined ? line : { ...line, result: { ...result, durationMs: 0 } };
}

for (const [, program, printed] of programs) {
  test.concurrent('a program with a session prints what the page says', async ({ expect }) => {
    const file = join(folder, 'program.mjs');
    writeFileSync(file, program as string);
    expect(await run(process.execPath, [file], 'program')).toBe(printed);
  });
}

const hasPython = spawnSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 8)']).status === 0;
if (!hasPython) console.warn('no python3 here: serve_client.py is not tried');

for (const [, name, printed] of text.matchAll(/```text (\S+)\n([\s\S]*?)```/g)) {
  const isPython = name!.endsWith('.py');
  test.skipIf(isPython && !hasPython).concurrent(`${name} prints what the page says`, async ({ expect }) => {
    const file = join(folder, name!);
    copyFileSync(`${ROOT}/docs/examples/${name}`, file);
    const said = isPython
      ? await run('python3', [file, process.execPath, BRINE, 'serve'], 'python')
      : await run(process.execPath, [file], 'agent');
    expect(said).toBe(printed);
  });
}

async function run(program: string, parameters: readonly string[], state: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, parameters, {
    cwd: folder,
    timeout: 60_000,
    env: envOf(state),
  });
  return stdout;
}

test('the tables have every method with its parameters, and every event with its fields', () => {
  const inSchema = schema.$defs.toServer.properties.method.enum as string[];
  const rows = table(text, 'method', 'parameters');
  const methods = rows.map((row) => row['method'] as string);
  expect(methods).toEqual(inSchema);
  const unsaid = rows.flatMap((row) => {
    const params = Object.keys(METHODS.get(row['method'] as string)?.params ?? {});
    return params
      .map((name) => name.replace('!', ''))
      .filter((name) => !`${row['parameters']}`.includes(name));
  });
  expect(unsaid).toEqual([]);
  const events = table(text, 'event', 'fields');
  const defined = Object.values(schema.$defs as Record<string, Line>).flatMap(({ properties }) =>
    properties?.event?.const === undefined
      ? []
      : [[properties.event.const, Object.keys(properties).slice(1)]],
  );
  expect(events.map((row) => [row['event'], `${row['fields']}`.match(/\w+/g)])).toEqual(defined);
});
