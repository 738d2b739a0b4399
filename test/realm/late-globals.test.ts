// Goal: brine does not load undici and the streams of the web, which Node makes when somebody looks; what is saved of their classes is the same
// whether they were looked at before brine was loaded, after it, or were replaced on the global object since.
// Method: processes of their own, of a Node where these classes are accessors and of one where they are not, which ask Node's list of
// modules and compare identities.

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test as plainTest } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode } from '../helpers/nodes.js';

let bundle: LibraryBundle;
beforeAll(async () => {
  bundle = await bundleLibrary();
});
afterAll(() => bundle.remove());

const major = Number(process.versions.node.split('.')[0]);

describe.each(major >= 24 ? [major] : [major, 24])('on Node %i', (major) => {
  const node = findNode(major);
  const at = 'path' in node ? node.path : undefined;
  const test = at === undefined ? plainTest.skip : plainTest;
  const run = (program: string): Promise<string> => bundle.run(program, at === undefined ? {} : { node: at });
  // Node 20 loads the streams before any program runs.
  const LOADED = `process.moduleLoadList.some((entry) =>
    /internal\\/${major >= 22 ? '(deps\\/undici|webstreams)' : 'deps\\/undici'}\\//.test(entry))`;
  // Where the classes are accessors, their methods have no names.
  const METHODS = major >= 22 ? '' : 'false && ';

  test('neither importing brine nor saving what is none of them loads what makes such classes', async () => {
    const printed = await run(`
    const seen = [${LOADED}];
    class Request { url = 'own'; body() { return this.url } }
    const saved = lib.loads(lib.dumps({ list: [1, 'a'], map: new Map([[1, new Date(0)]]), url: new URL('http://a'), f: () => 1 }));
    seen.push(${LOADED}, saved.url.href);
    const { request } = lib.loads(lib.dumps({ request: new Request() }));
    seen.push(${LOADED}, request.body(), request.constructor.name);
    console.log(JSON.stringify(seen));`);
    expect(JSON.parse(printed)).toEqual([false, false, 'http://a/', false, 'own', 'Request']);
  });

  describe('classes of fetch', () => {
    // Mine stands where Node's was.
    const MINE = `class Response { mine() { return 'mine' } }`;
    const JUDGE = `
    const value = { Own, own: new Own('text', { status: 201 }), prototype: Own.prototype, ...(${METHODS}{ json: Own.prototype.json }),
      headers: new Headers({ a: 'b' }), fetch };
    const copy = lib.loads(lib.dumps(value));
    console.log(JSON.stringify([copy.Own === Own, copy.own instanceof Own, copy.own.status, await copy.own.text(),
      copy.prototype === Own.prototype, ${METHODS}copy.json === Own.prototype.json, copy.headers instanceof Headers,
      copy.headers.get('a'), copy.fetch === fetch]));`;
    const RIGHT = [true, true, 201, 'text', true, major >= 22, true, 'b', true];

    test('are named when they are first looked at after brine was loaded', async () => {
      expect(JSON.parse(await run(`const Own = Response;${JUDGE}`))).toEqual(RIGHT);
    });

    test('are named when they were looked at before', async () => {
      const program = `void globalThis.Response; void globalThis.Headers;
      const lib = await import(${JSON.stringify(bundle.url)}); const Own = Response;${JUDGE}`;
      const printed = execFileSync(at as string, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
      });
      expect(JSON.parse(printed)).toEqual(RIGHT);
    });

    test('are named when a program has put a class of its own in the place of one', async () => {
      expect(JSON.parse(await run(`const Own = Response; globalThis.Response = ${MINE};${JUDGE}`))).toEqual(
        RIGHT,
      );
    });

    test('are none of a program’s own, which goes by value', async () => {
      const printed = await run(`
      void Headers; globalThis.Response = ${MINE};
      const copy = lib.loads(lib.dumps({ Class: Response, one: new Response() }));
      console.log(JSON.stringify([copy.Class !== Response, copy.one instanceof copy.Class, copy.one.mine()]));`);
      expect(JSON.parse(printed)).toEqual([true, true, 'mine']);
    });

    test('are named beside an instance of a program’s own class of the same name', async () => {
      const printed = await run(`
        const theirs = Request;
        class Headers {}
        const copy = lib.loads(lib.dumps({ own: new Headers(), theirs, Response, session: new lib.Session() === null }));
        console.log(JSON.stringify([copy.theirs === Request, copy.Response === Response, copy.own instanceof globalThis.Headers]));`);
      expect(JSON.parse(printed)).toEqual([true, true, false]);
    });

    test('are a session’s names only when somebody put something else there', async () => {
      const printed = await run(`
        const session = new lib.Session();
        const saved = async () => (await session.save('late.pkl')).saved;
        const before = await saved();
        globalThis.Response = ${MINE};
        console.log(JSON.stringify([before, await saved()]));`);
      expect(JSON.parse(printed)).toEqual([[], ['Response']]);
    });

    test('come back as Node’s own where a program has put a class of its own in their place', async () => {
      const saved = await run(`
      const bytes = lib.dumps({ Response, one: new Response('text'), ...(${METHODS}{ header: Headers.prototype.get }) });
      console.log(JSON.stringify([...bytes]));`);
      const printed = await run(`
      globalThis.Response = ${MINE};
      const copy = lib.loads(Uint8Array.from(${saved}));
      const { constructor: Own } = await fetch('data:,a');
      console.log(JSON.stringify([copy.Response === Own, copy.one instanceof Own, await copy.one.text(),
        ${METHODS}copy.header === Headers.prototype.get, Own !== Response]));`);
      expect(JSON.parse(printed)).toEqual([true, true, 'text', major >= 22, true]);
    });

    test('lend their name to nothing that a program put on them', async () => {
      const printed = await run(`
      let calls = 0;
      const get = Object.getOwnPropertyDescriptor(Response.prototype, 'status').get;
      Response.prototype.json = function json() { calls++; return 'mine' };
      Response.prototype.clone.prototype = { mine: true };
      Response.prototype.added = function added() { return 'added' };
      const copy = lib.loads(lib.dumps({ json: Response.prototype.json, added: Response.prototype.added,
        ...(${METHODS}{ get, text: Response.prototype.text }), bare: Response.prototype.clone.prototype }));
      console.log(JSON.stringify([copy.json !== Response.prototype.json, copy.json(), copy.added(), ${METHODS}copy.get === get,
        ${METHODS}copy.text === Response.prototype.text, copy.bare !== Response.prototype.clone.prototype, copy.bare.mine, calls]));`);
      // Without a declaration of their own methods are copies: what they count is another variable.
      expect(JSON.parse(printed)).toEqual([true, 'mine', 'added', major >= 22, major >= 22, true, true, 0]);
    });
  });

  test('a session that is alone in its process looks at them before code may change them, and finds what it changed', async () => {
    const printed = await run(`
      const evaluator = new lib.Evaluator(true);
      const session = new lib.Session(evaluator);
      const seen = [];
      const cell = async (text) => {
        await evaluator.evaluate(text);
        seen.push(evaluator.names().sort().join(), ${LOADED});
      };
      await cell('const a = 1; const f = (x) => x + a; let list = [a, 2]');
      await session.save('alone.pkl');
      seen.push(${LOADED});
      await cell("globalThis['Resp' + 'onse'] = 6");
      await cell('Headers = 7');
      await cell('delete FormData; const three = 3');
      await session.load('alone.pkl');
      seen.push(typeof Response, f(1));
      console.log(JSON.stringify(seen));`);
    expect(JSON.parse(printed)).toEqual([
      ...['a,f,list', false],
      false,
      ...['Response,a,f,list', true],
      ...['Headers,Response,a,f,list', true],
      ...['Headers,Response,a,f,list,three', true],
      ...['number', 2],
    ]);
  });

  test('a snapshot’s code is awaited by looking at them, too', async () => {
    const printed = await run(`
      await new lib.Session().evaluator.evaluate('0');
      const one = new lib.Session(new lib.Evaluator());
      await one.evaluator.evaluate('function put() { globalThis.Request = 8 }');
      await one.save('puts.pkl');
      console.log('saved');`);
    expect(printed.trim()).toBe('saved');
    const seen = await run(`
      const evaluator = new lib.Evaluator(true);
      await new lib.Session(evaluator).load('puts.pkl');
      await evaluator.evaluate('put()');
      console.log(JSON.stringify(evaluator.names().sort()));`);
    expect(JSON.parse(seen)).toEqual(['Request', 'put']);
  });

  test('classes of streams are named, replaced or not', async () => {
    const printed = await run(`
      const Own = TransformStream;
      globalThis.TransformStream = class TransformStream { mine = 1 };
      const copy = lib.loads(lib.dumps({ Own, mine: new TransformStream(), ReadableStream,
        prototype: WritableStream.prototype, three: new CountQueuingStrategy({ highWaterMark: 3 }) }));
      console.log(JSON.stringify([copy.Own === Own, copy.mine.mine, copy.mine instanceof Own,
        copy.ReadableStream === ReadableStream, copy.prototype === WritableStream.prototype,
        copy.three instanceof CountQueuingStrategy, copy.three.highWaterMark]));`);
    expect(JSON.parse(printed)).toEqual([true, 1, false, true, true, true, 3]);
  });
});
