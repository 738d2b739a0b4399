// devalue: JSON with indexes instead of nesting.
import { textPeer } from '../text-peer.mjs';

export const peer = textPeer('devalue', async () => {
  const { stringify, parse } = await import('devalue');
  return { write: stringify, read: parse };
});
