// Goal: every construct of the language that makes a function, class or scope is captured, and none runs code.
// Method: the cases of constructs.mjs in a process of every Node there is; the table says what each must give.
// A `*` before the name: the two functions of two calls have scopes of their own, though all values are equal.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

const EXPECTED: Record<string, string> = {
  '* function expression': 'function function {a:let=1}',
  '* named function expression': 'function function {a:let=1}',
  '* function declaration': 'function function {a:let=1,f:function=function}',
  '* arrow with an expression': 'function arrow {a:let=1}',
  '* arrow with a block': 'function arrow {a:let=1}',
  '* async function': 'function function {a:let=1}',
  '* async arrow': 'function arrow {a:let=1}',
  '* generator': 'function function {a:let=1}',
  '* async generator': 'function function {a:let=1}',
  '* method': 'function method {a:let=1}',
  '* async method': 'function method {a:let=1}',
  '* generator method': 'function method {a:let=1}',
  '* async generator method': 'function method {a:let=1}',
  '* computed method': 'function method {a:let=1}',
  '* getter': 'function getter {a:let=1}',
  '* setter': 'function setter {a:let=1}',
  '  bound function': 'bound',
  '* strict function': 'function function {a:let=1}',
  '  new Function': 'function function',
  '  native function': 'uncapturable',
  '* captured parameter': 'function arrow {p:let=1}',
  '* default parameter': 'function arrow {a:let=1}',
  '* object pattern': 'function arrow {a:let=1}',
  '* array pattern': 'function arrow {a:let=1}',
  '* rest parameter': 'function arrow {a:let=1}',
  '* computed key in a pattern': 'function arrow {a:let=1}',
  '* captured parameters beside a body': 'function arrow {p:let=5} > {f:let=function}',
  '* arguments of an arrow': 'function arrow {arguments:arguments=object}',
  '* this of an arrow': 'function arrow {this:this=object}',
  '  strict this of an arrow': 'function arrow {this:this=7}',
  '* new.target of an arrow': 'function arrow {new.target:new.target=function}',
  '* var': 'function arrow {a:let=1}',
  '* let': 'function arrow {a:let=1}',
  '  let that is never assigned': 'function arrow {a:let=1}',
  '  const': 'function arrow {a:const=1}',
  '* hoisted function': 'function arrow {h:function=function}',
  '* class declaration': 'function arrow {K:let=function}',
  '  dead zone': 'function arrow {late:let!}',
  '* block': 'function arrow {a:let=1}',
  '* nested blocks': 'function arrow {b:let=2} > {a:let=1}',
  '* for': 'function arrow {i:let=0}',
  '  for in': 'function arrow {k:const=x}',
  '* for of': 'function arrow {k:let=1}',
  '* switch': 'function arrow {a:let=1}',
  '* catch': 'function arrow {e:let=1}',
  '* catch pattern': 'function arrow {e:let=1}',
  '* function in a sloppy block': 'function arrow {g:let=function}',
  '* with': 'function arrow with{with:const=object}',
  '* direct eval inside': 'function arrow {a:let=1}',
  '* direct eval around': 'function arrow {b:let=2} > {a:let=1}',
  '* sibling left out': 'function arrow {a:let=1}',
  '* three levels': 'function arrow {c:let=3} > {b:let=2} > {a:let=1}',
  '* shadowed name': 'function arrow {a:let=2}',
  '* label and loop first': 'function arrow {a:let=1}',
  '* tagged template': 'function arrow {a:let=1}',
  '* optional chain and private-looking names': 'function arrow {$:let=object,_:let=1}',
  '* assignment patterns': 'function arrow {a:let=undefined,b:let=undefined}',
  '* logical assignment': 'function arrow {a:let=object}',
  '* class expression': 'class class {a:let=1}',
  '* named class': 'class class {a:let=1}',
  '* class with a constructor': 'class class {a:let=1}',
  '* derived class': 'class class {a:let=1}',
  '* class with fields': 'class class {a:let=1}',
  '* class with static parts': 'class class {b:let=2}',
  '  class with computed keys': 'class class {a:let=1}',
  '* class with private members': 'class class {a:let=1}',
  '* class extends null': 'class class {a:let=1}',
  '* method of a class': 'function method {a:let=1}',
  '* static method': 'function method {a:let=1}',
  '* accessor of a class': 'function getter {a:let=1}',
  '* arrow in a field': 'function arrow {this:this=object} > {a:let=1}',
  '* arrow in a static field': 'function arrow {this:this=function} > {a:let=1}',
  '* arrow in a static block': 'function arrow {a:let=1,this:this=function}',
  '* arrow with a private name': 'function arrow {this:this=object} > class{class:const=function}',
  '* closure over a class name': 'function arrow {K:const=function}',
  '  super in a method': 'function method home',
  '* super in an arrow': 'function arrow home {this:this=object}',
};

const folder = mkdtempSync(join(tmpdir(), 'brine-constructs-'));
const bundle = join(folder, 'capture.mjs');

beforeAll(async () => {
  const entry = fileURLToPath(new URL('../../../src/pickle/capture/index.ts', import.meta.url));
  await build({ entryPoints: [entry], bundle: true, format: 'esm', platform: 'node', outfile: bundle });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nodes = [process.execPath];
for (const major of [20, 22, 24, 26]) {
  const given = process.env[`BRINE_NODE_${major}`] ?? '';
  if (given !== '' && existsSync(given)) nodes.push(given);
}

for (const node of nodes) {
  it(`every construct is captured as the table says by ${node}`, () => {
    const program = fileURLToPath(new URL('./constructs.mjs', import.meta.url));
    const output = execFileSync(node, [program, bundle], { encoding: 'utf8', timeout: 60_000 });
    const found: Record<string, string> = {};
    for (const line of output.trim().split('\n')) {
      const { name, text, isOwn, ran } = JSON.parse(line);
      expect(ran, `calls made by ${name}`).toBe(0);
      found[`${isOwn ? '* ' : '  '}${name}`] = text;
    }
    expect(found).toEqual(EXPECTED);
  });
}
