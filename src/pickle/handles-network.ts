// What servers, sockets and sessions of a network were: addresses as their native handles tell them.

import { type Describe, dataOf, type Probe, quoted } from './handle-probe.js';

interface Address {
  readonly address: string;
  readonly port: number;
}

// TLS lies on another handle, which has the address.
function addressOf(
  { ask }: Probe,
  handle: unknown,
  method: 'getsockname' | 'getpeername',
): Address | undefined {
  for (let at = handle; at !== undefined && at !== null; at = dataOf(at, '_parent')) {
    const out: object = Object.create(null) as object;
    if (ask(method, [out], at) !== 0) continue;
    const [address, port] = [dataOf(out, 'address'), dataOf(out, 'port')];
    if (typeof address === 'string' && typeof port === 'number') return { address, port };
  }
  return undefined;
}

const placeOf = ({ address, port }: Address): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const server: Describe = (probe) => {
  const { own } = probe;
  if (own('allowHalfOpen') === undefined || own('_connections') === undefined) return undefined;
  const path = own('_pipeName');
  const handle = own('_handle');
  if (handle === null || handle === undefined) {
    return { was: 'it did not listen', hint: 'make it again after loading, with its listeners, or pin it' };
  }
  const again = (args: string): string =>
    `make it again after loading, with its listeners, and call \`listen(${args})\``;
  if (typeof path === 'string') return { was: `it listened on ${quoted(path)}`, hint: again(quoted(path)) };
  const at = addressOf(probe, handle, 'getsockname');
  if (at === undefined) return { was: 'it listened', hint: 'make it again after loading, or pin it' };
  const was = `it listened on port ${at.port} of ${at.address}`;
  return { was, hint: again(`${at.port}, ${quoted(at.address)}`) };
};

const socket: Describe = (probe) => {
  const { own, hidden, get, what } = probe;
  if (own('connecting') === undefined || own('_pendingData') === undefined) return undefined;
  const handle = hidden('kHandle');
  const peer = addressOf(probe, handle, 'getpeername');
  if (own('connecting') === true) {
    const host = own('_host');
    const goal = typeof host === 'string' ? ` to ${quoted(host)}` : '';
    return { was: `it was connecting${goal}`, hint: 'connect again after loading, or pin it' };
  }
  if (peer !== undefined) {
    const local = addressOf(probe, handle, 'getsockname');
    const from = local === undefined ? '' : ` from ${placeOf(local)}`;
    const was = `it was connected to ${placeOf(peer)}${from}`;
    if (own('server') !== null && own('server') !== undefined)
      return { was, hint: 'its client has to connect again after loading; leave it out' };
    const host = own('_host') ?? own('servername');
    const name = typeof host === 'string' ? host : peer.address;
    const make = what === 'TLSSocket' ? 'tls.connect' : 'net.connect';
    return { was, hint: `${make}(${peer.port}, ${quoted(name)}) after loading` };
  }
  const fd = get('fd', handle);
  if (typeof fd === 'number' && fd >= 0) {
    const isTerminal = own('isTTY') === true || what === 'WriteStream';
    const kind = isTerminal ? 'a terminal' : 'a pipe or another stream of the system';
    return {
      was: `it was ${kind}, descriptor ${fd}`,
      hint: 'connect or open it again after loading, or pin it',
    };
  }
  return { was: 'it was not connected', hint: 'make it again after loading, or leave it out' };
};

const datagrams: Describe = (probe) => {
  const type = probe.own('type');
  const state = probe.hidden('state symbol');
  if (state === undefined || (type !== 'udp4' && type !== 'udp6')) return undefined;
  const handle = dataOf(state, 'handle');
  const make = `dgram.createSocket(${quoted(type)})`;
  const local = addressOf(probe, handle, 'getsockname');
  const peer = addressOf(probe, handle, 'getpeername');
  if (local === undefined || local.port === 0) {
    if (handle === null)
      return { was: `it was a socket of ${type} and closed`, hint: `${make} after loading` };
    return { was: `it was a socket of ${type}, bound to no port`, hint: `${make} after loading` };
  }
  const to = peer === undefined || peer.port === 0 ? '' : `, connected to ${placeOf(peer)}`;
  const was = `it was a socket of ${type} on ${placeOf(local)}${to}`;
  return { was, hint: `${make}.bind(${local.port}, ${quoted(local.address)}) after loading` };
};

const request: Describe = ({ own, hidden }) => {
  const [host, protocol, method] = ['host', 'protocol', 'method'].map((key) => own(key));
  const path = own('path') ?? hidden('kPath');
  if (typeof host !== 'string' || typeof path !== 'string' || typeof protocol !== 'string') return undefined;
  if (own('outputData') === undefined) return undefined;
  const header = dataOf(dataOf(hidden('kOutHeaders'), 'host'), '1'); // has the port too
  const name = protocol === 'https:' ? 'https' : 'http';
  const goal = quoted(`${protocol}//${typeof header === 'string' ? header : host}${path}`);
  const hint = `make the request again with ${name}.request after loading, or save what it answered`;
  return { was: `it was a ${typeof method === 'string' ? method : 'request'} of ${goal}`, hint };
};

const session: Describe = (probe) => {
  const { hidden } = probe;
  const socketOf = hidden('socket');
  if (hidden('kNativeFields') === undefined) return undefined;
  const [protocol, authority] = [hidden('protocol'), hidden('authority')];
  if (typeof protocol === 'string' && typeof authority === 'string') {
    const url = quoted(`${protocol}//${authority}`);
    return { was: `it was a session with ${url}`, hint: `http2.connect(${url}) after loading` };
  }
  const peer = addressOf(probe, hidden('kHandle', socketOf), 'getpeername');
  const was = peer === undefined ? 'it was a session' : `it was a session with ${placeOf(peer)}`;
  return { was, hint: 'its client has to connect again after loading; leave it out' };
};

const stream: Describe = ({ hidden, what }) => {
  const headers = hidden('sent-headers');
  const isClient = what === 'ClientHttp2Stream';
  if (!isClient && what !== 'ServerHttp2Stream') return undefined;
  const id = hidden('id');
  const name = typeof id === 'number' ? `stream ${id}` : 'a stream';
  if (!isClient)
    return {
      was: `it was ${name} of a session`,
      hint: 'its client has to ask again after loading; leave it out',
    };
  const [method, scheme, authority, path] = [':method', ':scheme', ':authority', ':path'].map((key) =>
    dataOf(headers, key),
  );
  const goal =
    typeof path === 'string'
      ? `, ${String(method)} of ${quoted(`${String(scheme)}://${String(authority)}${path}`)}`
      : '';
  const hint = `call request() of its session again after loading, or save what it answered`;
  return { was: `it was ${name} of a session${goal}`, hint };
};

/** Descriptions of what is connected. */
export const NETWORK: readonly Describe[] = [server, socket, datagrams, request, session, stream];
