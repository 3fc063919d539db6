import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeGzippedIdx } from '@softreg/idx';
import { onTestFinished } from 'vitest';
import { ARRAYS, NAMES, PARTS } from '../synthetic-set.js';

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

export const sendGood: Answer = (response, good) => response.end(good);

/** Limits that keep a test short. */
export const QUICK = { idleMs: 2000, deadlineMs: 10_000, retryDelayMs: 2, maxRetryDelayMs: 20 };

/** The synthetic set's files, gzipped. */
export async function gzippedFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const encoded = PARTS.map(async (part) => {
    return [NAMES[part], Buffer.from(await encodeGzippedIdx(ARRAYS[part]))] as const;
  });
  return new Map(await Promise.all(encoded));
}

/** A server on this machine that stops after the test. */
export async function localMirror(
  answer: Answer = sendGood,
  given?: ReadonlyMap<string, Buffer>,
): Promise<LocalMirror> {
  const files = given ?? (await gzippedFiles());
  const requests: string[] = [];
  let open = 0;
  const server = createServer((request, response) => {
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
  onTestFinished(close);
  return {
    url: `http://${host}/set/`,
    host,
    requests,
    openAnswers: () => open,
    close,
  };
}
