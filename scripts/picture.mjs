// Makes pictures of what each command shows at a prompt, with its colours, for people to look at: types the lines of
// test/cli/screens/typed.json into the built program in a pseudo-terminal and draws its screen as a page; where chromium is
// installed, as a picture too. Run: npm run build && node scripts/picture.mjs <folder> [columns]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const [, , out = 'pictures', width = '80'] = process.argv;
const cols = Number(width);
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const typed = JSON.parse(readFileSync(new URL('../test/cli/screens/typed.json', import.meta.url), 'utf8'));
const cwd = mkdtempSync(join(tmpdir(), 'brine-picture-'));
const env = {
  ...process.env,
  ...{ TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', EDITOR: 'true', BRINE_SAVE_ON_EXIT: 'no' },
  ...{ BRINE_HISTORY: '', BRINE_HOME: join(cwd, 'home'), XDG_STATE_HOME: join(cwd, 'state') },
};
delete env.CI;
delete env.NO_COLOR;

const terminal = new xterm.Terminal({ cols, rows: 100, scrollback: 5000, allowProposedApi: true });
const program = spawn(process.execPath, [main], { name: 'xterm-256color', cols, rows: 100, cwd, env });
let quietSince = Date.now();
program.onData((data) => {
  quietSince = Date.now();
  terminal.write(data);
});
const quiet = async () => {
  await new Promise((done) => setTimeout(done, 300));
  while (Date.now() - quietSince < 700) await new Promise((done) => setTimeout(done, 50));
};

await quiet();
for (const line of typed) {
  program.write(`${line}\r`);
  await quiet();
}
program.kill();

const PALETTE = ['#000', '#b3261e', '#1b7f3b', '#9a6700', '#1f5fbf', '#8250a8', '#0e7490', '#444', '#777'];
const escaped = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

// Cells of one look are one span.
function lineHtml(line) {
  let html = '';
  let last = '';
  for (let x = 0; x < cols; x++) {
    const cell = line.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const color = cell.isFgPalette() ? PALETTE[cell.getFgColor()] : undefined;
    const style = `${color === undefined ? '' : `color:${color};`}${cell.isDim() ? 'opacity:.6;' : ''}${cell.isInverse() ? 'background:#ccc;' : ''}${cell.isBold() ? 'font-weight:bold;' : ''}`;
    if (style !== last)
      html += `${last === '' ? '' : '</span>'}${style === '' ? '' : `<span style="${style}">`}`;
    last = style;
    html += escaped(cell.getChars() || ' ');
  }
  return `${html.trimEnd()}${last === '' ? '' : '</span>'}`;
}

const { active } = terminal.buffer;
const lines = Array.from({ length: active.length }, (_, y) => lineHtml(active.getLine(y)));
while (lines.at(-1) === '') lines.pop();
mkdirSync(out, { recursive: true });
const PAGE_LINES = 70;
for (let from = 0, page = 1; from < lines.length; from += PAGE_LINES, page++) {
  const body = lines.slice(from, from + PAGE_LINES).join('\n');
  const file = resolve(out, `screen-${page}.html`);
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><pre style="font:14px/1.35 monospace">${body}</pre>`,
  );
  try {
    const size = `--window-size=${cols * 9 + 40},${PAGE_LINES * 19 + 60}`;
    const flags = ['--headless', '--no-sandbox', '--hide-scrollbars', size];
    execFileSync('chromium', [...flags, `--screenshot=${file.replace('.html', '.png')}`, `file://${file}`], {
      stdio: 'ignore',
    });
  } catch {
    console.log(`no chromium: ${file} is a page, not a picture`);
  }
}
console.log(`${lines.length} lines in ${out}`);
process.exit(0);
