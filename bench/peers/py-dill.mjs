// dill: the pickle of whole Python sessions, mostly in Python; saves classes and functions of the main program by value.
import { pythonPeer } from '../python/peer.mjs';

export const peer = pythonPeer('py-dill', 'dill');
