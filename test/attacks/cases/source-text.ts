// Texts of code that run when they are evaluated: node-serialize (CVE-2017-5941) called what a text ended with, and
// serialize-javascript and telejson evaluated texts. Data mode shows a text and never parses it; trusted mode parses it and
// wants exactly one function, method or class, with nothing around it.

import type { CodeEntry } from '../../../src/graph/code.js';
import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import { column, groupOf, same, segmentOf, snapshotOf } from '../../format/parts.js';
import { type Attack, arrayOf } from '../attack.js';

const TEXTS = [
  '(() => { globalThis.polluted = 1; })()',
  'function () { globalThis.polluted = 1 }()',
  '0, globalThis.polluted = 1',
  '() => 1); (globalThis.polluted = 1',
  '} }; globalThis.polluted = 1; ({ f() {',
  'class { static { globalThis.polluted = 1 } }, globalThis.polluted = 1',
  'function f(a = globalThis.polluted = 1) {}; f()',
  '`${globalThis.polluted = 1}`',
  "import('data:text/javascript,globalThis.polluted=1')",
  '\u2028globalThis.polluted = 1//',
];

export const sourceText: Attack = {
  name: 'texts of code that run when they are evaluated',
  make: () => {
    const codes = TEXTS.map(
      (source): CodeEntry => ({
        source,
        form: 'function',
        isDeclaration: false,
        isStrict: false,
        url: '',
        line: 1,
        column: 0,
      }),
    );
    const ids = TEXTS.map((_, i) => 1 + i);
    const functions = segmentOf(KINDS.function, ids, [
      column(
        TAG.int,
        ids.map((id) => id - 1),
      ),
      same(TAG.undefined, 0, ids.length),
      same(TAG.undefined, 0, ids.length),
    ]);
    return [
      snapshotOf([groupOf(0, [arrayOf(0, ids), functions], { codes: ids.map((id) => id - 1) })], codes),
    ];
  },
  ends: ['value'],
  trusted: ['value'],
};
