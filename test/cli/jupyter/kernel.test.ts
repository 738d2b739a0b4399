// Goal: the kernel speaks Jupyter's protocol: signed messages and no others, each answered as the protocol wants; it is installed where
// Jupyter looks, and says how to install what is missing.
// Method: a client over real sockets of zeromq that signs by itself; the connection file is one that Jupyter could write. Notebooks are
// run by Jupyter's own client in client.test.ts.

import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Dealer, Request, Subscriber } from 'zeromq';
import { codePointsOf, unitsOf } from '../../../cli/jupyter/places.js';
import { Wire } from '../../../cli/jupyter/wire.js';
import { ROOT } from '../../docs/markdown.js';
import { BRINE, brine, temporaryFolder } from '../../helpers/brine.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const env = {
  HOME: folder.path,
  BRINE_HOME: at('home'),
  XDG_STATE_HOME: at('state'),
  XDG_DATA_HOME: at('data'),
};
const KEY = 'a-key';
afterAll(() => folder.remove());

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

function frames(type: string, content: object, key = KEY): (string | Buffer)[] {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session: 's',
    username: 'u',
    date: '',
    version: '5.3',
  };
  const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return ['<IDS|MSG>', hmac.digest('hex'), ...parts];
}

const contentOf = (message: Buffer[]): any => JSON.parse(`${message.at(-1)}`);
const typeOf = (message: Buffer[]): string => JSON.parse(`${message.at(-4)}`).msg_type;

test('messages with the right signature are answered, others are not, and none twice', async () => {
  const names = ['shell', 'control', 'stdin', 'iopub', 'hb'];
  const ports = await Promise.all(names.map(freePort));
  const said = Object.fromEntries(names.map((name, index) => [`${name}_port`, ports[index]]));
  writeFileSync(
    at('connection.json'),
    JSON.stringify({ ...said, transport: 'tcp', ip: '127.0.0.1', key: KEY, signature_scheme: 'hmac-sha256' }),
  );
  const child = spawn(process.execPath, [BRINE, 'jupyter', 'kernel', at('connection.json')], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const address = (name: string): string => `tcp://127.0.0.1:${said[`${name}_port`]}`;
  const shell = new Dealer({ linger: 0 });
  const control = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0 });
  const hb = new Request({ linger: 0 });
  try {
    shell.connect(address('shell'));
    control.connect(address('control'));
    iopub.connect(address('iopub'));
    iopub.subscribe();
    hb.connect(address('hb'));
    await hb.send('ping');
    expect(`${await hb.receive()}`).toBe('ping');

    const request = (code: string): object => ({
      code,
      silent: false,
      store_history: true,
      allow_stdin: false,
    });
    const right = frames('execute_request', request('globalThis.ran = (globalThis.ran ?? 0) + 1'));
    await shell.send(frames('execute_request', request('globalThis.forged = 1'), 'another key'));
    await shell.send(['<IDS|MSG>', '', ...right.slice(2)]);
    await shell.send(['garbage']);
    await shell.send([...right.slice(0, 5), '{"code":"globalThis.forged = 2"}']);
    await shell.send(right);
    await shell.send(right);
    const first = await shell.receive();
    expect([typeOf(first), contentOf(first).status]).toEqual(['execute_reply', 'ok']);
    await shell.send(frames('execute_request', request('[typeof forged, ran].join()')));
    expect(contentOf(await shell.receive()).status).toBe('ok');
    const shown: string[] = [];
    while (shown.length < 2) {
      const message = await iopub.receive();
      if (typeOf(message) === 'execute_result') shown.push(contentOf(message).data['text/plain']);
    }
    expect(shown).toEqual(['1', "'undefined,1'"]);

    await control.send(frames('shutdown_request', { restart: false }));
    const last = await control.receive();
    expect([typeOf(last), contentOf(last)]).toEqual(['shutdown_reply', { status: 'ok', restart: false }]);
    expect(await ended).toBe(0);
    expect(stderr).toBe('');
  } finally {
    for (const socket of [shell, control, iopub, hb]) socket.close();
    child.kill('SIGKILL');
  }
});

test('a signature is over the four parts, in order, with the hash that was agreed', () => {
  const wire = new Wire('key', 'sha256');
  const [, , signature, ...parts] = wire.encode(['id'], {
    type: 'status',
    content: { execution_state: 'idle' },
  });
  expect(`${signature}`).toBe(createHmac('sha256', 'key').update(Buffer.concat(parts)).digest('hex'));
  const unsigned = new Wire('', 'sha256').encode([], { type: 'status', content: {} });
  expect(`${unsigned[1]}`).toBe('');
  expect(new Wire('', 'sha256').decode(unsigned)?.header.msg_type).toBe('status');
});

test('places are counted in code points outside and in units inside', () => {
  const text = 'a😀b\ud800c';
  expect([0, 1, 2, 3, 4, 5, 9].map((place) => unitsOf(text, place))).toEqual([0, 1, 3, 4, 5, 6, 6]);
  expect([0, 1, 3, 4, 5, 6].map((place) => codePointsOf(text, place))).toEqual([0, 1, 2, 3, 4, 5]);
});

test('it is installed where Jupyter looks, and removed again; a kernel of somebody else stays', async () => {
  const here = { cwd: folder.path, env };
  const installed = await brine(['jupyter', 'install', '--json'], here);
  const { folder: kernel, argv } = JSON.parse(installed.stdout);
  expect(kernel).toBe(at('data/jupyter/kernels/brine'));
  const spec = JSON.parse(readFileSync(join(kernel, 'kernel.json'), 'utf8'));
  expect(spec).toMatchObject({ argv, language: 'javascript', interrupt_mode: 'message' });
  expect(argv.slice(-3)).toEqual(['jupyter', 'kernel', '{connection_file}']);
  const other = at('env/share/jupyter/kernels/mine');
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, 'kernel.json'), '{"argv":["python3"]}');
  for (const action of ['install', 'uninstall']) {
    const refused = await brine(['jupyter', action, '--prefix', 'env', '--name', 'mine'], here);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('not one of brine')]);
  }
  expect(existsSync(join(other, 'kernel.json'))).toBe(true);
  expect((await brine(['jupyter', 'install', '--prefix', 'env', '--name', 'a/b'], here)).code).toBe(2);
  expect((await brine(['jupyter', 'kernel'], here)).code).toBe(2);
  const removed = await brine(['jupyter', 'uninstall'], here);
  expect([removed.code, existsSync(kernel)]).toEqual([0, false]);
  const again = await brine(['jupyter', 'uninstall'], here);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('there is no kernel')]);
});

test('without zeromq it says how to install it; a file that is no connection file is named', async () => {
  const bare = mkdtempSync(join(tmpdir(), 'brine-bare-'));
  try {
    cpSync(dirname(dirname(BRINE)), join(bare, 'dist'), { recursive: true });
    mkdirSync(join(bare, 'node_modules/@swc'), { recursive: true });
    symlinkSync(
      `${ROOT}/node_modules/@swc/wasm-typescript`,
      join(bare, 'node_modules/@swc/wasm-typescript'),
      'dir',
    );
    writeFileSync(join(bare, 'package.json'), '{"type":"module"}');
    const child = spawn(process.execPath, [join(bare, 'dist/cli/main.js'), 'jupyter', 'install'], {
      env: { ...process.env, ...env },
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(stderr).toMatch(/zeromq, which is not installed\n {2}npm install zeromq@6\.\d+\.\d+/);
  } finally {
    rmSync(bare, { recursive: true });
  }
  writeFileSync(at('odd.json'), '{"ip":"127.0.0.1","key":"k","signature_scheme":"hmac-rot13"}');
  const odd = await brine(['jupyter', 'kernel', 'odd.json'], { cwd: folder.path, env });
  expect([odd.code, odd.stderr]).toEqual([1, expect.stringMatching(/no connection file.*signature_scheme/)]);
});
