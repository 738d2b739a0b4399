// Goal: progress says what is being done and how far it is, in three lines that fit.
// Method: the component in Ink's testing library.

import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { Progress } from '../../../cli/views/progress.js';

function frameOf(state: Parameters<typeof Progress>[0]['state'], title = 'saving work.pkl'): string {
  const app = render(<Progress title={title} state={state} />);
  const frame = app.lastFrame() ?? '';
  app.unmount();
  return frame;
}

test('a known total gives a share, and the unit is that of the phase', () => {
  const frame = frameOf({ phase: 'writing', done: 500, total: 1000 });
  expect(frame).toMatch(/^█{15}░{15} {2}50% {2}writing\n/);
  expect(frame).toContain('saving work.pkl');
  expect(frame).toContain('500 bytes');
});

test('without a total a block moves along', () => {
  const first = frameOf({ phase: 'walking', done: 0, total: undefined });
  const later = frameOf({ phase: 'walking', done: 50_000, total: undefined });
  expect(first).toMatch(/^████░{26} {2}walking\n/);
  expect(later).toMatch(/^░{10}████░{16} {2}walking\n/);
  expect(later).toContain('50,000 objects');
});

test('a name that would act on a terminal does not', () => {
  expect(frameOf({ phase: 'walking', done: 1, total: 2 }, 'saving \u001b[2Jx')).not.toContain('\u001b[2J');
});
