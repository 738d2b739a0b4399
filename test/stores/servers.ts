// Servers for tests of stores: real ones, each on a free port of the loopback.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that runs. */
export interface Running {
  readonly address: string;
  close(): Promise<void>;
}

/** Starts a server of HTTP. */
export async function serve(listener: RequestListener): Promise<Running> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Where a real Redis is; undefined where none was started. */
export const REDIS = process.env['BRINE_TEST_REDIS'];

/** Why tests with a Redis are skipped; undefined when they are not. */
export const NO_REDIS = REDIS === undefined ? 'no Redis: .ci/run starts one' : undefined;
