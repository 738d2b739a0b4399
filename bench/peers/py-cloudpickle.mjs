// cloudpickle: pickle in C, which saves classes and functions of the main program by value.
import { pythonPeer } from '../python/peer.mjs';

export const peer = pythonPeer('py-cloudpickle', 'cloudpickle');
