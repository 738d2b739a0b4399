// Opens and closes views such that they leave nothing on the screen and take nothing of it.
//
// Ink draws late what comes fast, and counts lines that it cleared as drawn again: a view that is closed before its last frame
// was drawn would erase as many lines above it. So frames are hardly ever late, and the last one is waited for.

import { Box, type Instance, type RenderOptions } from 'ink';

const LATE_MS = 1;

/** How views are drawn. */
export const VIEW: RenderOptions = { exitOnCtrlC: false, patchConsole: true, maxFps: 1000 / LATE_MS };

/** Ends a view. */
export async function closeView(app: Instance): Promise<void> {
  // What is mounted is drawn once more when the view ends: nothing.
  app.rerender(<Box />);
  // Twice: the frame may be late, and the writing of it.
  for (let times = 0; times < 2; times++) await new Promise((resolve) => setTimeout(resolve, 4 * LATE_MS));
  app.clear();
  app.unmount();
  await app.waitUntilExit();
  app.cleanup();
}
