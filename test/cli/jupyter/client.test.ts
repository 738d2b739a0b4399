// Goal: Jupyter's own client and its runner of notebooks work with the kernel as with any other: cells, rich output, completion,
// questions, interrupts, a restart that offers the last state back.
// Method: the kernel is installed into a folder, and a program in Python drives it through jupyter_client and nbclient. Where these are
// not installed there is nothing to try: `apt-get install python3-nbclient` brings both on Debian.

import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brine, temporaryFolder } from '../../helpers/brine.js';

const CLIENT = fileURLToPath(new URL('../../fixtures/jupyter/client.py', import.meta.url));
const python = ['/usr/bin/python3', 'python3'].find(
  (one) => spawnSync(one, ['-c', 'import jupyter_client, nbclient']).status === 0,
);
if (python === undefined)
  console.warn('no jupyter_client and nbclient here: the kernel is not tried with them');

const folder = temporaryFolder();
const env = {
  HOME: folder.path,
  BRINE_HOME: join(folder.path, 'home'),
  XDG_STATE_HOME: join(folder.path, 'state'),
  JUPYTER_PATH: join(folder.path, 'share/jupyter'),
};
let found: Record<string, any> = {};

beforeAll(async () => {
  if (python === undefined) return;
  await brine(['jupyter', 'install', '--prefix', '.', '--name', 'tried'], { cwd: folder.path, env });
  const { stdout } = await promisify(execFile)(python, [CLIENT, 'tried'], {
    cwd: folder.path,
    env: { ...process.env, ...env },
    timeout: 150_000,
  });
  found = JSON.parse(stdout);
}, 180_000);
afterAll(() => folder.remove());

const told = (name: string, type: string): any[] => found[name].told.filter((one: any) => one.type === type);
const result = (name: string): any => told(name, 'execute_result')[0]?.data;
const printed = (name: string): string =>
  told(name, 'stream')
    .map(({ text }: any) => text)
    .join('');

describe.skipIf(python === undefined)('a client of Jupyter', () => {
  test('hears what a cell prints and gives, with its number', () => {
    expect(found['info'].language_info).toMatchObject({ name: 'javascript', file_extension: '.js' });
    expect(found['cell'].told).toMatchObject([
      { type: 'execute_input', execution_count: 1 },
      { type: 'stream', name: 'stdout', text: 'hi\n' },
      { type: 'stream', name: 'stderr', text: 'err\n' },
      { type: 'execute_result', execution_count: 1, data: { 'text/plain': '42' } },
    ]);
    expect(result('nothing')).toBe(undefined);
  });

  test('gets tables, images, JSON, and what a value says of itself', () => {
    expect(result('table')['text/html']).toContain('<td>&lt;x&gt;</td>');
    expect(result('table')['application/json']).toEqual([{ a: 1, b: '<x>' }, { a: 2 }]);
    expect(result('image')['image/png']).toMatch(/^iVBORw0KGgo/);
    expect(result('own')['text/markdown']).toBe('*hi*');
  });

  test('sees errors with their stack', () => {
    expect(found['error'].reply).toMatchObject({
      status: 'error',
      ename: 'RangeError',
      evalue: 'no',
      execution_count: 7,
    });
    expect(told('error', 'error')[0].traceback).toContain('    at bad (In[7]:2:9)');
    expect(found['aborted']).toEqual(['error', 'aborted', 'aborted']);
  });

  test('interrupts loops, and the names are still there', () => {
    expect([found['loop'].ename, found['awaited'].ename]).toEqual(['Interrupted', 'Interrupted']);
    expect(result('goes on')['text/plain']).toBe('40');
  });

  test('completes, inspects, knows unfinished texts and the history', () => {
    expect(found['complete']).toMatchObject({ matches: ['c.up'], cursor_start: 5, cursor_end: 8 });
    expect(found['inspect'].data['text/plain']).toBe('c.up: function\n() => ++k');
    expect(found['whole']).toEqual(['complete', 'incomplete', 'complete']);
    expect(found['history']).toEqual([
      [0, 7, [expect.stringContaining('RangeError'), expect.stringContaining('no')]],
    ]);
    expect(found['expressions']).toMatchObject({
      x: { status: 'ok', data: { 'text/plain': '80' } },
      y: { status: 'error', ename: 'ReferenceError' },
    });
  });

  test('types commands in cells, and is asked what they ask', () => {
    expect(printed('vars')).toMatch(/^name +kind.*\nc +const/s);
    expect(result('vars')['text/plain']).toBe('41');
    expect(printed('save')).toContain('work.pkl');
    expect(found['unknown'].reply.status).toBe('error');
    expect(told('conflict', 'input_request')[0].prompt).toMatch(/here already.*\[t\]ake/);
    expect(result('loaded')['text/plain']).toBe('[ 40, 2 ]');
  });

  test('is offered the last state after a restart, and after the session ended itself', () => {
    expect(printed('hint')).toMatch(/^unsaved: .*\.recover brings it back\n$/);
    expect(result('hint')['text/plain']).toBe("'undefined'");
    expect(printed('recovered')).toContain('restored  bad  c  n');
    expect(result('back')['text/plain']).toBe('[ 40, 2, 3 ]');
    expect(found['exit'].reply).toMatchObject({ status: 'error', ename: 'ENDED' });
    expect(printed('after')).toMatch(/unsaved: /);
    expect(found['ended']).toBe(true);
  });

  test('runs a notebook', () => {
    expect(found['notebook'].at(-1)).toMatchObject({
      output_type: 'execute_result',
      data: { 'text/plain': '42' },
    });
  });
});
