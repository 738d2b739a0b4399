// Goal: one's own files open without a question; of everybody else's nothing runs unless somebody says so, and a script is
// never asked.
// Method: real processes with keys of their own: one person saves, another one loads. A file says by a file of its own
// that it ran.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const as = (who: string, more: Record<string, string> = {}) => ({
  cwd: folder.path,
  env: { BRINE_HOME: join(folder.path, who), ...more },
});
const place = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  const cells = `
const ran = () => require("node:fs").writeFileSync("ran", "");
class Loud { static { 1 } #inside = 3; constructor(x) { this.x = x } }
const a = new Loud([1, 2]);
import { sep } from "node:path"
Array.prototype.last = function () { return this[this.length - 1] };
.save hers.pkl
`;
  expect(await pipe(cells, as('her'))).toMatchObject({ code: 0 });
});

describe('in a pipe', () => {
  test('one’s own file runs without a question', async () => {
    expect(await pipe('.load hers.pkl\nran.name\n[1, 2].last()', as('her'))).toMatchObject({
      stdout: "'ran'\n2\n",
      code: 0,
    });
  });

  for (const [how, parameters, input] of [
    ['.load', [], '.load hers.pkl\n1'],
    ['the argument', ['hers.pkl'], '1'],
    ['run --load', ['run', 'one.js', '--load', 'hers.pkl'], ''],
    ['eval --load', ['eval', '1', '--load', 'hers.pkl'], ''],
  ] as const) {
    test(`somebody else's is refused with exit code 3: ${how}`, async () => {
      writeFileSync(place('one.js'), 'console.log(1)');
      const run = await brine(parameters, { ...as('him'), input });
      expect(run).toMatchObject({ stdout: '', code: 3 });
      expect(run.stderr).toContain('[RESTRICTED_CODE]');
      expect(run.stderr).toContain('--trust');
      expect(existsSync(place('ran'))).toBe(false);
    });

    test(`--trust runs it, --data shows it: ${how}`, async () => {
      const flagged = (flag: string) => {
        const line = input.replace('hers.pkl', `hers.pkl ${flag}`);
        return line === input
          ? brine([...parameters, flag], { ...as('him'), input })
          : brine(parameters, { ...as('him'), input: line });
      };
      expect(await flagged('--trust')).toMatchObject({ stdout: '1\n', code: 0 });
      const data = await flagged('--data');
      expect(data).toMatchObject({ stdout: '1\n', code: 0 });
      expect(data.stderr).toContain('opened as data');
    });
  }

  test('as data, nothing can be called, imported or patched, and the data is there', async () => {
    const input = `.load hers.pkl --data
typeof ran
ran.source
a.x
a["#inside"]
[typeof [].last, typeof sep]
.history --json`;
    const run = await pipe(input, as('him'));
    expect(run.stdout.split('\n').slice(0, 5)).toEqual([
      "'object'",
      `'() => require("node:fs").writeFileSync("ran", "")'`,
      '[ 1, 2 ]',
      '3',
      "[ 'undefined', 'object' ]",
    ]);
    expect(run.stdout, 'the cells of the file are not among one’s own').not.toContain('class Loud');
    expect(run.code).toBe(0);
  });

  test('--allow gives data what it names, and nothing else', async () => {
    const cells = `const max = Math.max
const min = Math.min
import { join, sep } from "node:path"
const f = () => 1
.save names.pkl`;
    expect(await pipe(cells, as('her'))).toMatchObject({ code: 0 });
    const allow = '--allow intrinsic:Math.max --allow=module:node:path#sep';
    const shown = '[typeof max, typeof min, typeof sep, typeof join, typeof f]';
    const wanted = "[ 'function', 'object', 'string', 'object', 'object' ]\n";
    expect(await pipe(`.load names.pkl ${allow}\n${shown}`, as('him'))).toMatchObject({
      stdout: wanted,
      code: 0,
    });
    expect(await brine(['eval', shown, '--load', 'names.pkl', ...allow.split(' ')], as('him'))).toMatchObject(
      {
        stdout: wanted,
        code: 0,
      },
    );
    for (const wrong of ['--allow Math.max', '--allow', '--allow intrinsic:eval --trust'])
      expect((await pipe(`.load names.pkl ${wrong}`, as('him'))).code, wrong).toBeGreaterThan(1);
  });

  test('--data and --trust together are a mistake', async () => {
    expect((await pipe('.load hers.pkl --data --trust', as('him'))).code).toBe(2);
  });

  test('what was opened as data and saved again has nothing of the stranger that runs', async () => {
    await pipe('.load hers.pkl --data\n.save mine.pkl', as('him'));
    const run = await pipe(
      '.load mine.pkl\n[typeof ran, typeof sep, typeof Loud, typeof [].last]',
      as('him'),
    );
    expect(run).toMatchObject({ stdout: "[ 'object', 'object', 'object', 'undefined' ]\n", code: 0 });
    expect((await brine(['inspect', 'mine.pkl'], as('him'))).stdout).toContain('no code');
  });

  test('what was opened as data takes the place of a file with code only when it is told to', async () => {
    const before = readFileSync(join(folder.path, 'hers.pkl'));
    const run = await pipe('.load hers.pkl --data\n.save', as('him'));
    expect([run.code, /^✗.*/m.exec(run.stderr)?.[0]]).toEqual([2, '✗ .save needs a file or a name']);
    expect(readFileSync(join(folder.path, 'hers.pkl')).equals(before)).toBe(true);
  });

  test('a large file that is opened as data and not read is saved without its code', async () => {
    const cells = `const big = Array.from({ length: 400000 }, (_, i) => "text " + i * 7919)
const ran = () => require("node:fs").writeFileSync("ran", "")
const holder = { big, ran }
.save large.pkl`;
    expect(await pipe(cells, as('her'))).toMatchObject({ code: 0 });
    const first = await pipe('.load large.pkl --data\n.save mine.pkl', as('him'));
    expect(first.stderr).toContain('on touch');
    const run = await pipe('.load mine.pkl\nholder.big.length\ntypeof holder.ran', as('him'));
    expect(run).toMatchObject({ stdout: "400000\n'object'\n", code: 0 });
    expect((await brine(['inspect', 'mine.pkl'], as('him'))).stdout).toContain('no code');
  });

  test('data takes no name of Node, and says so', async () => {
    await pipe('globalThis.fetch = 5; var JSON = 6; const kept = 7\n.save names.pkl', as('her'));
    const run = await pipe('.load names.pkl --data\n[typeof fetch, typeof JSON, kept]', as('him'));
    expect(run.stdout).toBe("[ 'function', 'object', 7 ]\n");
    expect(run.stderr.replace(/\s+/g, ' ')).toContain('replaces nothing of Node');
  });
});

describe('keys', () => {
  test('a file that was changed after it was saved is nobody’s', async () => {
    await pipe('const x = "aaaa"\n.save changed.pkl', as('her'));
    const bytes = readFileSync(place('changed.pkl'));
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    writeFileSync(place('changed.pkl'), bytes);
    const run = await pipe('.load changed.pkl', as('her'));
    expect(run.code).toBe(3);
    expect(run.stderr, 'a changed byte is damage first').toContain('[SNAPSHOT_CHECKSUM]');
    expect((await brine(['verify', 'changed.pkl'], as('her'))).code).toBe(3);
  });

  test('one person signs, another one trusts, and takes it back', async () => {
    await pipe('const f = () => 41\n.save shared.pkl', as('her'));
    expect((await brine(['verify', 'shared.pkl'], as('her'))).stdout).toMatch(
      /undamaged.*\n {2}signed by you\n$/,
    );
    expect(await brine(['verify', 'shared.pkl'], as('him'))).toMatchObject({ code: 3 });
    const key = (await brine(['key'], as('her'))).stdout.split('\n')[0] as string;
    expect(key).toMatch(/^brine-ed25519:/);
    expect(await brine(['sign', 'shared.pkl'], as('her'))).toMatchObject({ code: 0 });
    expect((await brine(['verify', 'shared.pkl'], as('her'))).stdout).toContain('signed by you');
    const stranger = await brine(['verify', 'shared.pkl'], as('him'));
    expect(stranger).toMatchObject({ code: 3 });
    expect(stranger.stdout).toContain('which you do not trust');
    expect((await pipe('.load shared.pkl', as('him'))).stderr).toContain('[RESTRICTED_CODE]');
    expect((await brine(['trust', 'shared.pkl', 'Ada', 'L.\u001b[2J'], as('him'))).code).toBe(0);
    expect(await pipe('.load shared.pkl\nf()', as('him'))).toMatchObject({ stdout: '41\n', code: 0 });
    const json = JSON.parse((await pipe('.load shared.pkl --json', as('him'))).stdout);
    expect(json).toMatchObject({ opened: 'trusted', whose: 'trusted', key });
    const list = (await brine(['trust'], as('him'))).stdout;
    expect(list).toContain(`Ada L. [2J`);
    expect(list).toContain(key);
    expect((await brine(['verify', 'shared.pkl'], as('him'))).stdout).toContain(
      'signed by Ada L. [2J, whom you trust',
    );
    expect((await brine(['trust', key, '--remove'], as('him'))).code).toBe(0);
    expect((await brine(['trust', key, '--remove'], as('him'))).code).toBe(1);
    expect((await pipe('.load shared.pkl\nf()', as('him'))).code).toBe(3);
    expect((await brine(['trust', 'brine-ed25519:x'], as('him'))).stderr).toContain('[KEY_FORM]');
    expect((await brine(['trust', 'hers.pkl'], as('him'))).code).toBe(1);
  });

  test('what a file says acts on no terminal when it is shown', async () => {
    const escapes = '\\u001b]52;c;eA==\\u0007\\u009b2J\\u202e';
    const cells = `const g = eval("(function () { /* ${escapes} */ })")
const o = { [eval('"${escapes}"')]: 1 }
globalThis[eval('"${escapes}"')] = 1
.save loud.pkl --sign`;
    expect(await pipe(cells, as('her'))).toMatchObject({ code: 0 });
    const runs = [
      await brine(['inspect', 'loud.pkl'], as('them')),
      await brine(['inspect', 'loud.pkl', '--json'], as('them')),
      await brine(['vars', 'loud.pkl'], as('them')),
      await brine(['verify', 'loud.pkl'], as('them')),
      await pipe('.load loud.pkl --data\n.vars\n.save again.pkl', as('them')),
      await brine(['trust', 'loud.pkl', '\u001b[2J\u202e\u009b'], as('them')),
      await brine(['trust'], as('them')),
      await brine(['verify', 'loud.pkl'], as('them')),
      await brine(['trust', '\u001b[2J'], as('them')),
    ];
    for (const { stdout, stderr } of runs)
      expect(stdout + stderr).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/,
      );
    expect(runs[0]?.stdout).toContain('\\u{1b}]52');
  });

  test('.save --sign does both at once', async () => {
    await pipe('const f = () => 42\n.save both.pkl --sign', as('her'));
    expect((await brine(['verify', 'both.pkl'], as('him'))).stdout).toContain('which you do not trust');
    expect(await pipe('.load both.pkl\nf()', as('her'))).toMatchObject({ stdout: '42\n' });
  });

  test('where there is no place for keys, a save says that it is not signed', async () => {
    writeFileSync(place('no-folder'), '');
    const run = await pipe('const f = () => 1\n.save bare.pkl', as('no-folder'));
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('not signed');
    expect((await pipe('.load bare.pkl --trust\nf()', as('no-folder'))).stdout).toBe('1\n');
    expect((await pipe('.save bare.pkl --sign', as('no-folder'))).stderr).toContain('[KEY_STORE]');
  });

  test('an encrypted file opens with its passphrase only', async () => {
    const secret = { BRINE_PASSPHRASE: 'open sesame' };
    expect((await pipe('.save e.pkl --encrypt', as('her'))).code).toBe(2);
    expect(
      await pipe('const canary = "in the mine"\n.save e.pkl --encrypt', as('her', secret)),
    ).toMatchObject({ code: 0 });
    expect(readFileSync(place('e.pkl')).includes('canary')).toBe(false);
    expect(await pipe('.load e.pkl\ncanary', as('her', secret))).toMatchObject({ stdout: "'in the mine'\n" });
    expect((await pipe('.load e.pkl', as('her'))).code).toBe(3);
    const wrong = await pipe('.load e.pkl', as('her', { BRINE_PASSPHRASE: 'sesame' }));
    expect(wrong).toMatchObject({ code: 3 });
    expect(wrong.stderr).toContain('[ENCRYPTED]');
    expect((await brine(['verify', 'e.pkl'], as('her', secret))).stdout).toContain('signed by you');
    expect((await brine(['sign', 'e.pkl'], as('her', secret))).code).toBe(1);
  });

  test('nothing that was only looked at has run', () => {
    expect(existsSync(place('ran'))).toBe(false);
    rmSync(place('ran'), { force: true });
  });
});
