// The five sockets of a kernel: requests come on two, questions go out on one, what everybody may see on another, and one only echoes.
//
// What is sent on a socket goes out in order, one after the other. Knows nothing of what messages say.

import type { Publisher, Reply, Router } from 'zeromq';
import type { Connection } from './connection.js';
import { type Message, type Outgoing, Wire } from './wire.js';
import { loadZeromq } from './zeromq.js';

/** Who is told of messages. */
export interface SocketListeners {
  onShell(message: Message): void;
  onControl(message: Message): void;
  onStdin(message: Message): void;
}

/** Open sockets. */
export class Sockets {
  readonly #wire: Wire;
  readonly #shell: Router;
  readonly #control: Router;
  readonly #stdin: Router;
  readonly #iopub: Publisher;
  readonly #hb: Reply;
  readonly #last = new Map<object, Promise<unknown>>();

  /** Opens and binds them. Throws a `CommandError` when zeromq is missing. */
  static async open({ addresses, key, hash }: Connection, listeners: SocketListeners): Promise<Sockets> {
    const { Publisher, Reply, Router } = await loadZeromq();
    // Who asked and went away must not keep an answer.
    const router = (): Router => new Router({ linger: 1000, sendHighWaterMark: 0 });
    const sockets = new Sockets(new Wire(key, hash), {
      shell: router(),
      control: router(),
      stdin: router(),
      iopub: new Publisher({ linger: 1000, sendHighWaterMark: 0 }),
      hb: new Reply({ linger: 0 }),
    });
    await Promise.all([
      sockets.#shell.bind(addresses.shell),
      sockets.#control.bind(addresses.control),
      sockets.#stdin.bind(addresses.stdin),
      sockets.#iopub.bind(addresses.iopub),
      sockets.#hb.bind(addresses.hb),
    ]);
    void sockets.#listen(sockets.#shell, listeners.onShell);
    void sockets.#listen(sockets.#control, listeners.onControl);
    void sockets.#listen(sockets.#stdin, listeners.onStdin);
    void sockets.#echo();
    return sockets;
  }

  private constructor(
    wire: Wire,
    made: { shell: Router; control: Router; stdin: Router; iopub: Publisher; hb: Reply },
  ) {
    this.#wire = wire;
    this.#shell = made.shell;
    this.#control = made.control;
    this.#stdin = made.stdin;
    this.#iopub = made.iopub;
    this.#hb = made.hb;
  }

  /** Answers a message where it came from. */
  reply(channel: 'shell' | 'control', about: Message, type: string, content: Outgoing['content']): void {
    this.#send(channel === 'shell' ? this.#shell : this.#control, about.identities, { type, content, about });
  }

  /** Asks whoever sent a message. */
  ask(about: Message, content: Outgoing['content']): void {
    this.#send(this.#stdin, about.identities, { type: 'input_request', content, about });
  }

  /** Tells everybody. */
  publish(outgoing: Outgoing): void {
    this.#send(this.#iopub, [`kernel.${outgoing.type}`], outgoing);
  }

  /** Closes them, when what was sent is out. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#last.values()]);
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub, this.#hb]) socket.close();
  }

  #send(socket: Router | Publisher, identities: readonly (Uint8Array | string)[], outgoing: Outgoing): void {
    const frames = this.#wire.encode(identities, outgoing);
    const before = this.#last.get(socket) ?? Promise.resolve();
    // Nobody there, or closed meanwhile: there is nobody to tell.
    this.#last.set(
      socket,
      before.then(() => socket.send(frames)).catch(() => {}),
    );
  }

  async #listen(socket: Router, listener: (message: Message) => void): Promise<void> {
    try {
      for await (const frames of socket) {
        const message = this.#wire.decode(frames);
        if (message !== undefined) listener(message);
      }
    } catch (error) {
      if (!socket.closed) throw error;
    }
  }

  async #echo(): Promise<void> {
    try {
      for await (const frames of this.#hb) await this.#hb.send(frames);
    } catch (error) {
      if (!this.#hb.closed) throw error;
    }
  }
}
