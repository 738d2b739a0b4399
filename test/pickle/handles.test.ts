// Goal: what stands in the place of a handle says what it was (address, path, descriptor) and how to have it again, and
// finding out runs no code of the user's.
// Method: handles that are really open, in a process of their own; what is told is compared with what Node tells of them.
// Then handles whose every method and getter is the user's, which must not run.

import { existsSync, writeFileSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => lib.remove());

interface Told {
  readonly reason: string;
  readonly hint: string;
}

async function told(program: string): Promise<any> {
  const out = await lib.run(`
    import * as dgram from 'node:dgram';
    import * as fs from 'node:fs';
    import * as http from 'node:http';
    import * as http2 from 'node:http2';
    import * as net from 'node:net';
    import * as os from 'node:os';
    import * as path from 'node:path';
    import { once } from 'node:events';
    import { open } from 'node:fs/promises';
    import { Worker } from 'node:worker_threads';
    const tell = (value) => {
      const losses = [];
      lib.dumps({ it: value }, { onLoss: (loss) => losses.push(loss) });
      if (losses.length !== 1) throw new Error(losses.length + ' losses');
      return { reason: losses[0].reason, hint: losses[0].hint };
    };
    const answer = {};
    ${program}
    fs.writeSync(1, JSON.stringify(answer));
    process.reallyExit(0);`);
  return JSON.parse(out);
}

test('servers and sockets tell their addresses', async () => {
  const all = await told(`
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const client = net.connect(server.address().port, '127.0.0.1');
    await once(client, 'connect');
    const [other] = await accepted;
    const web = http.createServer().listen(0, '127.0.0.1');
    await once(web, 'listening');
    const udp = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'brine-handles-'));
    const pipe = net.createServer().listen(folder + '/s');
    await once(pipe, 'listening');
    const h2 = http2.connect('http://127.0.0.1:' + server.address().port);
    h2.on('error', () => {});
    const request = http.request({ host: '127.0.0.1', port: server.address().port, path: '/a?b=1' }).on('error', () => {});
    Object.assign(answer, {
      port: server.address().port, from: client.localPort, web: web.address().port, udp: udp.address().port, folder,
      server: tell(server), client: tell(client), other: tell(other), http: tell(web), dgram: tell(udp), pipe: tell(pipe),
      idle: tell(new net.Socket()), none: tell(net.createServer()), h2: tell(h2), request: tell(request),
    });
    fs.rmSync(folder, { recursive: true });`);
  const { port, from, web, udp, folder } = all;
  const says = (what: Told, was: string, hint: string): void => {
    expect(what.reason).toBe(`${was}; ${RESOURCES}`);
    expect(what.hint).toContain(hint);
  };
  says(all.server, `it listened on port ${port} of 127.0.0.1`, `\`listen(${port}, "127.0.0.1")\``);
  says(all.http, `it listened on port ${web} of 127.0.0.1`, `\`listen(${web}, "127.0.0.1")\``);
  says(all.pipe, `it listened on "${folder}/s"`, `\`listen("${folder}/s")\``);
  says(all.none, 'it did not listen', 'make it again');
  const peer = `it was connected to 127.0.0.1:${port} from 127.0.0.1:${from}`;
  says(all.client, peer, `net.connect(${port}, "127.0.0.1") after loading`);
  says(
    all.other,
    `it was connected to 127.0.0.1:${from} from 127.0.0.1:${port}`,
    'its client has to connect',
  );
  says(all.idle, 'it was not connected', 'make it again');
  says(
    all.dgram,
    `it was a socket of udp4 on 127.0.0.1:${udp}`,
    `dgram.createSocket("udp4").bind(${udp}, "127.0.0.1") after loading`,
  );
  const url = `"http://127.0.0.1:${port}"`;
  says(all.h2, `it was a session with ${url}`, `http2.connect(${url}) after loading`);
  says(all.request, `it was a GET of "http://127.0.0.1:${port}/a?b=1"`, 'http.request');
});

test('encrypted sockets, streams of HTTP/2 and workers of a cluster tell whom they were connected to', async () => {
  const all = await told(`
    const tls = await import('node:tls');
    const { default: cluster } = await import('node:cluster');
    // A key that both sides have needs no certificate.
    const psk = Buffer.alloc(16, 1);
    const common = { ciphers: 'PSK', minVersion: 'TLSv1.2' };
    const server = tls.createServer({ ...common, pskCallback: () => psk }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'secureConnection');
    const { port } = server.address();
    const client = tls.connect({ ...common, port, host: '127.0.0.1', pskCallback: () => ({ psk, identity: 'x' }), checkServerIdentity: () => undefined });
    await once(client, 'secureConnect');
    const [other] = await accepted;
    const h2 = http2.createServer().listen(0, '127.0.0.1');
    await once(h2, 'listening');
    const asked = once(h2, 'stream');
    const session = http2.connect('http://127.0.0.1:' + h2.address().port);
    const stream = session.request({ ':path': '/a?b=1', ':method': 'POST' });
    const [answering] = await asked;
    fs.writeFileSync('idle.mjs', 'setInterval(() => {}, 1000)');
    cluster.setupPrimary({ exec: 'idle.mjs' });
    const worker = cluster.fork();
    await once(worker, 'online');
    Object.assign(answer, {
      port, from: client.localPort, h2: h2.address().port, pid: worker.process.pid,
      client: tell(client), other: tell(other), stream: tell(stream), answering: tell(answering),
      peer: tell(answering.session), worker: tell(worker),
    });
    worker.process.kill('SIGKILL');`);
  const { port, from, h2, pid } = all;
  expect(all.client.reason).toBe(
    `it was connected to 127.0.0.1:${port} from 127.0.0.1:${from}; ${RESOURCES}`,
  );
  expect(all.client.hint).toBe(`tls.connect(${port}, "127.0.0.1") after loading`);
  expect(all.other.reason).toBe(`it was connected to 127.0.0.1:${from} from 127.0.0.1:${port}; ${RESOURCES}`);
  expect(all.stream.reason).toBe(
    `it was stream 1 of a session, POST of "http://127.0.0.1:${h2}/a?b=1"; ${RESOURCES}`,
  );
  expect(all.answering.reason).toBe(`it was stream 1 of a session; ${RESOURCES}`);
  expect(all.peer.reason).toMatch(/^it was a session with 127\.0\.0\.1:\d+; /);
  expect(all.worker.reason).toBe(`it was worker 1 of a cluster, process ${pid}; ${RESOURCES}`);
  expect(all.worker.hint).toBe('call cluster.fork() again after loading');
});

test('pipes and terminals tell their descriptors, and the streams of every process their names', async () => {
  const all = await told(`
    const { spawn } = await import('node:child_process');
    const child = spawn('cat');
    Object.assign(answer, {
      fd: child.stdin._handle.fd, pipe: tell(child.stdin), child: tell(child), pid: child.pid,
      out: tell(process.stdout), err: tell(process.stderr), in: tell(process.stdin),
    });
    child.kill();`);
  expect(all.pipe.reason).toBe(
    `it was a pipe or another stream of the system, descriptor ${all.fd}; ${RESOURCES}`,
  );
  expect(all.child.reason).toBe(`it ran "cat" as process ${all.pid}; ${RESOURCES}`);
  for (const name of ['out', 'err', 'in']) {
    expect(all[name].reason).toBe(`it was process.std${name}; ${RESOURCES}`);
    expect(all[name].hint).toBe(`use process.std${name} after loading`);
  }
  const file = `${lib.folder}/terminal.mjs`;
  writeFileSync(
    file,
    `import { openSync } from 'node:fs';
    import { ReadStream, WriteStream } from 'node:tty';
    import * as lib from ${JSON.stringify(lib.url)};
    const tell = (value) => lib.dumps([value], { onLoss: ({ reason }) => console.log(reason) });
    for (const value of [process.stdin, process.stdout]) tell(value);
    tell(new ReadStream(openSync('/dev/tty', 'r')));
    tell(new WriteStream(openSync('/dev/tty', 'w')));
    console.log('END');
    process.exit();`,
  );
  const terminal = spawn(process.execPath, [file], { name: 'xterm', cols: 300, rows: 30 });
  let shown = '';
  terminal.onData((part) => {
    shown += part;
  });
  await new Promise<void>((resolve) => terminal.onExit(() => resolve()));
  const lines = shown.split('\r\n').map((line) => line.replace(/; it holds.*/, ''));
  expect(lines.slice(0, 2)).toEqual([
    'it was process.stdin, a terminal',
    'it was process.stdout, a terminal',
  ]);
  expect(lines[2]).toMatch(/^it was a terminal, descriptor \d+$/);
  expect(lines[3]).toMatch(/^it was a terminal, descriptor \d+$/);
  expect(lines[4]).toBe('END');
});

test('files, threads and watchers tell their paths, descriptors and numbers, as far as Node keeps them', async () => {
  const all = await told(`
    const file = await open('/dev/null');
    const closed = await open('/dev/null');
    await closed.close();
    const stream = fs.createReadStream('/dev/null');
    await once(stream, 'open');
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
    Object.assign(answer, {
      fd: file.fd, streamFd: stream.fd, thread: worker.threadId,
      file: tell(file), closed: tell(closed), stream: tell(stream), worker: tell(worker), watcher: tell(fs.watch('/tmp')),
    });`);
  const path = existsSync('/proc/self/fd') ? `it had "/dev/null" open as ` : 'it was ';
  expect(all.file.reason).toBe(`${path}descriptor ${all.fd}; ${RESOURCES}`);
  expect(all.closed.reason).toMatch(/^it was closed; /);
  expect(all.stream.reason).toMatch(new RegExp(`^it had "/dev/null" open as descriptor ${all.streamFd}; `));
  expect(all.worker.reason).toMatch(new RegExp(`^it was thread ${all.thread}, `));
  expect(all.watcher.reason).toMatch(/^it watched a path that Node does not tell; /);
});

test.skipIf(process.versions['sqlite'] === undefined)('databases tell their file', async () => {
  const all = await told(`
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'brine-handles-'));
    const database = new DatabaseSync(folder + '/a.db');
    Object.assign(answer, {
      folder, hasPlace: 'location' in database, hasText: 'sourceSQL' in database.prepare('select 1'),
      database: tell(database), statement: tell(database.prepare('select 1')),
    });
    fs.rmSync(folder, { recursive: true });`);
  const place = JSON.stringify(`${all.folder}/a.db`);
  expect(all.database.reason).toContain(
    all.hasPlace ? `it had the database ${place} open` : 'a database open',
  );
  if (all.hasPlace) expect(all.database.hint).toBe(`new DatabaseSync(${place}) after loading`);
  if (all.hasText) expect(all.statement.reason).toContain('it was the statement "select 1"');
});

test('methods, getters and handles of the user do not run', async () => {
  const { ran, server, patched, fake } = await told(`
    let ran = 0;
    const run = () => { ran++; return 0; };
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.address = run;
    Object.defineProperty(Object.prototype, 'port', { set: run, get: run, configurable: true });
    answer.server = tell(server);
    const native = Object.getPrototypeOf(server._handle);
    const kept = native.getsockname;
    native.getsockname = run;
    answer.patched = tell(server);
    native.getsockname = run.bind(null);
    tell(server);
    native.getsockname = Array.prototype.toString;
    server._handle.join = run;
    tell(server);
    native.getsockname = kept;
    const fake = new net.Socket();
    fake._handle = { getpeername: run, get fd() { return run(); } };
    answer.fake = tell(fake);
    fake._handle = new Proxy({}, { get: run, getOwnPropertyDescriptor: run, getPrototypeOf: run });
    tell(fake);
    delete Object.prototype.port;
    answer.ran = ran;`);
  expect(ran).toBe(0);
  expect(server.reason).toMatch(/^it listened on port \d+ of 127\.0\.0\.1; /);
  expect(patched.reason).toBe(`it listened; ${RESOURCES}`);
  expect(fake.reason).toMatch(/^it was not connected; /);
});

const RESOURCES = 'it holds resources of this process, which mean nothing in another one';
