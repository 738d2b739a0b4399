// Goal: a save names what looks like a secret, takes it out, refuses or is silent as it was told; nothing that was taken
// out is anywhere in the file, previews and history included.
// Method: sessions in processes of their own and the built program; files are searched byte by byte.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
});
afterAll(() => lib.remove());
const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path, env: { BRINE_HOME: join(folder.path, 'keys') } };

const TOKEN = `ghp${'_'}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9jK2m`;
const PASSWORD = 'hunter22-and-more';

const CELLS = [
  `const token = ${JSON.stringify(TOKEN)}`,
  `const config = { db: { password: ${JSON.stringify(PASSWORD)}, port: 5432 } }`,
  'const other = [1, 2]',
  'const key = require("node:crypto").createSecretKey(Buffer.alloc(16, "kQ"))',
];

async function saved(options: string): Promise<{ told: any; bytes: Buffer; file: string }> {
  const file = join(lib.folder, `secret-${Math.random()}.pkl`);
  const runs = CELLS.map((cell) => `await session.evaluator.evaluate(${JSON.stringify(cell)});`).join('\n');
  const out = await lib.run(`
    const session = new lib.Session();
    ${runs}
    let told;
    try {
      const { secrets, leftOut, losses } = await session.save(${JSON.stringify(file)}, ${options});
      told = { secrets, leftOut, losses };
    } catch ({ code, message }) { told = { code, message } }
    console.log(JSON.stringify(told));`);
  let bytes = Buffer.alloc(0);
  try {
    bytes = readFileSync(file);
  } catch {
    // nothing was saved
  }
  return { told: JSON.parse(out.trim()), bytes, file };
}

describe('a session', () => {
  test('what is found is named, with the cells that hold it, and is in the file', async () => {
    const { told, bytes } = await saved('{}');
    expect(told.secrets).toEqual(
      expect.arrayContaining([
        { path: 'token', kind: 'GitHub token', isRedacted: false },
        { path: 'config.db.password', kind: 'password', isRedacted: false },
        { path: 'key', kind: 'secret key', isRedacted: false },
        { path: 'In[1]', kind: 'GitHub token', isRedacted: false },
      ]),
    );
    expect(told.secrets).toHaveLength(4);
    expect(JSON.stringify(told)).not.toContain(TOKEN);
    expect(bytes.includes(TOKEN)).toBe(true);
  });

  test('redacted, nothing of it is in the file; the file and the load say what was taken out', async () => {
    const { told, bytes, file } = await saved('{ secrets: "redact" }');
    expect(told.secrets.every(({ isRedacted }: { isRedacted: boolean }) => isRedacted)).toBe(true);
    expect(told.leftOut.map(({ path }: { path: string }) => path).sort()).toEqual([
      'In[1]',
      'config.db.password',
      'token',
    ]);
    expect(told.losses).toMatchObject([{ path: 'key', what: 'KeyObject' }]);
    for (const secret of [TOKEN, TOKEN.slice(0, 12), PASSWORD, PASSWORD.slice(0, 8), 'kQkQkQ'])
      expect(bytes.includes(secret), secret).toBe(false);
    const out = await lib.run(`
      const session = new lib.Session();
      const { leftOut } = await session.load(${JSON.stringify(file)});
      console.log(JSON.stringify([token, config, other, leftOut.length]));`);
    expect(JSON.parse(out)).toEqual([
      '[redacted]',
      { db: { password: '[redacted]', port: 5432 } },
      [1, 2],
      3,
    ]);
  });

  test('a key file that was read is named, and taken out of the bytes', async () => {
    const pem = `${'-----BEGIN '}PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----`;
    const file = JSON.stringify(join(lib.folder, 'key-file.pkl'));
    const out = await lib.run(`
      const session = new lib.Session();
      globalThis.text = ${JSON.stringify(pem)} + 'x'.repeat(9000);
      await session.evaluator.evaluate('const key = Buffer.from(globalThis.text)');
      delete globalThis.text;
      const [first] = (await session.save(${file})).secrets;
      await session.save(${file}, { secrets: 'redact' });
      const other = new lib.Session();
      await other.load(${file});
      console.log(JSON.stringify([first, key.toString('latin1', 0, 10)]));`);
    expect(JSON.parse(out)).toEqual([
      { path: expect.stringMatching(/^key\b/), kind: 'private key', isRedacted: false },
      'XXXXXXXXXX',
    ]);
  });

  test('only some paths are redacted, and what is none is not told', async () => {
    const { told, bytes } = await saved(
      '{ secrets: "redact", redact: ["config.*"], notSecret: ["key", "In*"] }',
    );
    expect(told.secrets).toEqual([
      { path: 'token', kind: 'GitHub token', isRedacted: false },
      { path: 'config.db.password', kind: 'password', isRedacted: true },
    ]);
    expect([bytes.includes(TOKEN), bytes.includes(PASSWORD)]).toEqual([true, false]);
  });

  test('refused, nothing is saved; ignored, nobody looks', async () => {
    const refused = await saved('{ secrets: "refuse" }');
    expect(refused.told.code).toBe('SESSION_SECRET');
    expect(refused.told.message).toMatch(
      /^token looks like a secret \(GitHub token\), and 3 more; nothing was/,
    );
    expect(refused.bytes).toHaveLength(0);
    expect((await saved('{ secrets: "ignore" }')).told.secrets).toEqual([]);
    expect((await saved('{ secrets: "perhaps" }')).told.code).toBe('SESSION_OPTION');
  });
});

describe('the command line', () => {
  const input = `${CELLS.slice(0, 3).join('\n')}\n`;

  test('names them, takes them out, and inspect lists them', async () => {
    const run = await pipe(`${input}.save a.pkl`, here);
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toMatch(/secret\? {3}token {2}GitHub token/);
    expect(run.stderr).toMatch(/config\.db\.password {2}password/);
    expect(run.stderr).toContain('--redact takes them out');
    expect(run.stderr).not.toContain(TOKEN.slice(4, 20));
    const seen = await brine(['inspect', 'a.pkl'], here);
    expect(seen.stdout).toMatch(/ {2}secret\? {2}config\.db\.password +password/);
    expect(seen.stdout).toMatch(/ {2}secret\? {2}token +GitHub token/);
    await pipe(`${input}.save b.pkl --redact`, here);
    expect((await brine(['inspect', 'b.pkl'], here)).stdout).not.toContain('secret?');
    const some = await pipe(`${input}.save c.pkl --redact=token --redact=In* --json`, here);
    expect(JSON.parse(some.stdout).secrets).toEqual([
      { path: 'token', kind: 'GitHub token', isRedacted: true },
      { path: 'config.db.password', kind: 'password', isRedacted: false },
      { path: 'In[1]', kind: 'GitHub token', isRedacted: true },
    ]);
  });

  test('the project decides', async () => {
    const config = join(folder.path, '.brinerc.json');
    writeFileSync(config, '{ "secrets": "refuse" }');
    expect(await pipe(`${input}.save d.pkl`, here)).toMatchObject({ code: 3 });
    writeFileSync(config, '{ "secrets": "refuse", "notSecret": ["token", "config.*", "In*"] }');
    expect(await pipe(`${input}.save d.pkl`, here)).toMatchObject({ code: 0 });
    writeFileSync(config, '{ "secrets": "maybe" }');
    const wrong = await pipe(`${input}.save d.pkl`, here);
    expect(wrong.stderr).toContain('it takes one of report, redact, refuse, ignore');
  });
});
