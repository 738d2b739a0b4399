// A plain server of files over HTTP, in memory: GET with ranges and tags, HEAD, PUT, DELETE. It breaks connections when it is
// told to, and counts what it was asked.

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Running, serve } from './servers.js';

/** What the server does wrong, and what it saw. */
export class FileServer {
  readonly files = new Map<string, Buffer>();
  /** What it was asked, in order: `GET /a 100-`, `PUT /b`. */
  readonly asked: string[] = [];
  /** Bytes of bodies that it received. */
  receivedBytes = 0;
  /** Breaks the connection when so many bytes of an answer have gone; as often as `breaks` says. */
  breakAfterBytes = Number.POSITIVE_INFINITY;
  breaks = 0;
  /** Breaks the connection of so many puts, after the first `putsBefore`. */
  putBreaks = 0;
  putsBefore = 0;
  knowsRanges = true;
  hasTags = true;
  /** Answers 503 so often. */
  busy = 0;
  keeps = true;

  start(): Promise<Running> {
    return serve((request, response) => this.answer(request, response));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').split('?')[0] as string;
    const range = /^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1];
    this.asked.push(`${request.method} ${path}${range === undefined ? '' : ` ${range}-`}`);
    if (this.busy > 0) {
      this.busy--;
      response.writeHead(503).end();
      return;
    }
    switch (request.method) {
      case 'PUT':
        return this.take(path, request, response);
      case 'DELETE':
        response.writeHead(this.files.delete(path) ? 204 : 404).end();
        return;
      default:
        return this.send(path, range, { request, response });
    }
  }

  private take(path: string, request: IncomingMessage, response: ServerResponse): void {
    if (this.putsBefore-- <= 0 && this.putBreaks > 0) {
      this.putBreaks--;
      request.once('data', () => request.destroy());
      return;
    }
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => {
      this.receivedBytes += piece.length;
      if (this.keeps) pieces.push(piece);
    });
    request.on('end', () => {
      this.files.set(path, Buffer.concat(pieces));
      response.writeHead(201).end();
    });
  }

  private send(
    path: string,
    range: string | undefined,
    { request, response }: { request: IncomingMessage; response: ServerResponse },
  ): void {
    const file = this.files.get(path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const tag = `"${createHash('sha256').update(file).digest('hex').slice(0, 12)}"`;
    const isRange =
      range !== undefined &&
      this.knowsRanges &&
      [undefined, tag].includes(request.headers['if-range'] as string | undefined);
    const from = isRange ? Number(range) : 0;
    const body = file.subarray(from);
    response.writeHead(isRange ? 206 : 200, {
      'content-length': body.length,
      ...(this.hasTags && { etag: tag }),
      ...(isRange && { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` }),
    });
    if (request.method === 'HEAD') response.end();
    else if (this.breaks > 0 && body.length > this.breakAfterBytes) {
      this.breaks--;
      response.write(body.subarray(0, this.breakAfterBytes), () => response.destroy());
    } else response.end(body);
  }
}
