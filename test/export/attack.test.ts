// Goal: opened by a browser, a page made of anybody's snapshot runs nothing of it, and nothing of the data is markup: no names,
// keys, texts, code, errors, modules, hosts.
// Method: a snapshot in which a trick stands in every text, for many tricks; every tag and attribute of the page must be one that
// brine writes, its script and style the ones by the hashes, and all that acts on a reader's eyes made visible. What a browser
// makes of it is in browser.test.ts.

import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { BEHAVIOUR } from '../../src/export/html/behaviour.js';
import { STYLE } from '../../src/export/html/style.js';
import { exported } from '../../src/export/index.js';
import { acting, TRICKS, withTrick } from '../helpers/hostile.js';
import { sampleSnapshot } from './sample.js';

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await sampleSnapshot();
});

/** Tricks for browsers. */
const MARKUP: Readonly<Record<string, string>> = {
  'end the script': `</script><script>document.title='pwned'</script>`,
  'end the style': '</style><style>*{display:none}</style>',
  'an image': `<img src=x onerror="document.title='pwned'">`,
  'out of an attribute': `" onmouseover="document.title='pwned'" x="`,
  'out of a quoted attribute': `' autofocus onfocus='document.title="pwned"`,
  'a comment': '--><svg onload=alert(1)><!--',
  'a link': '<a href="javascript:alert(1)">x</a>',
  'a frame and a base': '<iframe src=//evil.example></iframe><base href=//evil.example>',
  'a refresh': '<meta http-equiv=refresh content=0;//evil.example>',
  'entities that are none': '&lt;script&gt;&#60;b&#62;&amp;',
  'old browsers': `\`<\u0000script>+ADw-script+AD4-\ufeff<ſcript>`,
  'an unended tag': '<',
  'a template':
    '<template><math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
};

const TAG = /<(?:!doctype html|\/?[a-z][a-z0-9]*(?: [a-zA-Z0-9:-]+(?:="[^"<>]*")?)*\/?)>/g;
const TAGS =
  'a article body code details div footer h1 h2 head header html li line main meta p path pre script section span style summary svg table tbody td text th thead title tr ul';

function problemsOf(page: string): string[] {
  const found: string[] = [];
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text);
  if (scripts.length !== 1 || scripts[0] !== BEHAVIOUR) found.push(`${scripts.length} scripts`);
  if (page.match(/<style/g)?.length !== 1 || !page.includes(`<style>${STYLE}</style>`))
    found.push('another style');
  const plain = page.replace(BEHAVIOUR, '').replace(STYLE, '');
  const names = new Set([...plain.matchAll(TAG)].map(([tag]) => /[a-z0-9]+/.exec(tag)?.[0] ?? tag));
  for (const name of names) if (!`doctype ${TAGS}`.split(' ').includes(name)) found.push(`a tag ${name}`);
  const rest = plain.replace(TAG, '');
  if (/[<>]/.test(rest)) found.push(`a bracket: ${/.{0,30}[<>].{0,30}/s.exec(rest)?.[0]}`);
  for (const [tag] of plain.matchAll(TAG))
    for (const [, name, value] of tag.matchAll(/ ([a-zA-Z0-9:-]+)="([^"]*)"/g)) {
      if (/^on|^src|^style$|^action/i.test(name as string)) found.push(`an attribute ${name}`);
      if (name === 'href' && !/^#[\w-]+$/.test(value as string)) found.push(`a link to ${value}`);
    }
  const unsafe = acting(plain.replaceAll('\t', ' '));
  if (unsafe !== undefined) found.push(`not visible: ${unsafe}`);
  return found;
}

for (const [name, trick] of Object.entries({ ...MARKUP, ...TRICKS }))
  test(`a snapshot full of what would ${name}`, () => {
    const hostile = withTrick(bytes, trick);
    const page = exported(hostile, 'html', { title: trick }).text;
    expect(problemsOf(page)).toEqual([]);
    for (const format of ['md', 'ipynb'] as const)
      expect(exported(hostile, format, { title: trick }).text.length).toBeGreaterThan(1000);
  });

test('the look at a page sees what should not be there', () => {
  const page = exported(bytes, 'html').text;
  expect(problemsOf(page)).toEqual([]);
  const withBody = (text: string): string => page.replace('<footer>', `${text}<footer>`);
  for (const text of Object.values(MARKUP).filter((one) => one.includes('<')))
    expect(problemsOf(withBody(text)), text).not.toEqual([]);
  expect(problemsOf(withBody('<a href="https://evil.example">x</a>'))).not.toEqual([]);
  expect(problemsOf(withBody('\u202e'))).not.toEqual([]);
});

test('the policy lets in one style and one script, by their hashes, and nothing from anywhere', () => {
  const page = exported(bytes, 'html').text;
  const hash = (text: string): string => createHash('sha256').update(text).digest('base64');
  expect(page).toContain(
    `default-src &#39;none&#39;; style-src &#39;sha256-${hash(STYLE)}&#39;; script-src &#39;sha256-${hash(BEHAVIOUR)}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
  expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  const addresses = [...page.matchAll(/(?:src|href|url\()[="'(]*[a-z]+:[^\s"'<]*/g)].map(([text]) => text);
  expect(addresses).toEqual([]);
});
