// What only the modules of one kind have, one sample a construct. See samples.mjs for the fields.

export const MODULES = [
  {
    name: 'require of a CommonJS module',
    // The package is gone when it is loaded.
    skip: ['module', 'prompt', 'package'],
    body: 'const path = require("node:path")',
    value:
      '[() => require("node:os").EOL, () => path.basename("a/b"), (x) => require(x), () => [__filename, __dirname, require.resolve("./sample-0.cjs")]]',
    check:
      '[v[0](), v[1](), v[2]("./sample-0.cjs").v(1, 2), v[3]()[0].startsWith(v[3]()[1]), v[3]()[2].endsWith("sample-0.cjs")]',
    want: ['\n', 'b', 3, true, true],
  },
  {
    name: 'import.meta of a module',
    skip: ['common', 'prompt'],
    value:
      '(() => [import.meta.url.endsWith(".mjs"), import.meta.filename.endsWith(".mjs"), typeof import.meta.dirname, import.meta.resolve("./a.mjs").endsWith("/a.mjs")])',
    check: 'v()',
    want: [true, true, 'string', true],
  },
  {
    name: 'import() of a package of Node',
    value: '(async () => (await import("node:path")).basename("a/b"))',
    check: 'v()',
    want: 'b',
  },
  {
    name: 'imported names of a module',
    skip: ['common', 'prompt'],
    body: 'import { basename } from "node:path"; import * as os from "node:os"; import fs from "node:fs"',
    value: '(() => [basename("a/b"), os.EOL, typeof fs.readFileSync])',
    check: 'v()',
    want: ['b', '\n', 'function'],
  },
  {
    name: 'createRequire',
    skip: ['common', 'prompt'],
    body: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)',
    value: '(() => require("node:path").basename("a/b"))',
    check: 'v()',
    want: 'b',
  },
  {
    name: 'exports of a CommonJS module',
    skip: ['module', 'prompt'],
    body: 'exports.extra = () => 5',
    value: '(() => exports.extra())',
    check: 'v()',
    want: 5,
  },
];
