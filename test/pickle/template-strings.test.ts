// Goal: the strings of a tagged template that come back as another array than the template gives are named in the report.
// Method: a program keeps such arrays with and without the function that has the template, and prints what is reported.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => lib.remove());

test.each([
  ['beside the function', '[f, keep()]', 1],
  ['in the variable of its tag', '[f]', 1],
  ['beside a method with the template', '[o, o.m(self)]', 1],
  ['alone', '[f()]', 0],
  ['of another template', '[o, other]', 0],
  ['that only look alike', '[o, Object.freeze(Object.assign(["x"], { raw: trap }))]', 0],
])('strings of a template %s', async (_, value, count) => {
  const program = `
    const self = (s) => s, other = self\`y\`, trap = new Proxy([], { get() { throw new Error('it ran') } });
    let kept; const tag = (s) => (kept = s);
    const f = () => tag\`a\${1}b\\n\`, keep = () => f(), o = { m(t) { return t\`x\` } };
    if (${value.startsWith('[f]')}) f();
    const reported = [];
    lib.loads(lib.dumps(${value}, { onChange: ({ reason }) => reported.push(reason) }));
    console.log(JSON.stringify(reported));`;
  const reported = JSON.parse(await lib.run(program)) as string[];
  expect(reported.map((reason) => reason.includes('the template'))).toEqual(Array(count).fill(true));
});
