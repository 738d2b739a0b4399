// Watches what filling Maps and Sets costs. V8 finds numbers and bigints in them by a hash without a secret, so a file can hold
// keys that all fall together: each is then compared with all before it, and forty thousand take seconds, four hundred
// thousand minutes. Which keys do so is V8's own affair; that it is slow can be seen.
//
// Looks at the clock once in many entries, and at the CPU's own only while they are slow. Knows nothing of Maps and Sets.

import { LimitError } from '../errors.js';

/** Entries between two looks: few enough that those in between cost next to nothing, however they collide. */
export const CLOCKED_ENTRIES = 1024;
/** Filling takes a fifth of a microsecond an entry; what takes this long is slow. */
const SLOW_MS = 5;

const now = performance.now.bind(performance);
const cpuUsage = process.cpuUsage.bind(process);

/** The clock of one build. */
export class FillClock {
  private readonly msMax: number;
  private spentMs = 0;
  private startMs = 0;
  /** Set while entries are slow. */
  private cpu: NodeJS.CpuUsage | undefined;

  constructor(msMax: number) {
    this.msMax = msMax;
  }

  /** Called before entry `i` of a collection is put in; throws when slow entries took too long together. */
  tick(i: number): void {
    if (i % CLOCKED_ENTRIES !== 0) return;
    const time = now();
    const isSlow = i > 0 && time - this.startMs > SLOW_MS;
    if (isSlow && this.cpu !== undefined) this.charge(this.cpu);
    this.cpu = isSlow ? cpuUsage() : undefined;
    this.startMs = isSlow ? now() : time;
  }

  // A busy machine takes its time: only what the process itself used counts.
  private charge(before: NodeJS.CpuUsage): void {
    const { user, system } = cpuUsage(before);
    const ms = (user + system) / 1000;
    if (ms > SLOW_MS) this.spentMs += ms;
    if (this.spentMs <= this.msMax) return;
    const spent = Math.round(this.spentMs);
    throw new LimitError(
      'LIMIT_EXCEEDED',
      `keys of Maps and Sets that collide took ${spent} ms to put in; the limit is ${this.msMax}`,
      { hint: 'the keys were chosen to be slow; raise collisionMsMax if you trust the file' },
    );
  }
}
