// Goal: in a real browser a page looks as it should, its script runs, links open what they lead to, and a page made of a hostile
// snapshot runs nothing of it.
// Method: Debian's chromium without a window prints the page as it is after its script ran, and what it complains of. Without
// chromium the test is skipped and says so; with BRINE_SCREENSHOTS=<folder> it leaves pictures to be looked at.

import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exported } from '../../src/export/index.js';
import { temporaryFolder } from '../helpers/brine.js';
import { withTrick } from '../helpers/hostile.js';
import { sampleSnapshot, urlOf } from './sample.js';

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
if (browser === undefined) console.warn('exported pages are not opened in a browser: there is no chromium');
const pictures = process.env['BRINE_SCREENSHOTS'];
const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Opened {
  /** The page after its script ran. */
  readonly page: string;
  /** What the browser wrote, complaints of the page among it. */
  readonly log: string;
}

let profiles = 0;
function chromium(...given: readonly string[]): Promise<Opened> {
  const profile = join(folder.path, `profile-${profiles++}`);
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--enable-logging=stderr',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(browser as string, [...flags, `--user-data-dir=${profile}`, ...given]);
    let page = '';
    let log = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (page += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    child.on('error', reject);
    child.on('close', () => resolve({ page, log }));
  });
}

function written(name: string, text: string): string {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return urlOf(file);
}

const complaints = (log: string): string[] => log.split('\n').filter((line) => line.includes('CONSOLE'));

describe.skipIf(browser === undefined)('in a browser', { timeout: 60_000 }, () => {
  let bytes: Uint8Array;
  let html: string;
  beforeAll(async () => {
    bytes = await sampleSnapshot();
    html = exported(bytes, 'html', { title: 'sample' }).text;
  });

  test('the script runs under the policy, and a link opens the way to what it leads to', async () => {
    const id = [...html.matchAll(/<details id="(v\d+)">/g)].at(-1)?.[1] as string;
    const { page, log } = await chromium('--dump-dom', `${written('sample.html', html)}#${id}`);
    expect(complaints(log)).toEqual([]);
    expect(page).toContain('<button type="button">Light / dark</button>');
    expect(page).toMatch(/<input type="search" placeholder="Find a name"/);
    expect(page).toContain('>Copy</button>');
    expect(page).toMatch(new RegExp(`<details id="${id}" open="">`));
    expect(page.match(/<details[^>]* open/g)?.length).toBeGreaterThanOrEqual(1);
  });

  test('a hostile snapshot runs nothing and makes no element', async () => {
    const trick = `</script></style></title></pre></summary>--><script>document.title='pwned'</script><img src=x onerror="document.title='pwned'">`;
    const hostile = exported(withTrick(bytes, trick), 'html', { title: trick }).text;
    const { page, log } = await chromium('--dump-dom', written('hostile.html', hostile));
    expect(complaints(log)).toEqual([]);
    expect(page).not.toContain('<title>pwned');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|<iframe/);
    expect(page).toContain('Find a name');
    // The same browser would have run it: without escaping and policy it does.
    const open = `<title>t</title><pre>${trick}</pre>`;
    expect((await chromium('--dump-dom', written('open.html', open))).page).toContain('<title>pwned');
    // And the policy alone would have held it.
    const held = html.replace('<footer>', () => `<script>document.title='pwned'</script><footer>`);
    const second = await chromium('--dump-dom', written('held.html', held));
    expect(second.page).not.toContain('<title>pwned');
    expect(complaints(second.log).join()).toContain('Content Security Policy');
  });

  test.skipIf(pictures === undefined)('pictures of it, to be looked at', async () => {
    const light = written('light.html', html);
    const dark = written('dark.html', html.replace('<html lang="en"', '<html lang="en" data-theme="dark"'));
    const shots = [
      [light, 'light', '1400,1600'],
      [dark, 'dark', '1400,1600'],
      [light, 'narrow', '420,1800'],
    ] as const;
    for (const [url, name, size] of shots) {
      const file = join(folder.path, `${name}.png`);
      await chromium(`--window-size=${size}`, `--screenshot=${file}`, url);
      copyFileSync(file, join(pictures as string, `${name}.png`));
    }
  });
});
