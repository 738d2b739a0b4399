// superjson: JSON with a table of types and references beside it.
import { textPeer } from '../text-peer.mjs';

export const peer = textPeer('superjson', async () => {
  const { default: superjson } = await import('superjson');
  return { write: (value) => superjson.stringify(value), read: (text) => superjson.parse(text) };
});
