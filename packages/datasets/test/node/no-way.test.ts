import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { localMirror } from './local-mirror.js';
import { ALL, closedMirror, entryWith, fetchDataset, PATHS } from './quick-fetch.js';

describe('no mirror that is any good', () => {
  test('what another process brought meanwhile is used', async () => {
    const folder = temporaryFolder();
    const missing = await localMirror((response, good, name) => {
      writeFileSync(join(folder, `${name}.gz`), good);
      response.writeHead(404).end();
    });
    const files = await fetchDataset(await entryWith(missing), { folder });
    expect(files.map(({ mirror }) => mirror)).toEqual(Array(4).fill(undefined));
    expect(missing.requests).toEqual(PATHS);
  });

  test('one error lists the reason of each', async () => {
    const missing = await localMirror((response) => response.writeHead(404).end());
    const page = await localMirror((response) => response.end('<html>'));
    const closed = await closedMirror();
    const folder = join(temporaryFolder(), 'new');
    const entry = await entryWith(missing, page, closed);
    const error = await fetchDataset(entry, { folder }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'DATASET_UNREACHABLE',
      message:
        `train-images.gz: expected a download from a mirror, found ${missing.host} answered 404, ` +
        `${page.host} sent a damaged file (expected an IDX file, which begins with two zero bytes, found 0x3c 0x68), ` +
        `${closed.host} could not be reached (ECONNREFUSED); ` +
        'put the files of the tiny set into a folder and name it with --data-dir or SOFTREG_DATA_DIR',
    });
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  test('a mirror that refuses connections is passed over', async () => {
    const folder = temporaryFolder();
    await fetchDataset(await entryWith(await closedMirror(), await localMirror()), { folder });
    expect(readdirSync(folder).sort()).toEqual(ALL);
  });

  test('no mirror at all', async () => {
    await expect(
      fetchDataset(await entryWith(), { folder: temporaryFolder() }),
    ).rejects.toMatchObject({ code: 'DATASET_UNREACHABLE', found: 'no mirror to ask' });
  });
});

describe('a place that cannot be written', () => {
  test('a folder below a file', async () => {
    const parent = temporaryFolder();
    writeFileSync(join(parent, 'file'), 'mine');
    const folder = join(parent, 'file', 'folder');
    await expect(
      fetchDataset(await entryWith(await localMirror()), { folder }),
    ).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
      subject: join(folder, 'train-images.gz'),
      found: expect.stringContaining('ENOTDIR'),
      cause: expect.objectContaining({ code: 'ENOTDIR' }),
    });
    expect(readFileSync(join(parent, 'file'), 'utf8')).toBe('mine');
    expect(readdirSync(parent)).toEqual(['file']);
  });

  test('a name that a folder has', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'train-labels.gz', 'inner'), { recursive: true });
    await expect(
      fetchDataset(await entryWith(await localMirror()), { folder }),
    ).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
      subject: join(folder, 'train-labels.gz'),
    });
    // No temporary file beside them.
    expect(readdirSync(folder).sort()).toEqual(['train-images.gz', 'train-labels.gz']);
    expect(readdirSync(join(folder, 'train-labels.gz'))).toEqual(['inner']);
  });
});
