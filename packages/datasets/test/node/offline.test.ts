import { readdirSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheFolder, fetchDataset, openDataset } from '../../src/node/index.js';
import { entryOf, filesOf } from '../synthetic-set.js';
import { type LocalMirror, localMirror, QUICK } from './local-mirror.js';

const FILES = filesOf();

describe('offline', () => {
  let mirror: LocalMirror;
  const sockets = () => vi.spyOn(Socket.prototype, 'connect');

  beforeEach(async () => {
    mirror = await localMirror();
  });

  test('no socket is opened, and the error says why there is no data', async () => {
    const entry = await entryOf(FILES, [mirror.url]);
    const folder = temporaryFolder();
    const opened = sockets();
    await expect(fetchDataset(entry, { folder, offline: true })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      message:
        `${join(folder, 'train-images.gz')}: expected a good copy, since nothing is downloaded offline, found no file; ` +
        'fetch it once with a network, or name a folder with --data-dir or SOFTREG_DATA_DIR',
    });
    expect(opened).not.toHaveBeenCalled();
    expect(readdirSync(folder)).toEqual([]);
    // The spy does see sockets.
    await fetchDataset(entry, { folder, limits: QUICK });
    expect(opened).toHaveBeenCalled();
  });

  test('what is there is used', async () => {
    const entry = await entryOf(FILES, [mirror.url]);
    const folder = temporaryFolder();
    await fetchDataset(entry, { folder, limits: QUICK });
    const opened = sockets();
    const files = await fetchDataset(entry, { folder, offline: true });
    expect(files.map((file) => file.mirror)).toEqual(Array(4).fill(undefined));
    expect(opened).not.toHaveBeenCalled();
  });

  // macOS has no variable that moves the cache, and these tests must not touch the user's own.
  test.skipIf(process.platform === 'darwin')('openDataset too: cold, warm, damaged', async () => {
    const home = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', home);
    vi.stubEnv('LOCALAPPDATA', home);
    const entry = await entryOf(FILES, [mirror.url]);
    const opened = sockets();
    const offline = () => openDataset(entry, { offline: true });
    await expect(offline()).rejects.toMatchObject({ code: 'DATASET_UNREACHABLE' });
    expect(opened).not.toHaveBeenCalled();
    await openDataset(entry, { limits: QUICK });
    opened.mockClear();
    expect((await offline()).train.count).toBe(12);
    writeFileSync(join(cacheFolder(entry), 'test-images.gz'), 'damaged');
    await expect(offline()).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: expect.stringMatching(/^a damaged one \(expected /),
    });
    expect(opened).not.toHaveBeenCalled();
    vi.unstubAllEnvs();
  });
});
