// Plays the tour in a pseudo-terminal and keeps what it wrote, with its times: a shell, in which `brine` is started as anybody does.
//
// Nothing is made up: every event is what the terminal got. Knows nothing of pictures.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { PARTS, SIZE } from './typed.mjs';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SHELL = ['bash', '--norc', '--noprofile'];
/** Between two keys, and after what an input shows: as a person types and reads. */
const HUMAN = { keyMs: 28, readMs: 1100, isByKey: true };
const FAST = { keyMs: 0, readMs: 0, isByKey: false };

/** The parts with their events `[seconds, text]` and their last screens. */
export async function record({ isFast = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'brine-tour-'));
  try {
    for (const name of ['bin', 'work', 'home']) mkdirSync(join(folder, name));
    symlinkSync(main, join(folder, 'bin/brine'));
    symlinkSync(process.execPath, join(folder, 'bin/node'));
    const parts = [];
    for (const part of PARTS) parts.push(await play(part, folder, isFast ? FAST : HUMAN));
    return parts;
  } finally {
    // What was killed may still be writing its last line.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

async function play({ title, lines }, folder, pace) {
  const screen = new xterm.Terminal({ ...SIZE, scrollback: 500, allowProposedApi: true });
  const [shell, ...words] = SHELL;
  const program = spawn(shell, [...words, '-i'], {
    ...{ name: 'xterm-256color', ...SIZE },
    ...{ cwd: join(folder, 'work'), env: environment(folder) },
  });
  const events = [];
  const start = performance.now();
  let written = Promise.resolve();
  const listening = program.onData((data) => {
    events.push([(performance.now() - start) / 1000, data]);
    written = new Promise((done) => screen.write(data, done));
  });
  const text = async () => {
    await written;
    return textOf(screen);
  };
  await until(text, /(^|\n)\$ $/);
  for (const line of lines) {
    const before = (await text()).split('\n').length;
    await type(program, line.replace(/^\$ /, ''), pace);
    program.write('\r');
    const prompt = line === '.exit' ? '\\$ $' : 'In\\[\\d+\\]> $';
    await until(text, new RegExp(`^(?:.*\\n){${before},}${prompt}`));
    await wait(pace.readMs);
  }
  // What it says while it ends is not part of it.
  listening.dispose();
  const ended = new Promise((done) => program.onExit(done));
  program.kill();
  await ended;
  return { title, events, text: await text() };
}

function environment(folder) {
  const { CI: _ci, NO_COLOR: _plain, FORCE_COLOR: _color, BRINE_HISTORY: _history, ...env } = process.env;
  return {
    ...env,
    ...{ PATH: `${join(folder, 'bin')}${delimiter}${env.PATH}`, PS1: '$ ', TERM: 'xterm-256color' },
    ...{ LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', HOME: join(folder, 'home'), BRINE_HOME: join(folder, 'home') },
    ...{
      XDG_STATE_HOME: join(folder, 'home'),
      BRINE_SAVE_ON_EXIT: 'no',
      BASH_SILENCE_DEPRECATION_WARNING: '1',
    },
  };
}

async function type(program, line, { keyMs, isByKey }) {
  if (!isByKey) return program.write(line);
  for (const key of line) {
    program.write(key);
    await wait(keyMs);
  }
  await wait(keyMs * 8);
}

async function until(text, wanted) {
  const end = performance.now() + 30_000;
  let last = '';
  while (performance.now() < end) {
    last = await text();
    if (wanted.test(last)) return;
    await wait(15);
  }
  throw new Error(`${wanted} did not come:\n${last}`);
}

/** The screen with what scrolled away, up to the cursor. */
function textOf({ buffer: { active } }) {
  const lines = [];
  for (let y = 0; y <= active.baseY + active.cursorY; y++) {
    const line = active.getLine(y);
    const text = line?.translateToString(true) ?? '';
    const end = y === active.baseY + active.cursorY ? text.padEnd(active.cursorX) : text.trimEnd();
    if (line?.isWrapped) lines.push(`${lines.pop()}${end}`);
    else lines.push(end);
  }
  return lines.join('\n');
}

function wait(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
