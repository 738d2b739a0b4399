// seroval: JavaScript source, which it evaluates to load.
import { textPeer } from '../text-peer.mjs';

export const peer = textPeer('seroval', async () => {
  const { serialize, deserialize } = await import('seroval');
  return { write: serialize, read: deserialize };
});
