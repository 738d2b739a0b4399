// The progress view: a bar, what is being done, how far. Never more than three lines.

import process from 'node:process';
import { Box, render, Text } from 'ink';
import type { ProgressListener } from '../../src/session/types.js';
import { displayName } from '../display-name.js';
import { isPlain, styleFor } from '../style.js';
import { closeView, VIEW } from './close.js';
import { type Pace, paceText, unitOf } from './pace.js';

type Saved = Parameters<ProgressListener>[0];
type State = Omit<Saved, 'phase'> & { readonly phase: Saved['phase'] | 'mapping' | 'waiting' };

const BAR_WIDTH = 30;
const HAS_COLORS = styleFor(process.stdout).hasColors;
const [FULL, EMPTY] = isPlain() ? ['#', '-'] : ['█', '░'];

/** The view as a component. */
export function Progress({
  title,
  state,
  pace = { done: state.done, total: state.total, perSecond: 0, leftMs: undefined },
}: {
  readonly title: string;
  readonly state: State;
  readonly pace?: Pace;
}) {
  const { phase, done } = state;
  const total = state.total ?? pace.total;
  const share = total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
  return (
    <Box flexDirection="column">
      <Text wrap="truncate">
        {HAS_COLORS ? <Text color="green">{bar(share, done)}</Text> : bar(share, done)}
        {share === undefined ? '' : ` ${String(Math.round(share * 100)).padStart(3)}%`}
        {`  ${phase}`}
      </Text>
      <Text dimColor wrap="truncate">{`${displayName(title)}   ${paceText(pace, unitOf(phase))}`}</Text>
      <Text dimColor wrap="truncate">
        Ctrl-C cancels
      </Text>
    </Box>
  );
}

// Without a known total a block moves along.
function bar(share: number | undefined, done: number): string {
  if (share !== undefined) {
    const full = Math.round(share * BAR_WIDTH);
    return FULL.repeat(full) + EMPTY.repeat(BAR_WIDTH - full);
  }
  const at = Math.floor(done / 5000) % (BAR_WIDTH - 4);
  return `${EMPTY.repeat(at)}${FULL.repeat(4)}${EMPTY.repeat(BAR_WIDTH - 4 - at)}`;
}

/** Shows the view until it is closed; it leaves nothing on the screen. */
export function openProgress(title: string, phase: State['phase'] = 'walking') {
  const first = { phase, done: 0, total: undefined };
  const app = render(<Progress title={title} state={first} />, VIEW);
  return {
    show: (state: State, pace: Pace) => app.rerender(<Progress title={title} state={state} pace={pace} />),
    close: () => closeView(app),
  };
}
