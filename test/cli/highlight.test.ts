// Goal: the input line has colours and marks brackets, on every Node in one way, and everything else of the line editor is as it was.
// Method: texts are looked at as they are; then one prompt in a pseudo-terminal for each Node that is tried: what is typed, edited,
// recalled and entered is read off the screen with the looks of its cells. Without colours nothing is painted.

import { afterAll, describe, expect, test } from 'vitest';
import { bracketsAt, INK, looksOf, painted } from '../../cli/repl/highlight.js';
import { BRINE, temporaryFolder } from '../helpers/brine.js';
import { growthOf } from '../helpers/growing.js';
import { findNode } from '../helpers/nodes.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

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
  ['const π = undefined', 'kkkkkpppppttttttttt'],
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
    expect(out.replace(/\u001b\[\d+m/g, '')).toBe(text);
    for (const line of out.split('\n')) expect(line).toMatch(/\u001b\[39m$/);
  });

  test('a text eight times as long takes some eight times as long', () => {
    const growth = growthOf(
      (times, work) => {
        const text = 'f([1, "a", { b: `c${1}` }]); '.repeat(times);
        work(() => looksOf(text));
      },
      [270, 2160],
    );
    expect(growth).toBeLessThan(24);
  });
});
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

// How the last line with a text in it looks.
async function looksLike(program: TerminalProgram, text: string): Promise<string> {
  const lines = (await program.screen()).split('\n');
  return (await program.looks())[lines.findLastIndex((line) => line.includes(text))] ?? '';
}

for (const major of [20, 24, 26]) {
  const node = findNode(major);
  test.skipIf('missing' in node && major !== 20)(`the prompt on Node ${major}`, async () => {
    const program = start((node as { path: string }).path);
    await program.waitFor(/In\[1\]> *$/);
    program.type('let a = "x"');
    const shows = (text: string, looks: string): Promise<void> =>
      expect.poll(() => looksLike(program, text), { timeout: 10_000 }).toBe(looks);
    await shows('let a = "x"', 'pppppppkkkpppppsss');
    // What stands behind a quote that is typed gets other colours at once.
    program.type(`${KEY.left.repeat(3)}'`);
    await shows(`let a = '"x"`, 'pppppppkkkpppppssss');
    program.type('\u007f');
    await shows('let a = "x"', 'pppppppkkkpppppsss');
    await program.run('', 2);
    // Brackets at the cursor are marked, and not when the line was entered.
    program.type('f([1]');
    await shows('f([1]', 'pppppppppPtP');
    await program.run(`${KEY.ctrlU}[a, 2]`, 3);
    await shows('[a, 2]', 'ppppppppppptp');
    // Several lines, recalled as one.
    await program.run('const g = () => {\r  return `b\rc`\r}', 4);
    program.type(KEY.up);
    await program.waitFor(/In\[4\]> const g = \(\) => \{\n\| {3}return `b\n\| c`\n\| \}$/);
    await shows('return `b', 'ppppkkkkkkpss');
    await shows('| c`', 'ppss');
    await program.run('', 5);
    expect(await program.run('g()', 6)).toContain("'b\\nc'");
    // A preview stays behind what is typed.
    program.type('a + a');
    await program.waitFor(/In\[6\]> a \+ a\n'xx'/);
    program.type(KEY.ctrlU);
    // A line over several rows is there once, whether its keys come together or one by one, and however its end meets the edge.
    for (const length of [69, 70, 71, 72, 73, 160]) {
      const text = `'${'w'.repeat(length - 2)}'`;
      const shown = async (): Promise<string> =>
        (await program.screen()).replace(/\n/g, '').split('In[6]> ').slice(1).join('|');
      program.type(text);
      await expect.poll(shown, { timeout: 10_000 }).toBe(text);
      for (const key of ' +x') program.type(key);
      await expect.poll(shown, { timeout: 10_000 }).toBe(`${text} +x`);
      program.type(KEY.ctrlU);
      await expect.poll(shown, { timeout: 10_000 }).toBe('');
    }
    program.type(`.exit${KEY.enter}`);
    expect(await program.waitForExit()).toBe(0);
  });
}

test('without colours, or when it is turned off, nothing is painted', async () => {
  for (const env of [{ NO_COLOR: '1' }, { BRINE_HIGHLIGHT: '0' }]) {
    const program = start(process.execPath, env);
    await program.run('let a = "x"; [a]', 2);
    expect(await looksLike(program, 'let a')).toBe('p'.repeat(23));
  }
});
