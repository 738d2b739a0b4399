// Goal: what brine says of scripts that it compiled itself is what V8's debugger says of them, and it says nothing of others.
// Method: cells, loaded code and texts of other origins in a process of its own; every function's script is looked up both ways. And what
// that is for: saves of sessions count what they send to the inspector.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { COUNT_SENT, COUNTING } from '../helpers/inspector-count.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts', 'src/realm/known-scripts.ts', 'src/realm/compile.ts']);
});
afterAll(() => lib.remove());

const ASK = `
  import inspector from 'node:inspector';
  import vm from 'node:vm';
  const client = new inspector.Session();
  client.connect();
  const post = (method, params) => { let reply; client.post(method, params, (error, result) => { reply = result; }); return reply; };
  const listed = new Map();
  client.on('Debugger.scriptParsed', ({ params }) => listed.set(params.scriptId, params));
  post('Debugger.enable');
  // What V8 says of the script of a function that the global \`asked\` holds.
  const byDebugger = (fn) => {
    globalThis.asked = fn;
    const { objectId } = post('Runtime.evaluate', { expression: 'asked' }).result;
    const slots = post('Runtime.getProperties', { objectId, ownProperties: true }).internalProperties;
    const { scriptId } = slots.find(({ name }) => name === '[[FunctionLocation]]').value.value;
    const { url, startLine, startColumn, isModule = false, executionContextAuxData } = listed.get(scriptId);
    const text = post('Debugger.getScriptSource', { scriptId }).scriptSource;
    return { url, startLine, startColumn, text, isModule, isMain: executionContextAuxData.isDefault };
  };
  const byBrine = (fn) => {
    const { text, known } = lib.scriptOf(fn) ?? {};
    if (known === undefined) return null;
    const { url, startLine, startColumn } = known;
    return { url, startLine, startColumn, text, isModule: false, isMain: true };
  };
  const session = new lib.Session();
  const cell = (text, options) => session.evaluator.evaluate(text, options);`;

test('of cells and loaded code it says what the debugger says', async () => {
  const out = await lib.run(`${ASK}
    await cell('const arrow = () => 1, twice = (x) => x * 2');
    await cell('function declared() { return declared }');
    await cell('\\n\\n  class Kept { method() { return 1 } }; const method = new Kept().method');
    await cell('const late = await Promise.resolve(() => 2)');
    await cell('"use strict"; function strict() {}');
    await cell('const placed = () => 3', { fileName: 'some name', lineOffset: 4, columnOffset: 7 });
    await cell('function named() {}', { fileName: 'some name', lineOffset: 4, columnOffset: 7 });
    // The same texts once more: of the first V8 makes a second script only where the name is another.
    await cell('const arrow2 = () => 1');
    await cell('const arrow2 = () => 1');
    const names = ['arrow', 'twice', 'declared', 'Kept', 'method', 'late', 'placed', 'arrow2'];
    const scope = () => { let n = 0; return () => n++ };
    const loaded = lib.loads(lib.dumps(scope()));
    const all = [...names.map((name) => globalThis[name]), loaded];
    const wrong = all.filter((fn) => JSON.stringify(byBrine(fn)) !== JSON.stringify(byDebugger(fn)));
    console.log(JSON.stringify([wrong.map(String), all.map((fn) => byBrine(fn).url)]));`);
  expect(JSON.parse(out)).toEqual([
    [],
    ['In[1]', 'In[1]', 'In[2]', 'In[3]', 'In[3]', 'In[4]', 'some name', 'In[9]', expect.any(String)],
  ]);
});

test('it says nothing of texts that others compile, and of those that name themselves', async () => {
  const out = await lib.run(`${ASK}
    await cell('let first = () => 1');
    const text = byBrine(first).text;
    const others = {
      'the text of a cell, by eval': () => { (0, eval)(text); return globalThis.first; },
      'the text and name of a cell, as a script': () => { new vm.Script(text, { filename: 'In[1]', lineOffset: 1 }).runInThisContext(); return globalThis.first; },
      module: () => () => 1,
      'new Function': () => new Function('return 1'),
      native: () => Math.max,
      bound: () => first.bind(null),
      proxy: () => new Proxy(first, {}),
      'of another context': () => vm.runInNewContext('() => 1'),
    };
    const told = Object.entries(others).filter(([, make]) => byBrine(make()) !== null).map(([name]) => name);
    await cell('const odd = () => 1 //# sourceURL=elsewhere');
    await cell('const inFile = () => 1', { fileName: '/a/file.js' });
    // A text that throws, and one that compiles another.
    const broken = await cell('null.x');
    await cell('const made = eval("() => 1")');
    await cell('const after = () => 1');
    for (const name of ['odd', 'inFile', 'made']) if (byBrine(globalThis[name]) !== null) told.push(name);
    console.log(JSON.stringify([told, broken.status, byBrine(after).url]));`);
  expect(JSON.parse(out)).toEqual([[], 'failed', 'In[6]']);
});

const counted: LibraryBundle['run'] = (program, options = {}) =>
  lib.run(program, { ...options, flags: [...COUNTING, ...(options.flags ?? [])] });

const COUNT = `${COUNT_SENT}
  const session = new lib.Session();
  const cell = (text) => session.evaluator.evaluate(text);
  const opened = () => { sent = {}; const { losses } = session.snapshot(); return [sent['Debugger.enable'] ?? 0, sent['Runtime.evaluate'] ?? 0, losses.length]; };`;

test('a session whose code is its own is saved without the debugger', async () => {
  const out = await counted(`${COUNT}
    await cell('const data = [{ a: 1 }, new Map([[1, new Set([2])]])]');
    const [ofData, asked] = opened();
    await cell('function add(a, b) { return a + b } const double = (x) => x * 2');
    await cell('class Animal { #name; constructor(name) { this.#name = name } speak() { return this.#name } } const pet = new Animal("Rex")');
    await cell('const next = (() => { let n = 0; return () => ++n })()');
    const [ofCode, , losses] = opened();
    // Two scopes with equal values: only a frame tells them apart.
    await cell('const twins = ((make) => [make(), make()])(() => { let n = 0; return () => n++ })');
    const [ofTwins] = opened();
    console.log(JSON.stringify([ofData, asked, ofCode, losses, ofTwins]));`);
  expect(JSON.parse(out)).toEqual([0, 0, 0, 0, 1]);
});

test('with everything asked of the debugger, the bytes are the same', async () => {
  const program = `${COUNT}
    await cell('function add(a, b) { return a + b } class Animal { #name = 1; speak() { return this.#name } } const pet = new Animal()');
    await cell('const [one, two] = ((make) => [make(), make()])(() => { let n = 0; return () => n++ })');
    sent = {};
    const bytes = lib.dumps([add, Animal, pet, one, two]);
    console.log(Buffer.from(bytes).toString('base64'), sent['Debugger.getScriptSource'] > 0);`;
  const quick = (await counted(program)).split(' ');
  const plain = (await counted(program, { env: { BRINE_PLAIN_PATHS: '1' } })).split(' ');
  expect([quick[1], plain[1]]).toEqual(['false\n', 'true\n']);
  expect(plain[0]).toBe(quick[0]);
});
