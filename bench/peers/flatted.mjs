// flatted: JSON with indexes for objects and strings, so that cycles and identity stay.
import { textPeer } from '../text-peer.mjs';

export const peer = textPeer('flatted', async () => {
  const { stringify, parse } = await import('flatted');
  return { write: stringify, read: parse };
});
