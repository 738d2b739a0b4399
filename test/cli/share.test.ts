// Goal: what is shared is signed for others and carries history, outputs, note and author; whoever opens it sees these before
// anything runs; no secret goes by oversight, nothing is replaced, nobody vouches for a stranger's code, and the session's own file
// stays its own.
// Method: the built program as two people, each with keys of their own; files are read.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeSnapshot } from '../../src/index.js';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const as = (who: string, env = {}) => ({
  cwd: folder.path,
  env: { BRINE_HOME: join(folder.path, who), ...env },
});
const sessionIn = (file: string) => describeSnapshot(readFileSync(join(folder.path, file))).meta.session;

test('a session is shared, and its own file stays its own', async () => {
  const input =
    'const a = 1\na + 1\n.save work.pkl\n.share shared.pkl --note "see a" --author Ada\nconst b = 2\n.save\n';
  const { code, stderr } = await pipe(input, as('ada'));
  expect([code, stderr]).toEqual([0, expect.stringContaining('signed by you for others')]);
  expect(sessionIn('shared.pkl')).toMatchObject({ note: 'see a', author: 'Ada' });
  expect(sessionIn('shared.pkl')?.cells.map(({ output }) => output?.text)).toEqual([undefined, '2']);
  expect(sessionIn('shared.pkl')?.bindings.map(({ name }) => name)).toEqual(['a']);
  expect(sessionIn('work.pkl')?.bindings.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(sessionIn('work.pkl')).not.toHaveProperty('author');
});

test('a file is shared without running, and whoever opens it is told', async () => {
  const { code, stdout } = await brine(
    ['export', 'work.pkl', 'again.pkl', '--share', '--note', 'line\u202e\nline', '--author', 'Ada', '--json'],
    as('ada'),
  );
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    { target: 'again.pkl', cells: 3, names: 2, note: 'line\u202e\nline', author: 'Ada' },
  ]);
  const inspected = await brine(['inspect', 'again.pkl'], as('bob'));
  expect(inspected.stdout).toContain('  says it is by  Ada\n  note  line\\u{202e}\\u{a}line\n');
  const refused = await pipe('.load again.pkl', as('bob'));
  expect(refused.code).toBe(3);
  await brine(['trust', 'again.pkl', 'Ada'], as('bob'));
  const loaded = await pipe('.load again.pkl\na + b', as('bob'));
  expect([loaded.code, loaded.stdout]).toEqual([0, '3\n']);
  expect(loaded.stderr).toMatch(/note +"line\\+u\{202e\}\\+u\{a\}line" {2}by Ada/);
  const page = await brine(['export', 'again.pkl', 'again.html'], as('carol'));
  expect(page.code).toBe(0);
  const html = readFileSync(join(folder.path, 'again.html'), 'utf8');
  expect(html).toContain('<p class="note">line\\u{202e}\nline</p>');
  expect(html).toContain('<li>by Ada</li>');
});

test('nobody vouches for a stranger’s code, or for an encrypted or damaged file', async () => {
  const stranger = await brine(['export', 'work.pkl', 'x.pkl', '--share'], as('bob2'));
  expect([stranger.code, stranger.stderr]).toEqual([3, expect.stringContaining('would vouch for its code')]);
  await pipe('1\n.save locked.pkl --encrypt', as('ada', { BRINE_PASSPHRASE: 'p' }));
  const locked = await brine(
    ['export', 'locked.pkl', 'x.pkl', '--share'],
    as('ada', { BRINE_PASSPHRASE: 'p' }),
  );
  expect([locked.code, locked.stderr]).toEqual([1, expect.stringContaining('is encrypted')]);
  const bytes = readFileSync(join(folder.path, 'work.pkl'));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
  writeFileSync(join(folder.path, 'torn.pkl'), bytes);
  expect((await brine(['export', 'torn.pkl', 'x.pkl', '--share'], as('ada'))).code).toBe(3);
  expect(existsSync(join(folder.path, 'x.pkl'))).toBe(false);
});

test('secrets, other files and mistakes stop it', async () => {
  const secret = `const token = 'ghp${'_'}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9jK2m'`;
  const { stderr, code } = await brine(['--keep-going'], {
    ...as('ada'),
    input: [
      ...[secret, '.save secret.pkl', '.share s.pkl', '.share s.pkl --redact --with-secrets', '.share'],
      ...[
        '.share notes.html',
        '.share work.pkl',
        '.share s.pkl --encrypt',
        '.share r.pkl --redact',
        '.save a.pkl --note',
      ],
    ].join('\n'),
  });
  expect(code).toBe(3);
  expect(stderr).toMatch(/In\[1\]|token looks like a secret.*nothing was saved\n.*--redact.*--with-secrets/);
  expect(stderr).toContain('takes --redact or --with-secrets, not both');
  expect(stderr).toContain('--note needs a value');
  expect(stderr).toContain('.share needs a file');
  expect(stderr).toContain('only a snapshot can be signed');
  expect(stderr).toMatch(/work\.pkl is there\n.*--overwrite/);
  expect(stderr).toContain('--encrypt needs a passphrase');
  expect(existsSync(join(folder.path, 's.pkl'))).toBe(false);
  expect(readFileSync(join(folder.path, 'r.pkl')).includes('aB3dE6gH9j')).toBe(false);
  const file = await brine(['export', 'secret.pkl', 's.pkl', '--share'], as('ada'));
  expect([file.code, file.stderr]).toEqual([
    3,
    expect.stringMatching(/looks like a secret .*, and 1 more; nothing was written/),
  ]);
  expect((await brine(['export', 'secret.pkl', 's.pkl', '--share', '--with-secrets'], as('ada'))).code).toBe(
    0,
  );
});
