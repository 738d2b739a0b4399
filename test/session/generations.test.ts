// Goal: named sessions keep their last saves, any of them loads, going back loses nothing; somebody else's save is never
// replaced unseen; eight processes that save to one place tear nothing and use each number once; a kill while saves rotate
// never costs the newest acknowledged one.
// Method: processes of their own with a home of their own, real files, real kills. Every file is loaded and looked at.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../../src/index.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { reportRow, scaled } from '../helpers/torture.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => lib.remove());

let homes = 0;
const newHome = (): string => join(lib.folder, `home-${homes++}`);

const PRELUDE = `
  import fs from 'node:fs';
  const session = new lib.Session();
  const put = (n) => { globalThis.n = n; globalThis.items = Array.from({ length: 500 }, (_, i) => [i, n]); };
  const codeOf = async (work) => { try { await work(); return 'none'; } catch (error) { return error.code + ': ' + error.message; } };
  const told = {};`;

async function told(home: string, code: string): Promise<any> {
  const out = await lib.run(`${PRELUDE}\n${code}\nconsole.log(JSON.stringify(told));`, {
    env: { BRINE_HOME: home },
  });
  return JSON.parse(out);
}

describe('named sessions', () => {
  test('keep five saves, and load any of them', async () => {
    const home = newHome();
    const found = await told(
      home,
      `told.targets = []; told.pruned = [];
       for (let n = 1; n <= 7; n++) {
         put(n);
         const { target, generation, pruned } = await session.save({ session: 'work' });
         told.targets.push(target, generation); told.pruned.push(...pruned);
       }
       await session.load({ session: 'work', generation: 4 });
       told.four = n;
       const report = await session.load({ session: 'work' });
       told.newest = [n, report.source, report.generation];
       told.list = lib.savedSessions().map(({ name, generations }) => [name, generations.map((one) => one.generation)]);
       told.sizes = lib.savedSessions('work')[0].generations.every((one) => one.bytes > 100 && Date.now() - one.savedAtMs < 60_000);
       told.gone = await codeOf(() => session.load({ session: 'work', generation: 2 }));
       told.near = await codeOf(() => session.load({ session: 'wrok' }));
       told.path = await codeOf(() => session.save({ session: '../work' }));
       told.same = (await session.save({ session: 'work' })).target;`,
    );
    expect(found.targets.slice(-2)).toEqual(['work@7', 7]);
    expect(found.pruned).toEqual([1, 2]);
    expect([found.four, found.newest]).toEqual([4, [7, 'work@7', 7]]);
    expect(found.list).toEqual([['work', [3, 4, 5, 6, 7]]]);
    expect(found.sizes).toBe(true);
    expect(found.gone).toBe('SESSION_GENERATION: work has no generation 2');
    expect(found.near).toBe('SESSION_GENERATION: there is no session wrok');
    expect(found.path).toContain('STORE_READ');
    expect(found.same).toBe('work@8');
    const folder = join(home, 'sessions/work');
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    expect(fs.readdirSync(folder).sort()).toEqual(['4.pkl', '5.pkl', '6.pkl', '7.pkl', '8.pkl']);
    for (const name of fs.readdirSync(folder))
      expect(fs.statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('keep as many and as much as told, and the newest in any case', async () => {
    const found = await told(
      newHome(),
      `const keeping = { countMax: 3 };
       for (let n = 1; n <= 5; n++) { put(n); await session.save({ session: 'a' }, { keeping }); }
       told.count = lib.savedSessions('a')[0].generations.map((one) => one.generation);
       told.pruned = (await session.save({ session: 'a' }, { keeping: { bytesMax: 1 } })).pruned;
       told.wrong = await codeOf(() => session.save({ session: 'a' }, { keeping: { countMax: 0 } }));`,
    );
    expect([found.count, found.pruned]).toEqual([
      [3, 4, 5],
      [3, 4, 5],
    ]);
    expect(found.wrong).toContain('SESSION_OPTION');
  });

  test('go back one save after the other, and lose nothing by it', async () => {
    const found = await told(
      newHome(),
      `for (let n = 1; n <= 3; n++) { put(n); await session.save({ session: 'work' }); }
       told.undone = []; told.found = [];
       for (let back = 0; back < 2; back++) {
         told.undone.push(await lib.undoSave('work'));
         await session.load({ session: 'work' });
         told.found.push(n);
       }
       told.end = await codeOf(() => lib.undoSave('work'));
       await session.load({ session: 'work', generation: 3 });
       told.three = n;
       told.none = await codeOf(() => lib.undoSave('nobody'));`,
    );
    expect(found.undone).toEqual([
      { from: 2, generation: 4 },
      { from: 1, generation: 5 },
    ]);
    expect([found.found, found.three]).toEqual([[2, 1], 3]);
    expect(found.end).toBe('SESSION_GENERATION: work has no save before 1');
    expect(found.none).toBe('SESSION_GENERATION: there is no session nobody');
  });

  test('a session knows its own undoing of a save, and takes nobody else’s save for it', async () => {
    const found = await told(
      newHome(),
      `const other = new lib.Session();
       const work = { session: 'work' };
       await session.save(work);
       await session.save(work);
       told.first = await session.undoSave('work');
       told.next = (await session.save(work)).generation;
       await other.save(work, { onConflict: 'overwrite' });
       // It takes back what the other one saved; that was not this one's to know.
       told.second = await session.undoSave('work');
       told.conflict = await codeOf(() => session.save(work));
       told.none = await codeOf(() => session.undoSave('nobody'));`,
    );
    expect([found.first, found.next]).toEqual([{ from: 1, generation: 3 }, 4]);
    expect(found.second).toEqual({ from: 4, generation: 6 });
    expect(found.conflict).toContain('STORE_CONFLICT');
    expect(found.none).toContain('SESSION_GENERATION');
  });

  test('a folder that others may write to, or that is a link, is refused', async () => {
    const home = newHome();
    fs.mkdirSync(join(home, 'sessions/open'), { recursive: true });
    fs.chmodSync(join(home, 'sessions/open'), 0o777);
    fs.mkdirSync(join(home, 'elsewhere'));
    fs.symlinkSync(join(home, 'elsewhere'), join(home, 'sessions/link'));
    const found = await told(
      home,
      `put(1);
       told.open = await codeOf(() => session.save({ session: 'open' }));
       told.link = await codeOf(() => session.save({ session: 'link' }));`,
    );
    expect(found.open).toMatch(/^STORE_WRITE: .*others may write there/u);
    expect(found.link).toMatch(/^STORE_WRITE: .*it is a link/u);
    expect(fs.readdirSync(join(home, 'elsewhere'))).toEqual([]);
  });
});

describe("somebody else's save", () => {
  const targets = [
    ['a file', (home: string) => JSON.stringify(`${home}.pkl`)],
    ['a named session', () => `{ session: 'shared' }`],
    ['an encrypted file', (home: string) => JSON.stringify(`${home}-secret.pkl`)],
  ] as const;

  test.each(targets)('%s: is not replaced unseen', async (what, targetOf) => {
    const home = newHome();
    const target = targetOf(home);
    const options = what === 'an encrypted file' ? `{ passphrase: 'x', onConflict }` : '{ onConflict }';
    const save = `session.save(${target}, ${options})`;
    const loads = `session.load(${target}, ${options.replace('onConflict', "onConflict: 'take'")})`;
    const other = `${PRELUDE}; const onConflict = 'overwrite'; put(100); await ${save};`;
    const file = join(lib.folder, `other-${homes}.mjs`);
    fs.writeFileSync(file, `import * as lib from ${JSON.stringify(lib.url)};\n${other}`);
    const found = await told(
      home,
      `import { execFileSync } from 'node:child_process';
       const other = () => execFileSync(process.execPath, [${JSON.stringify(file)}], { stdio: 'pipe' });
       let onConflict;
       put(1);
       const first = await ${save};
       other();
       told.refused = await codeOf(() => ${save});
       await ${loads};
       told.theirs = n;
       put(2);
       told.afterLoad = await codeOf(() => ${save});
       other();
       onConflict = 'overwrite';
       put(3);
       told.overwritten = await codeOf(() => ${save});
       await ${loads};
       told.mine = n;
       told.numbers = [first.generation, (await ${save}).generation];`,
    );
    expect(found.refused).toMatch(/^STORE_CONFLICT: .* saved by somebody else/u);
    expect([found.theirs, found.afterLoad, found.overwritten, found.mine]).toEqual([100, 'none', 'none', 3]);
    expect(found.numbers).toEqual([1, 6]);
  });

  test.each([
    ['some names', `{ names: ['n'] }`],
    ['all names under one', `{ under: 'old' }`],
  ])(
    'a file of which %s were loaded is not replaced unasked, a save of a named session stays beside it',
    async (_, options) => {
      const home = newHome();
      const path = JSON.stringify(`${home}.pkl`);
      await told(
        home,
        `put(1); globalThis.other = [2]; await session.save(${path}); await session.save({ session: 'part' });`,
      );
      const found = await told(
        home,
        `await session.load(${path}, ${options});
       put(5);
       told.refused = await codeOf(() => session.save(${path}));
       told.elsewhere = await codeOf(() => session.save(${path} + '.other'));
       await session.load({ session: 'part' }, ${options.replace('}', ", onConflict: 'take' }")});
       told.named = await codeOf(() => session.save({ session: 'part' }));
       await session.load(${path}, { onConflict: 'keep' });
       told.merged = await codeOf(() => session.save(${path}));
       told.has = globalThis.other;`,
      );
      expect(found.refused).toMatch(/^STORE_CONFLICT: .* has names that were not loaded: .*other/u);
      expect([found.elsewhere, found.named, found.merged]).toEqual(['none', 'none', 'none']);
      expect(found.has).toEqual([2]);
    },
  );

  test('what was there before the session began may be replaced; what came since may not', async () => {
    const home = newHome();
    const path = JSON.stringify(`${home}.pkl`);
    await told(home, `put(1); await session.save(${path});`);
    const found = await told(
      home,
      `import { execFileSync } from 'node:child_process';
       put(2);
       told.before = await codeOf(() => session.save(${path}));
       const later = new lib.Session();
       told.since = await codeOf(() => later.save(${path}));
       const fresh = new lib.Session();
       await new Promise((resolve) => setTimeout(resolve, 20));
       put(3);
       told.knows = await codeOf(() => session.save(${path}));
       await session.save(${path}, { onConflict: 'overwrite' });
       told.newer = await codeOf(() => fresh.save(${path}));`,
    );
    expect([found.before, found.since]).toEqual(['none', 'none']);
    expect(found.knows).toMatch(
      /has generation 3, saved by somebody else, and this session knows generation 2$/u,
    );
    expect(found.newer).toMatch(/^STORE_CONFLICT: .* has generation 4, saved by somebody else$/u);
  });
});

const SAVERS = 8;
const SAVES = 50;

describe(`${SAVERS} processes`, () => {
  test.each([
    ['a file', (folder: string) => JSON.stringify(join(folder, 'work.pkl'))],
    ['a named session', () => `{ session: 'work' }`],
  ])(
    `save ${SAVES} times each to %s: nothing torn, each number once, none lost`,
    {
      timeout: 240_000,
    },
    async (what, targetOf) => {
      const home = newHome();
      fs.mkdirSync(home, { mode: 0o700 });
      const runs = await Promise.all(
        Array.from({ length: SAVERS }, (_, saver) =>
          lib
            .run(
              `${PRELUDE}
           const numbers = [];
           for (let i = 0; i < ${SAVES}; i++) {
             put(${saver} * 1000 + i);
             numbers.push((await session.save(${targetOf(home)}, { onConflict: 'overwrite' })).generation);
           }
           console.log(JSON.stringify(numbers));`,
              { env: { BRINE_HOME: home }, timeoutMs: 230_000 },
            )
            .then((out) => JSON.parse(out) as number[]),
        ),
      );
      for (const numbers of runs) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      const all = runs.flat().sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: SAVERS * SAVES }, (_, i) => i + 1));
      const folder = what === 'a file' ? home : join(home, 'sessions/work');
      const files = fs.readdirSync(folder).filter((name) => /\.(?:pkl|tmp|claim)$/u.test(name));
      const kept =
        what === 'a file' ? ['work.pkl'] : [396, 397, 398, 399, 400].map((number) => `${number}.pkl`);
      expect(files.sort()).toEqual(kept);
      for (const name of files) await numberIn(join(folder, name));
      reportRow({
        what: `${SAVERS} processes saving to ${what}`,
        trials: SAVERS * SAVES,
        result: '0 torn, generations 1 to 400 each once and rising in every process',
      });
    },
  );
});

/** What `put` made, after a look at all of it. */
async function numberIn(path: string): Promise<number> {
  const { value, close } = await load<any>(path, { lazy: true });
  const { n, items } = value as { n: number; items: number[][] };
  const isWhole = items.length === 500 && items.every(([i, m], index) => i === index && m === n);
  close();
  if (!isWhole) throw new Error(`save ${n} is not what was saved`);
  return n;
}

const KILLS = scaled(15, 300);
const SPAN_MS_MAX = 400;

test(`${KILLS} kills while saves rotate: the newest acknowledged one is there`, {
  timeout: KILLS * 3000,
}, async () => {
  const home = newHome();
  const folder = join(home, 'sessions/work');
  const file = join(lib.folder, 'rotate.mjs');
  fs.writeFileSync(
    file,
    `import * as lib from ${JSON.stringify(lib.url)};\n${PRELUDE}
     put(1);
     for (;;) {
       const { generation } = await session.save({ session: 'work' }, { keeping: { countMax: 2 }, onConflict: 'overwrite' });
       fs.writeSync(1, generation + '\\n');
     }`,
  );
  let newest = 0;
  let claims = 0;
  let spanMs = 40;
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await acknowledgedUntilKilled(file, home, ((kill * 0.618) % 1) * spanMs);
    const numbers = fs
      .readdirSync(folder)
      .flatMap((name) => (name.endsWith('.pkl') ? [Number(name.slice(0, -4))] : []))
      .sort((a, b) => a - b);
    const replay = `kill ${kill}: ${numbers.join()} are there, ${acknowledged} was acknowledged`;
    newest = Math.max(newest, acknowledged);
    expect(numbers.at(-1), replay).toBeGreaterThanOrEqual(newest);
    expect(numbers, replay).toContain(newest === 0 ? numbers.at(-1) : newest);
    for (const number of numbers) await numberIn(join(folder, `${number}.pkl`));
    const inHand = fs.readdirSync(folder).filter((name) => name.endsWith('.claim')).length;
    claims += inHand;
    // On a slow machine a save takes longer: then the moments are spread wider, up to a limit.
    if (inHand === 0) spanMs = Math.min(spanMs * 1.05, SPAN_MS_MAX);
  }
  // All that the killed left goes with the next save.
  await told(home, `put(2); await session.save({ session: 'work' }, { onConflict: 'overwrite' });`);
  expect(fs.readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(claims, 'kills with a claim in hand').toBeGreaterThan(0);
  reportRow({
    what: 'kill -9 while generations rotate',
    trials: KILLS,
    result: `the newest acknowledged save there each time, ${newest} saves, all whole`,
  });
});

// The number of the last save that a process acknowledged before it was killed, some time after its first one.
function acknowledgedUntilKilled(file: string, home: string, delayMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, [file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BRINE_HOME: home },
    });
    let output = '';
    child.stdout!.once('data', () => setTimeout(() => child.kill('SIGKILL'), delayMs));
    child.stdout!.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the process ended by itself: ${output}`));
      resolve(Number(output.split('\n').at(-2) ?? 0));
    });
  });
}
