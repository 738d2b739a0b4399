// Goal: nobody but their user can put something where brine keeps sessions, keys, history and autosaves, and no name leads
// elsewhere.
// Method: a table of hostile names in every operation that takes one; folders that are open, linked or somebody else's;
// everything that a whole prompt leaves behind under a umask of 0, looked through; a file that is swapped for a link at the
// worst moment.

import fs from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { History } from '../../cli/repl/history.js';
import { Session, savedSessions, undoSave } from '../../src/index.js';
import { endedPlaces } from '../../src/session/autosave/place.js';
import { realIo } from '../../src/store/io-real.js';
import { replaceFile } from '../../src/store/replace-file.js';
import { tempNameFor } from '../../src/store/temp-name.js';
import { BRINE, pipe } from '../helpers/brine.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

const HOSTILE_NAMES = [
  ...[
    '',
    '.',
    '..',
    '../x',
    '..\\x',
    '/x',
    '\\x',
    'a/b',
    'a\\b',
    './a',
    'a/..',
    '~',
    '~/x',
    '-',
    '-rf',
    '--',
    '.hidden',
  ],
  ...[
    'a.pkl',
    'a.',
    'a ',
    ' a',
    'a\0b',
    'a\n',
    'a\tb',
    'a\rb',
    '\u001b[2J',
    'a:b',
    'C:',
    'a*',
    'a?',
    'a|b',
    '<a>',
    '"a"',
  ],
  ...[
    'CON',
    'con',
    'PRN',
    'aux',
    'NUL',
    'com1',
    'COM9',
    'lpt1',
    'LPT9',
    'con.pkl',
    '%2e%2e',
    '%2F',
    '..%2f',
    '$HOME',
    '`a`',
  ],
  ...[
    'é',
    'e\u0301',
    'а',
    '𝒂',
    'a\u200bb',
    'a\u202eb',
    '\ufeffa',
    '．．',
    'a@1',
    '@1',
    'a@',
    'x'.repeat(65),
    'x'.repeat(300),
  ],
  ...[
    '__proto__',
    'a\ud800',
    '\u2024\u2024',
    'file:///x',
    'a;b',
    'a&b',
    'a#b',
    "a'b",
    '!',
    '(a)',
    '[a]',
    '{a}',
    'a,b',
    'a=b',
  ],
];

let folder = '';
const before = process.env['BRINE_HOME'];
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'brine-places-'));
  process.env['BRINE_HOME'] = join(folder, 'home');
});
afterEach(() => {
  if (before === undefined) Reflect.deleteProperty(process.env, 'BRINE_HOME');
  else process.env['BRINE_HOME'] = before;
  fs.rmSync(folder, { recursive: true, force: true });
});

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
}

describe('names of sessions', () => {
  test(`are words: ${HOSTILE_NAMES.length} others are refused by every operation, and nothing is made`, async () => {
    const session = new Session();
    for (const name of HOSTILE_NAMES) {
      const found = [
        await codeOf(() => session.save({ session: name })),
        await codeOf(() => session.load({ session: name })),
        await codeOf(() => session.load({ session: name, generation: 1 })),
        await codeOf(() => savedSessions(name)),
        await codeOf(() => undoSave(name)),
      ];
      expect(found, JSON.stringify(name)).toEqual(Array(5).fill('STORE_READ'));
    }
    const made = fs.readdirSync(folder, { recursive: true });
    expect(made.filter((name) => !['home', 'home/secret'].includes(name as string))).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('folders', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary(['src/index.ts']);
  });
  afterAll(() => lib.remove());

  const saveAndLoad = (): Promise<string> =>
    lib.run(
      `const codes = [];
       const codeOf = async (work) => { try { await work(); codes.push('none'); } catch (error) { codes.push(error.code + ' ' + error.message.replace(/.*: /u, '')); } };
       const session = new lib.Session();
       await codeOf(() => session.load({ session: 'work' }));
       await codeOf(() => session.save({ session: 'work' }));
       await codeOf(() => lib.undoSave('work'));
       console.log(JSON.stringify(codes));`,
      { env: { BRINE_HOME: join(folder, 'home') } },
    );

  const planted = (): void => {
    fs.mkdirSync(join(folder, 'home/sessions/work'), { recursive: true, mode: 0o700 });
    fs.writeFileSync(join(folder, 'home/sessions/work/1.pkl'), 'planted');
  };

  test.each([
    ['the folder of a session', 'home/sessions/work'],
    ['the folder of all sessions', 'home/sessions'],
  ])('that others may write to are not used: %s', async (_, path) => {
    planted();
    fs.chmodSync(join(folder, path), 0o777);
    const why = 'others may write there';
    expect(JSON.parse(await saveAndLoad())).toEqual([
      `STORE_READ ${why}`,
      `STORE_WRITE ${why}`,
      `STORE_WRITE ${why}`,
    ]);
    expect(fs.readdirSync(join(folder, 'home/sessions/work'))).toEqual(['1.pkl']);
  });

  test.each([
    ['the folder of a session', 'home/sessions/work'],
    ['the folder of all sessions', 'home/sessions'],
  ])('that are links are not used: %s', async (_, path) => {
    planted();
    fs.renameSync(join(folder, path), join(folder, 'elsewhere'));
    fs.symlinkSync(join(folder, 'elsewhere'), join(folder, path));
    const why = 'it is a link';
    expect(JSON.parse(await saveAndLoad())).toEqual([
      `STORE_READ ${why}`,
      `STORE_WRITE ${why}`,
      `STORE_WRITE ${why}`,
    ]);
  });

  test('a save that is a link counts as none, and is not written through', async () => {
    fs.mkdirSync(join(folder, 'home/sessions/work'), { recursive: true, mode: 0o700 });
    fs.writeFileSync(join(folder, 'victim'), 'untouched');
    fs.symlinkSync(join(folder, 'victim'), join(folder, 'home/sessions/work/1.pkl'));
    const [load, save] = JSON.parse(await saveAndLoad()) as string[];
    expect([load?.split(' ')[0], save]).toEqual(['SESSION_GENERATION', 'STORE_WRITE it is a link']);
    expect(fs.readFileSync(join(folder, 'victim'), 'utf8')).toBe('untouched');
  });

  test('all that a prompt leaves behind is for its user only, whatever the umask', async () => {
    const home = join(folder, 'home');
    const input = `const a = { b: 1 }\n.save work\n.save ${join(folder, 'file.pkl')}\n.load work\n`;
    const outcome = await pipe(input, {
      cwd: folder,
      env: {
        ...{
          BRINE_HOME: home,
          XDG_STATE_HOME: join(folder, 'state'),
          BRINE_HISTORY: join(folder, 'state/h.jsonl'),
        },
        NODE_OPTIONS: `--import=data:text/javascript,process.umask(0)`,
      },
    });
    expect(outcome.code).toBe(0);
    const all = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
    const modes = all.map((entry) => {
      const mode = fs.statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      return [entry.name, mode.toString(8), entry.isDirectory() ? '700' : '600'];
    });
    expect(modes.map(([name]) => name)).toEqual(
      expect.arrayContaining(['work', '1.pkl', 'file.pkl', 'secret']),
    );
    expect(modes.filter(([, mode, wanted]) => mode !== wanted)).toEqual([]);
    expect(BRINE).toContain('main.js');
  });
});

describe.skipIf(process.platform === 'win32')('the history and scripts', () => {
  const line = (cell: string): string => `${JSON.stringify({ cell })}\n`;

  test('a history that is a link is neither read nor written through', () => {
    const [victim, file] = [join(folder, 'victim'), join(folder, 'history.jsonl')];
    fs.writeFileSync(victim, line('planted'));
    fs.symlinkSync(victim, file);
    const history = new History(file);
    expect(history.cells).toEqual([]);
    history.add('mine');
    expect(fs.readFileSync(victim, 'utf8')).toBe(line('planted'));
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
  });

  test('a history that is cut short is written under a name that nobody can guess, for its user only', () => {
    const file = join(folder, 'history.jsonl');
    const victim = join(folder, 'victim');
    fs.writeFileSync(victim, 'untouched');
    fs.symlinkSync(victim, `${file}.${process.pid}`);
    fs.writeFileSync(file, line('x'.repeat(90)).repeat(30_000), { mode: 0o666 });
    const umask = process.umask(0);
    try {
      new History(file).add('mine');
    } finally {
      process.umask(umask);
    }
    expect(fs.readFileSync(victim, 'utf8')).toBe('untouched');
    expect(fs.statSync(file).size).toBeLessThan(200_000);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a script that is saved is its user’s only; one that is there keeps its permissions', async () => {
    fs.writeFileSync(join(folder, 'old.js'), '', { mode: 0o644 });
    const outcome = await pipe('const a = 1\n.save new.js\n.save old.js\n', {
      cwd: folder,
      env: {
        BRINE_HOME: join(folder, 'home'),
        NODE_OPTIONS: '--import=data:text/javascript,process.umask(0)',
      },
    });
    expect(outcome.code).toBe(0);
    const modeOf = (name: string): number => fs.statSync(join(folder, name)).mode & 0o777;
    expect([modeOf('new.js'), modeOf('old.js')]).toEqual([0o600, 0o644]);
    expect(fs.readFileSync(join(folder, 'old.js'), 'utf8')).toMatch(
      /^\/\/ old: made by brine\nconst a = 1\n$/,
    );
  });

  test.each(['root', 'place'])(
    'autosaves in a folder that others may write to are not offered: %s',
    (open) => {
      const root = join(folder, 'autosave');
      const place = join(root, '1-a');
      fs.mkdirSync(place, { recursive: true, mode: 0o700 });
      const owner = {
        pid: 2 ** 22 + 1,
        started: '1',
        host: hostname(),
        workingDirectory: '/',
        startedAtMs: 1,
      };
      fs.writeFileSync(join(place, 'owner.json'), JSON.stringify(owner));
      fs.writeFileSync(join(place, 'journal.jsonl'), '');
      expect(endedPlaces(root)).toHaveLength(1);
      fs.chmodSync(open === 'root' ? root : place, 0o777);
      expect(endedPlaces(root)).toEqual([]);
    },
  );
});

describe('while a file is written', () => {
  test('names of temporary files have 64 random bits', () => {
    const names = Array.from({ length: 2000 }, () => tempNameFor('work.pkl'));
    const random = names.map((name) => /([0-9a-f]{16})\.tmp$/u.exec(name)?.[1] as string);
    expect(new Set(random).size).toBe(2000);
    // Each of the 64 bits comes up about every other time: 2000 tosses stay within 7 standard deviations.
    for (let bit = 0n; bit < 64n; bit++) {
      const ones = random.filter((text) => ((BigInt(`0x${text}`) >> bit) & 1n) === 1n).length;
      expect(Math.abs(ones - 1000)).toBeLessThan(157);
    }
  });

  test('what is put under the name of the temporary file is not written to', async () => {
    const victim = join(folder, 'victim');
    fs.writeFileSync(victim, 'untouched');
    let planted = 0;
    const io = {
      ...realIo,
      open: (path: string, flags: 'r' | 'wx', mode: number) => {
        if (flags === 'wx' && planted++ === 0) fs.symlinkSync(victim, path);
        return realIo.open(path, flags, mode);
      },
    };
    await replaceFile(join(folder, 'work.pkl'), Buffer.from('new'), { io });
    expect(fs.readFileSync(victim, 'utf8')).toBe('untouched');
    expect(fs.readFileSync(join(folder, 'work.pkl'), 'utf8')).toBe('new');
    expect(planted).toBe(2);
  });

  test('a target that is swapped for a link after it was looked at is replaced itself', async () => {
    const [victim, path] = [join(folder, 'victim'), join(folder, 'work.pkl')];
    fs.writeFileSync(victim, 'untouched');
    fs.writeFileSync(path, 'old');
    const io = {
      ...realIo,
      rename: async (from: string, to: string) => {
        fs.unlinkSync(path);
        fs.symlinkSync(victim, path);
        await realIo.rename(from, to);
      },
    };
    await replaceFile(path, Buffer.from('new'), { io });
    expect(fs.readFileSync(victim, 'utf8')).toBe('untouched');
    expect([fs.lstatSync(path).isFile(), fs.readFileSync(path, 'utf8')]).toEqual([true, 'new']);
  });
});
