// Ends what the main thread runs, from a thread beside it, at a place where that breaks nothing but what the session's own code does:
// V8 is asked to stop, the frames are looked at, and code of Node (a stream that is in the middle of a write) is let go on until it
// returns to code of the session. Brine's own work is ended only where whoever asks says so.
//
// Knows nothing of interrupts and messages.

import { Session } from 'node:inspector';

/** How long V8 may take to stop before what runs is taken for waiting outside of JavaScript. */
const OUTSIDE_MS = 400;
/** After so long it is ended wherever it is. */
const ANYWHERE_MS = 1500;

/** Whoever asks. */
export interface Halting {
  /** False when there is nothing to end any more: asked while the main thread stands still. */
  isWanted(): boolean;
  /** True when brine's own work may be ended, too: asked while the main thread stands still, or waits outside of JavaScript. */
  mayEndOwn(): boolean;
  /** The main thread waits for something outside of JavaScript, perhaps for a program. */
  onOutside(): void;
  /** What ran was ended, or nothing of it. */
  onDone(isEnded: boolean): void;
}

/** Ends what the main thread runs; one at a time. */
export function haltMain({ isWanted, mayEndOwn, onOutside, onDone }: Halting): void {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  let isEnding = false;
  let hasStopped = false;
  let isSessions = false;
  const done = (isEnded: boolean): void => {
    clearTimeout(outside);
    clearTimeout(anywhere);
    session.removeAllListeners();
    session.post('Debugger.disable', () => {
      session.disconnect();
      onDone(isEnded);
    });
  };
  const end = (): void => {
    isEnding = true;
    session.post('Runtime.terminateExecution', () => done(true));
    // Where it stands still.
    session.post('Debugger.resume', () => {});
  };
  const goOn = (): void => {
    isEnding = true;
    session.post('Debugger.resume', () => {});
    done(false);
  };
  session.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url));
  session.on('Debugger.paused', ({ params }) => {
    if (isEnding) return;
    hasStopped = true;
    if (!isWanted()) return goOn();
    const at = ownerships(params.callFrames.map(({ location }) => urls.get(location.scriptId) ?? ''));
    isSessions = at.includes('session');
    if (at[0] === 'session') end();
    else if (isSessions) session.post('Debugger.stepOut', () => {});
    else if (mayEndOwn()) end();
    else goOn();
  });
  const outside = setTimeout(() => {
    if (!hasStopped && isWanted()) onOutside();
  }, OUTSIDE_MS);
  const anywhere = setTimeout(() => {
    if (isEnding) return;
    if (isWanted() && (isSessions || mayEndOwn())) end();
    else goOn();
  }, ANYWHERE_MS);
  session.post('Debugger.enable', { maxScriptsCacheSize: 0 });
  session.post('Debugger.pause', () => {});
}

type Owner = 'session' | 'brine' | 'node';

const OWN = new URL('../..', import.meta.url).href;

// Code that was made of a text has no address: it is of whoever called it, and of the session when that is Node.
function ownerships(addresses: readonly string[]): Owner[] {
  const owners: Owner[] = [];
  let below: Owner = 'session';
  for (const address of [...addresses].reverse()) {
    if (address.startsWith('node:')) below = 'node';
    else if (address.startsWith(OWN)) below = 'brine';
    else if (address !== '' || below === 'node') below = 'session';
    owners.push(below);
  }
  return owners.reverse();
}
