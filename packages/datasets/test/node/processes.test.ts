import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeGzippedIdx } from '@softreg/idx';
import { temporaryFolder } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { codedImages, codedLabels, entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import { localMirror, sendGood } from './local-mirror.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const PROCESSES = process.env.SOFTREG_TEST_SCALE === 'full' ? 16 : 8;

// Fetches into a folder and loads what is there. With `dies` it kills itself at its first flush: all of a file is written, and not renamed.
const CHILD = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const [, entryText, folder, dies] = process.argv;
  const { fsync } = fs;
  fs.fsync = (...given) => {
    if (dies !== undefined) process.kill(process.pid, 'SIGKILL');
    fsync(...given);
  };
  syncBuiltinESMExports();
  const { loadDataset } = await import('@softreg/datasets');
  const { fetchDataset, folderFiles } = await import('@softreg/datasets/node');
  const entry = JSON.parse(entryText);
  await fetchDataset(entry, { folder });
  const { train } = await loadDataset(entry, folderFiles(folder));
  console.log(train.count);`;

function startChild(...parameters: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', CHILD, ...parameters], {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const ended = new Promise<{ signal: string | null; output: string }>((resolve) =>
    child.on('close', (_, signal) => resolve({ signal, output })),
  );
  return { child, ended };
}

test(`${PROCESSES} processes fill one cold cache, of which two are killed`, async () => {
  const arrays = {
    trainImages: codedImages(240, 28, 28),
    trainLabels: codedLabels(240),
    testImages: codedImages(60, 28, 28),
    testLabels: codedLabels(60),
  };
  const encoded = PARTS.map(
    async (part) => [NAMES[part], Buffer.from(await encodeGzippedIdx(arrays[part]))] as const,
  );
  const gzipped = new Map(await Promise.all(encoded));
  let victim: ChildProcess | undefined;
  let asked = 0;
  const waiting: (() => void)[] = [];
  // Nobody gets the first file before all have asked for it, so that none finds it in its place.
  const mirror = await localMirror((response, good, name) => {
    if (name !== NAMES.trainImages) return sendGood(response, good, name);
    asked += 1;
    waiting.push(() => sendGood(response, good, name));
    if (asked >= PROCESSES) for (const answer of waiting.splice(0)) answer();
  }, gzipped);
  const doomed = await localMirror((response, good) => {
    response.writeHead(200, { 'content-length': good.length });
    response.write(good.subarray(0, good.length / 2), () => victim?.kill('SIGKILL'));
  }, gzipped);
  const folder = join(temporaryFolder(), 'cold');
  const entry = await entryOf(filesOf(arrays), [mirror.url]);
  const text = JSON.stringify(entry);
  const inTheDownload = startChild(JSON.stringify({ ...entry, mirrors: [doomed.url] }), folder);
  victim = inTheDownload.child;
  const inTheWrite = startChild(text, folder, 'dies');
  const others = Array.from({ length: PROCESSES - 1 }, () => startChild(text, folder));
  const ends = await Promise.all(others.map(({ ended }) => ended));
  expect(ends).toEqual(Array(PROCESSES - 1).fill({ signal: null, output: '240\n' }));
  expect((await inTheDownload.ended).signal).toBe('SIGKILL');
  expect((await inTheWrite.ended).signal).toBe('SIGKILL');

  const finals = PARTS.map((part) => `${NAMES[part]}.gz`).sort();
  const found = readdirSync(folder).sort();
  expect(found).toEqual([
    expect.stringMatching(/^\.train-images\.gz\.[0-9a-f]{12}\.tmp$/),
    ...finals,
  ]);
  for (const part of PARTS) {
    const saved = readFileSync(join(folder, `${NAMES[part]}.gz`));
    expect(saved.equals(gzipped.get(NAMES[part]) as Buffer)).toBe(true);
  }
});
