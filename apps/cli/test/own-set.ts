import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { writeSyntheticDigits } from './synthetic-digits.js';

export const PARTS = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

export const NAMES = Object.values(PARTS);

/** A data set of a user's own: four raw files in a folder, and the JSON text that describes them. */
export function writeOwnSet(folder: string, mirrors: readonly string[] = []) {
  writeSyntheticDigits(folder);
  const files = Object.fromEntries(
    Object.entries(PARTS).map(([part, name]) => {
      const bytes = readFileSync(join(folder, name));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return [part, { name, bytes: bytes.length, sha256 }];
    }),
  );
  const classNames = 'zero one two three four five six seven eight nine'.split(' ');
  return { name: 'bars', title: 'bars among noise', classNames, files, mirrors };
}

export function writeJson(path: string, value: unknown): string {
  writeFileSync(path, JSON.stringify(value));
  return path;
}

export type Answer = (response: ServerResponse, good: Buffer, name: string) => void;

/** A mirror on this machine of the raw files in a folder; it stops after the test. */
export async function serve(
  folder: string,
  answer: Answer = (response, good) => response.end(good),
): Promise<{ url: string; host: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace(/^.*\/|\.gz$/g, '');
    requests.push(name);
    answer(response, gzipSync(readFileSync(join(folder, name))), name);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}/set/`, host, requests };
}
