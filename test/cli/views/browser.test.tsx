// Goal: the list on the screen fits into it, shows nothing that acts on a terminal, and does what its keys say.
// Method: the component in Ink's testing library, at several widths, with rows whose texts are made to break out.

import { render } from 'ink-testing-library';
import { afterEach, expect, test } from 'vitest';
import { Browser, type BrowserSource } from '../../../cli/views/browser.js';
import type { Row } from '../../../cli/views/browser-model.js';

const open: { unmount(): void }[] = [];
afterEach(() => {
  for (const app of open.splice(0)) app.unmount();
});

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

class Source implements BrowserSource {
  readonly hasWeights = true;
  readonly did: string[] = [];
  depth = 0;
  constructor(readonly all: readonly Row[]) {}
  title = (): string => `things ${this.depth}`;
  rows = (): readonly Row[] => this.all;
  keys = (): { key: string; label: string }[] => [{ key: 'w', label: 'why' }];
  weigh = (): void => void this.did.push('weigh');
  open(row: Row): boolean {
    this.did.push(`open ${row.id}`);
    this.depth++;
    return row.id !== 'last';
  }
  back(): boolean {
    return this.depth-- > 0;
  }
  act = (key: string, row: Row): string[] => [`${key} of ${row.id}`, 'same', 'same'];
}

const row = (id: string): Row => ({ id, cells: [id, 'kind', `preview of ${id}`], isOpenable: true });

function show(source: BrowserSource, screen = { columns: 60, rows: 20, isPlain: false }) {
  const done: true[] = [];
  const app = render(<Browser source={source} screen={screen} onDone={() => void done.push(true)} />);
  open.push(app);
  return { app, done, frame: () => app.lastFrame() ?? '' };
}

test('rows, position and keys are shown, and fit at 40 columns', () => {
  const { frame } = show(new Source([row('alpha'), row('beta')]), { columns: 40, rows: 20, isPlain: true });
  expect(frame()).toContain('things 0');
  expect(frame()).toContain('1/2');
  expect(frame()).toContain('> alpha');
  expect(frame()).toContain('q quit');
  expect(
    frame()
      .split('\n')
      .every((line) => line.length <= 40),
  ).toBe(true);
  expect(frame()).toMatch(/^[\u0000-\u007f]*$/);
});

test('of a thousand rows a screenful is shown', () => {
  const { frame } = show(new Source(Array.from({ length: 1000 }, (_, i) => row(`row${i}`))));
  expect(frame().split('\n').length).toBeLessThanOrEqual(16);
});

test('what a text would do to a terminal shows as an escape', () => {
  const { frame } = show(new Source([row('evil\u001b[2J\u202e\nname')]));
  expect(frame()).not.toMatch(/\u001b\[2J|\u0007|\u202e/);
  expect(frame()).toContain('evil');
  expect(
    frame()
      .split('\n')
      .filter((line) => line.includes('name')),
  ).toHaveLength(1);
});

test('keys move, ask, open, go back and end', async () => {
  const source = new Source([row('first'), row('last')]);
  const { app, frame, done } = show(source);
  await settle();
  app.stdin.write('w');
  await settle();
  expect(frame()).toContain('w of first');
  app.stdin.write('\r');
  await settle();
  expect(frame()).toContain('things 1');
  app.stdin.write('\u001b[D');
  await settle();
  expect(frame()).toContain('things 0');
  expect(done).toEqual([]);
  app.stdin.write('\u001b[B');
  await settle();
  app.stdin.write('\r');
  await settle();
  expect(source.did).toEqual(['open first', 'open last']);
  expect(done).toEqual([true]);
});

for (const [name, key] of [
  ['q', 'q'],
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
  ['going back at the top', '\u001b[D'],
] as const)
  test(`${name} ends it`, async () => {
    const { app, done } = show(new Source([row('one')]));
    await settle();
    app.stdin.write(key);
    await settle();
    expect(done).toEqual([true]);
  });
