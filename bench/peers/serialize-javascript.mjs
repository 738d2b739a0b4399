// serialize-javascript: JavaScript source, functions as their texts, which is evaluated to load.
import { textPeer } from '../text-peer.mjs';

export const peer = textPeer('serialize-javascript', async () => {
  const { default: serialize } = await import('serialize-javascript');
  return { write: (value) => serialize(value), read: (text) => new Function(`return (${text})`)() };
});
