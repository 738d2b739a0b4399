// Python's own pickle, in C: classes and functions go by name, so that the program must still be there to load.
import { pythonPeer } from '../python/peer.mjs';

export const peer = pythonPeer('py-pickle', 'pickle');
