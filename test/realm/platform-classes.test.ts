// Goal: what a session puts on, changes in or deletes from classes of the platform and of Node's modules comes back as what it does to the
// language's own built-ins; what Node itself changes there is never taken for it, and looking loads nothing and runs nothing.
// Method: a process saves a session, another one loads it and judges; on each Node that is here. Node's own changes are provoked by using
// and loading everything.

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test as plainTest } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode, MAJORS } from '../helpers/nodes.js';

let bundle: LibraryBundle;
beforeAll(async () => {
  bundle = await bundleLibrary(['src/index.ts', 'src/session/patches.ts', 'src/realm/natives.ts']);
});
afterAll(() => bundle.remove());

const major = Number(process.versions.node.split('.')[0]);
const CELL = `
  const session = new lib.Session();
  const run = async (text) => {
    const { status, error, value } = await session.evaluator.evaluate(text);
    if (status !== 'done') throw error ?? new Error(status);
    return value;
  };
  const changes = () => lib.currentPatches().map(lib.patchName).sort();`;

describe.each(MAJORS.filter((each) => each >= major))('on Node %i', (version) => {
  const found = findNode(version);
  const node = 'path' in found ? found.path : undefined;
  const test = node === undefined ? plainTest.skip : plainTest;
  const run = async (program: string, options = {}): Promise<any> => {
    const printed = await bundle.run(`${CELL}\n${program}`, {
      ...(node !== undefined && { node }),
      ...options,
    });
    return JSON.parse(printed);
  };
  const overnight = async (cells: readonly string[], judge: string, options = {}): Promise<any> => {
    const file = JSON.stringify(path.join(bundle.folder, `classes-${version}.pkl`));
    const saved = await run(
      `for (const text of ${JSON.stringify(cells)}) await run(text);
      const { losses } = await session.save(${file});
      console.log(JSON.stringify({ losses, changes: changes() }));`,
      options,
    );
    const told = await run(
      `const report = await session.load(${file});
      const judged = await (async () => { ${judge} })();
      await session.save(${file});
      console.log(JSON.stringify({ judged, patched: report.patched.toSorted(), losses: report.losses, again: changes() }));`,
    );
    rmSync(JSON.parse(file) as string);
    expect(saved.losses).toEqual([]);
    expect(told.losses).toEqual([]);
    expect(told.patched).toEqual(saved.changes);
    // A session that was loaded is saved as whole as the one before it.
    expect(told.again).toEqual(saved.changes);
    return { judged: told.judged, changes: saved.changes };
  };

  test('additions, replacements, accessors, symbols and deletions come back on globals of the platform', async () => {
    const { judged, changes } = await overnight(
      [
        'let calls = 0',
        `URL.prototype.extra = function () { calls++; return 'extra ' + this.host }`,
        `Response.prototype.shout = async function () { return (await this.text()).toUpperCase() }`,
        `Buffer.prototype.first = function () { return this[0] }; Buffer.foo = { a: 1 }; Buffer.bar = Buffer.foo`,
        `Buffer.prototype.toString = () => 'mine'`,
        `const tag = Symbol('tag'); Headers.prototype[tag] = 5`,
        `Object.defineProperty(TextEncoder.prototype, 'kind', { get() { return 'te' }, configurable: true })`,
        `delete AbortController.prototype.abort; ReadableStream.two = 2; Event.prototype.q = 1; Blob.prototype.r = null`,
        `console.shout = (text) => text.toUpperCase(); URL.prototype.toString.own = 1; WebAssembly.Memory.prototype.m = 1`,
      ],
      `return [new URL('http://a/').extra(), await run('calls'), await new Response('abc').shout(), Buffer.from([9]).first(),
        Buffer.foo, Buffer.foo === Buffer.bar, Buffer.from('a').toString(), Headers.prototype[tag], new TextEncoder().kind,
        Object.hasOwn(AbortController.prototype, 'abort'), ReadableStream.two, Event.prototype.q, Blob.prototype.r, console.shout('a'),
        URL.prototype.toString.own, WebAssembly.Memory.prototype.m];`,
    );
    expect(judged).toEqual([
      ...['extra a', 1, 'ABC', 9, { a: 1 }, true, 'mine', 5, 'te', false, 2, 1, null, 'A', 1, 1],
    ]);
    expect(changes).toHaveLength(15);
  });

  test('and on classes of Node’s modules, also of one that the same cell loads', async () => {
    const { judged, changes } = await overnight(
      [
        `const events = require('node:events'); events.prototype.x = function () { return this.n }`,
        `events.prototype.trigger = events.prototype.emit; delete events.prototype.rawListeners`,
        `require('node:http').ServerResponse.prototype.json = (value) => JSON.stringify(value)`,
        `require('http').Agent.two = 2; Object.defineProperty(require('http').Agent.prototype, 'three', { get: () => 3 })`,
        `require('http').IncomingMessage.prototype.setTimeout = 4; delete require('http').IncomingMessage.prototype._destroy`,
        `class Mine extends require('node:stream').Readable { mine() { return 1 } }; require('node:stream').Readable.Mine = Mine`,
        `require('fs').Stats.prototype.mb = function () { return this.size / 2 ** 20 }`,
        `require('net').Socket.prototype.shared = events`,
      ],
      `const load = process.getBuiltinModule;
      const { EventEmitter } = load('node:events');
      const http = load('node:http');
      return [Object.assign(new EventEmitter(), { n: 5 }).x(), EventEmitter.prototype.trigger === EventEmitter.prototype.emit,
        'rawListeners' in new EventEmitter(), http.ServerResponse.prototype.json([1]), http.Agent.two, http.Agent.prototype.three,
        http.IncomingMessage.prototype.setTimeout, Object.hasOwn(http.IncomingMessage.prototype, '_destroy'),
        load('node:stream').Readable.Mine === await run('Mine'), load('node:fs').Stats.prototype.mb.call({ size: 2 ** 20 }),
        load('node:net').Socket.prototype.shared === EventEmitter];`,
    );
    expect(judged).toEqual([5, true, false, '[1]', 2, 3, 4, false, true, 1, true]);
    expect(changes).toEqual([
      ...['events.EventEmitter.prototype.rawListeners', 'events.EventEmitter.prototype.trigger'],
      ...[
        'events.EventEmitter.prototype.x',
        'fs.Stats.prototype.mb',
        'http.Agent.prototype.three',
        'http.Agent.two',
      ],
      ...['http.IncomingMessage.prototype._destroy', 'http.IncomingMessage.prototype.setTimeout'],
      ...['http.ServerResponse.prototype.json', 'net.Socket.prototype.shared', 'stream.Readable.Mine'],
    ]);
  });

  test('are the same where V8’s natives do not answer', async () => {
    const { judged } = await overnight(
      [`require('node:http').Agent.prototype.x = () => 1`, `URL.y = 2; Response.prototype.z = () => 3`],
      `return [process.getBuiltinModule('node:http').Agent.prototype.x(), URL.y, Response.prototype.z()];`,
      { env: { BRINE_PLAIN_PATHS: '1' } },
    );
    expect(judged).toEqual([1, 2, 3]);
  });

  test('a library’s session has what the program did since it imported brine', async () => {
    const file = JSON.stringify(path.join(bundle.folder, `library-${version}.pkl`));
    const saved = await run(`
      const http = await import('node:http');
      http.Agent.prototype.x = () => 1;
      URL.prototype.y = () => 2;
      await session.save(${file});
      console.log(JSON.stringify(changes()));`);
    expect(saved).toEqual(['URL.prototype.y', 'http.Agent.prototype.x']);
    const loaded = await run(`
      const { patched } = await session.load(${file});
      console.log(JSON.stringify([patched, new URL('http://a').y()]));`);
    expect(loaded).toEqual([saved, 2]);
    rmSync(JSON.parse(file) as string);
  });

  test('what a program did before it imported brine is not the session’s', async () => {
    const first = path.join(bundle.folder, 'first.mjs');
    writeFileSync(
      first,
      `import events from 'node:events';
      import http from 'node:http';
      URL.prototype.early = () => 1; Buffer.early = 1; events.prototype.early = () => 1; http.Agent.prototype.early = () => 1;
      http.ServerResponse.prototype.statusCode = 500;`,
    );
    expect(
      await run(`console.log(JSON.stringify(changes()));`, { flags: ['--import', `file://${first}`] }),
    ).toEqual([]);
    rmSync(first);
  });

  test('a patch that cannot be saved is in the report, with what to do', async () => {
    const losses = await run(`
      await run("URL.prototype.socket = new (require('node:net').Socket)(); require('node:http').Agent.prototype.held = Promise.race([]); 0");
      const { losses } = await session.save(${JSON.stringify(path.join(bundle.folder, `lossy-${version}.pkl`))});
      console.log(JSON.stringify(losses.map(({ path, what, reason, hint }) => [path, what, reason !== '' && hint !== ''])));`);
    expect(losses).toEqual(
      expect.arrayContaining([
        ['URL.prototype.socket', expect.any(String), true],
        ['http.Agent.prototype.held', expect.any(String), true],
      ]),
    );
    expect(losses).toHaveLength(2);
  });

  test('nothing that Node does itself counts as a change', async () => {
    const told = await run(`
      process.removeAllListeners('warning');
      process.on('warning', () => {});
      const { builtinModules } = await import('node:module');
      const seen = [changes()];
      console.error = () => {};
      for (const name of builtinModules)
        try { process.getBuiltinModule(name.replace(/^(node:)?/, 'node:')) } catch {}
      const { Session } = await import('node:inspector');
      const inspector = new Session();
      inspector.connect();
      for (const domain of ['Runtime', 'Debugger', 'HeapProfiler']) inspector.post(domain + '.enable');
      inspector.disconnect();
      const { PassThrough } = await import('node:stream');
      const repl = await import('node:repl');
      repl.start({ input: new PassThrough(), output: new PassThrough() }).close();
      process.getBuiltinModule('node:domain').create().run(() => {});
      await new (await import('node:worker_threads')).Worker('1', { eval: true }).terminate();
      console._stdout; console._stderr; process.stdin; console.groupCollapsed(); console.groupEnd(); console.countReset('a');
      await (await fetch('data:,a')).text();
      for (const name of Object.getOwnPropertyNames(globalThis))
        try { void globalThis[name]?.prototype } catch {}
      performance.measure('b', performance.mark('a').name);
      await crypto.subtle.digest('SHA-1', new Uint8Array(1));
      AbortSignal.timeout(1); structuredClone(new Map()); new EventTarget().dispatchEvent(new Event('a'));
      URL.revokeObjectURL(URL.createObjectURL(new Blob([])));
      await new Response(new Blob(['a']).stream().pipeThrough(new TextDecoderStream())).text().catch(() => {});
      seen.push(changes());
      console.log(JSON.stringify(seen));
      process.exit();`);
    expect(told).toEqual([[], ['console.error']]);
  });

  test('methods of another console that something puts there while it draws are not the session’s; functions of the program are', async () => {
    const told = await run(`
      const own = new console.Console(process.stderr);
      for (const name of ['log', 'error', 'group']) console[name] = own[name];
      const drawing = changes();
      console.warn = (text) => text;
      console.info = console.debug;
      process.stdout.write(JSON.stringify([drawing, changes()]));`);
    expect(told).toEqual([[], ['console.info', 'console.warn']]);
  });

  test('every class that Node’s modules export is looked at', async () => {
    const missed = await run(`
      process.removeAllListeners('warning');
      process.on('warning', () => {});
      const { builtinModules } = await import('node:module');
      const classes = new Map();
      for (const each of builtinModules) {
        const name = each.replace(/^node:/, '');
        if (/^_|^(sys|punycode|test)/.test(name)) continue;
        let module;
        try { module = process.getBuiltinModule('node:' + name) } catch {}
        for (const key of Object.getOwnPropertyNames(module ?? {})) {
          if (!/^[A-Z]/.test(key)) continue;
          const Class = module[key];
          if (typeof Class === 'function' && Class.prototype && !classes.has(Class.prototype)) classes.set(Class.prototype, name + '.' + key);
        }
      }
      changes();
      for (const prototype of classes.keys()) Object.defineProperty(prototype, 'brineMark', { value: 1, configurable: true });
      const found = lib.currentPatches().filter(({ key }) => key === 'brineMark').length;
      const names = [];
      if (found < classes.size)
        for (const [prototype, name] of classes) {
          delete prototype.brineMark;
          if (lib.currentPatches().filter(({ key }) => key === 'brineMark').length === found) names.push(name);
          else Object.defineProperty(prototype, 'brineMark', { value: 1, configurable: true });
        }
      console.log(JSON.stringify(names));`);
    expect(missed).toEqual([]);
  });

  test('looking runs no getter of the program’s', async () => {
    const told = await run(`
      let ran = 0;
      const get = () => { ran++; return 1 };
      for (const object of [URL, URL.prototype, Buffer, Response.prototype, process.getBuiltinModule('node:events').prototype])
        Object.defineProperty(object, 'odd', { get, configurable: true, enumerable: true });
      Object.defineProperty(process.getBuiltinModule('node:http'), 'Agent', { get, configurable: true });
      Object.defineProperty(globalThis, 'Blob', { get, configurable: true });
      const found = changes();
      console.log(JSON.stringify([found.filter((name) => name.endsWith('.odd')).length, ran]));`);
    expect(told).toEqual([5, 0]);
  });
});
