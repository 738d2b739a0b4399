// The connection file that Jupyter writes for a kernel: where to listen, and with which key messages are signed.

import { getHashes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';

/** The sockets of a kernel. */
export const CHANNELS = ['shell', 'control', 'stdin', 'iopub', 'hb'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Where and how to listen. */
export interface Connection {
  readonly addresses: Readonly<Record<Channel, string>>;
  readonly ports: Readonly<Record<Channel, number>>;
  readonly key: string;
  readonly hash: string;
}

/** Reads a connection file. Throws a `CommandError` for what is none. */
export function readConnection(file: string): Connection {
  const refuse = (why: string): CommandError =>
    new CommandError(
      `${displayName(file)} is no connection file of Jupyter: ${why}`,
      'Jupyter gives a kernel the path of one',
    );
  let said: Record<string, unknown>;
  try {
    said = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (typeof said !== 'object' || said === null) throw refuse('it is no object');
  const { transport = 'tcp', ip, key = '', signature_scheme: scheme = 'hmac-sha256' } = said;
  if (transport !== 'tcp' && transport !== 'ipc') throw refuse('its transport is neither tcp nor ipc');
  if (typeof ip !== 'string' || ip === '') throw refuse('it has no ip');
  if (typeof key !== 'string') throw refuse('its key is no text');
  const hash = /^hmac-([\w-]+)$/.exec(String(scheme))?.[1] ?? '';
  if (key !== '' && !getHashes().includes(hash))
    throw refuse(`its signature_scheme is unknown: ${displayName(String(scheme), 60)}`);
  const portOf = (channel: Channel): number => {
    const port = said[`${channel}_port`];
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535)
      throw refuse(`${channel}_port is no port`);
    return port;
  };
  const ports = Object.fromEntries(
    CHANNELS.map((channel) => [channel, portOf(channel)]),
  ) as Connection['ports'];
  const host = transport === 'tcp' && ip.includes(':') ? `[${ip}]` : ip;
  const addresses = Object.fromEntries(
    CHANNELS.map((channel) => [
      channel,
      `${transport}://${host}${transport === 'tcp' ? ':' : '-'}${ports[channel]}`,
    ]),
  ) as Connection['addresses'];
  return { addresses, ports, key, hash };
}
