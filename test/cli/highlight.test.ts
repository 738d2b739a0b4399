// Goal: the input line has colours and marks brackets, on every Node in one way, and everything else of the line editor is as it was.
// Method: texts are looked at as they are; then one prompt in a pseudo-terminal for each Node that is tried: what is typed, edited,
// recalled and entered is read off the screen with the looks of its cells. Without colours nothing is painted.

import { afterAll, describe, expect, test } from 'vitest';
import { bracketsAt, INK, looksOf, painted } from '../../cli/repl/highlight.js';
import { BRINE, temporaryFolder } from '../helpers/brine.js';
import { findNode } from '../helpers/nodes.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const LETTERS = ' kstc';
const inks = (text: string): string =>
  [...looksOf(text).inks]
    .map((ink) => 'pkstc'[ink === INK.value ? 3 : ink === INK.comment ? 4 : ink])
    .join('');

/** `[text, what each character is]`: plain, keyword, string, t for values, comment. */
const LOOKS: readonly (readonly [string, string])[] = [
  ['let a = 1', 'kkkppppp' + 't'],
  ['a.let.default', 'ppppppppppppp'],
  ['x = "a" + `b${c}d`', 'ppppsssppp' + 'ss' + 'ppp' + 'p' + 'ss'],
  ['f(/a/g, null) // n', 'ppsssspp' + 'tttt' + 'pp' + 'cccc'],
  ['"open', 'sssss'],
  ['`a ${b', 'sss' + 'ppp'],
  ['`two\nlines', 'ssssssssss'],
  ['1 /* open', 'tpccccccc'],
  ['.save "x" let', 'p'.repeat(13)],
  ['const π = undefined', 'kkkkkpppp' + 't'.repeat(9)],
];

describe('a text', () => {
  for (const [text, wanted] of LOOKS)
    test(JSON.stringify(text), () => {
      expect(inks(text)).toBe(wanted);
    });

  test('brackets are found by tokens, not in texts', () => {
    const looks = looksOf('f(")", [1, `${a}`])');
    expect(bracketsAt(looks, 19)).toEqual([18, 1]);
    expect(bracketsAt(looks, 2)).toEqual([1, 18]);
    expect(bracketsAt(looks, 16)).toEqual([15, 13]);
    expect(bracketsAt(looks, 4)).toEqual([]);
    expect(bracketsAt(looksOf('(]'), 1)).toEqual([]);
  });

  test('what is painted is the text, line by line', () => {
    const text = 'let a = `x\ny`';
    const out = painted(text, looksOf(text), [], { from: 0, to: text.length });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away
    expect(out.replace(/\u001b\[\d+m/g, '')).toBe(text);
    for (const line of out.split('\n')) expect(line).toMatch(/\u001b\[39m$/);
  });

  test('a long text is looked at in no time', () => {
    const text = 'f([1, "a", { b: `c${1}` }]); '.repeat(270);
    const start = performance.now();
    for (let i = 0; i < 20; i++) looksOf(text);
    expect((performance.now() - start) / 20).toBeLessThan(25);
  });
});
expect(LETTERS.length).toBe(5);

const folder = temporaryFolder();
const programs: TerminalProgram[] = [];
afterAll(() => {
  for (const program of programs) program.kill();
  folder.remove();
});

function start(node: string, env: Record<string, string> = {}): TerminalProgram {
  const program = new TerminalProgram([BRINE], {
    command: node,
    cwd: folder.path,
    env: { HOME: folder.path, ...env },
  });
  programs.push(program);
  return program;
}

for (const major of [20, 24, 26]) {
  const node = findNode(major);
  test.skipIf('missing' in node && major !== 20)(`the prompt on Node ${major}`, async () => {
    const program = start((node as { path: string }).path);
    await program.waitFor('In[1]> ');
    program.type('let a = "x"');
    await program.waitFor('let a = "x"');
    const line = async (): Promise<string> => (await program.looks()).at(-1) as string;
    await expect.poll(line).toBe('pppppppkkkpppppsss');
    // The text before a quote that is typed gets other colours at once.
    program.type(`${KEY.left}${KEY.left}${KEY.left}'`);
    await program.waitFor(`let a = '"x"`);
    program.type('\u007f');
    await program.waitFor('let a = "x"');
    await program.run('', 2);
    // Brackets at the cursor are marked, and not when the line was entered.
    program.type('f([1]');
    await program.waitFor('f([1]');
    await expect.poll(line).toBe('pppppppppPtP');
    await program.run(`${KEY.ctrlU}[a, 2]`, 3);
    const entered = (await program.looks()).find(
      (_, at, all) => all[at + 1] !== undefined && at === all.length - 3,
    );
    expect(entered).toBe('ppppppppppptp');
    // Several lines, recalled as one.
    await program.run('const g = () => {\r  return `b\rc`\r}', 4);
    program.type(KEY.up);
    await program.waitFor(/return `b\n\| c`\n\| \}$/);
    const looks = await program.looks();
    expect(looks.slice(-4).map((each) => each.slice(-5))).toEqual(
      ['ppppp', 'kppss'.slice(-5), 'ppss', 'ppp'].map((each) => each),
    );
    await program.run('', 5);
    expect(await program.run('g()', 6)).toContain("'b\\nc'");
    // A preview stays behind what is typed.
    program.type('a + a');
    await program.waitFor(/In\[6\]> a \+ a\n'xx'/);
    program.type(`${KEY.ctrlU}.exit${KEY.enter}`);
    expect(await program.waitForExit()).toBe(0);
  });
}

test('without colours, or when it is turned off, nothing is painted', async () => {
  const plain = [
    start(process.execPath, { NO_COLOR: '1' }),
    start(process.execPath, { BRINE_HIGHLIGHT: '0' }),
  ];
  for (const program of plain) {
    await program.run('let a = "x"; [a]', 2);
    const screen = (await program.looks()).find((each) => each.startsWith('ppppppp') && each.length > 20);
    expect(screen).toBe('p'.repeat(23));
  }
});
