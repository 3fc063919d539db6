import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers the request for a file: `name` without `.gz`, `good` what a good mirror would send. */
export type Answer = (response: ServerResponse, good: Buffer, name: string) => void;

export interface LocalMirror {
  /** With a final slash. */
  readonly url: string;
  readonly host: string;
  /** Paths asked for so far, in order. */
  readonly requests: string[];
  /** How many answers are under way: neither ended nor left by the client. */
  openAnswers(): number;
  close(): Promise<void>;
}

export interface MirrorOptions {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly answer: Answer;
  /** Sent with each answer, for pages of other origins. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What a page is told that asks whether it may send a header that needs leave. */
  readonly preflight?: Readonly<Record<string, string>>;
}

/** A server on this machine. Imports no source of a package, as the configuration of the tests loads it too. */
export async function startMirror(options: MirrorOptions): Promise<LocalMirror> {
  const { files, answer, headers = {}, preflight = {} } = options;
  const requests: string[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, preflight).end();
      return;
    }
    const path = request.url as string;
    requests.push(path);
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    const name = path.replace(/^.*\/|\.gz(\?.*)?$/g, '');
    const good = files.get(name);
    if (good === undefined) response.writeHead(404).end();
    else answer(response, good, name);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${host}/set/`, host, requests, openAnswers: () => open, close };
}
