import { linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/index.js';
import { type FetchEvent, folderFiles } from '../../src/node/index.js';
import { NAMES, PARTS } from '../synthetic-set.js';
import { gzippedFiles, localMirror } from './local-mirror.js';
import { ALL, entryWith, fetchDataset, PATHS } from './quick-fetch.js';

const GZIPPED = await gzippedFiles();

describe('a good mirror', () => {
  test('is asked once for each file, and the folder then holds them as they were sent', async () => {
    const mirror = await localMirror();
    const entry = await entryWith(mirror);
    const folder = join(temporaryFolder(), 'made', 'on the way');
    await fetchDataset(entry, { folder });
    expect(mirror.requests).toEqual(PATHS);
    expect(readdirSync(folder).sort()).toEqual(ALL);
    for (const part of PARTS) {
      const saved = readFileSync(join(folder, `${NAMES[part]}.gz`));
      expect(saved.equals(GZIPPED.get(NAMES[part]) as Buffer)).toBe(true);
    }
    const { train, test } = await loadDataset(entry, folderFiles(folder));
    expect([train.count, test.count]).toEqual([12, 5]);
  });

  test('may redirect', async () => {
    const goal = await localMirror();
    const mirror = await localMirror((response, _, name) =>
      response.writeHead(302, { location: `${goal.url}${name}.gz` }).end(),
    );
    const folder = temporaryFolder();
    await fetchDataset(await entryWith(mirror), { folder });
    expect(goal.requests).toEqual(PATHS);
    expect(readdirSync(folder).sort()).toEqual(ALL);
  });

  test('may compress the transfer although it was asked not to', async () => {
    const mirror = await localMirror((response, good) => {
      expect(response.req.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(good);
    });
    const entry = await entryWith(mirror);
    const folder = temporaryFolder();
    await fetchDataset(entry, { folder });
    expect((await loadDataset(entry, folderFiles(folder))).train.count).toBe(12);
  });

  test('replaces damaged files of an earlier time, never writing into one', async () => {
    const folder = temporaryFolder();
    for (const name of ALL) writeFileSync(join(folder, name), 'old and damaged');
    linkSync(join(folder, 'test-labels.gz'), join(folder, 'same file'));
    const entry = await entryWith(await localMirror());
    await fetchDataset(entry, { folder });
    expect((await loadDataset(entry, folderFiles(folder))).test.count).toBe(5);
    expect(readFileSync(join(folder, 'same file'), 'utf8')).toBe('old and damaged');
  });

  test('serves many at once, who write the same folder', async () => {
    const folder = temporaryFolder();
    const entry = await entryWith(await localMirror());
    await Promise.all(Array.from({ length: 16 }, () => fetchDataset(entry, { folder })));
    expect(readdirSync(folder).sort()).toEqual(ALL);
    expect((await loadDataset(entry, folderFiles(folder))).train.count).toBe(12);
  });

  test('every step is told', async () => {
    const bad = await localMirror((response) => response.writeHead(404).end());
    const good = await localMirror((response, bytes) =>
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes),
    );
    const events: FetchEvent[] = [];
    await fetchDataset(await entryWith(bad, good), {
      folder: temporaryFolder(),
      onProgress: (event) => {
        events.push(event);
      },
    });
    const expected = PARTS.flatMap((part) => {
      const total = GZIPPED.get(NAMES[part])?.length;
      const from = { file: NAMES[part], mirror: good.url, attempt: 1 };
      const nothing = { loaded: 0, total: undefined };
      return [
        { phase: 'connect', ...from, mirror: bad.url, ...nothing },
        { phase: 'connect', ...from, ...nothing },
        { phase: 'download', ...from, loaded: total, total },
        { phase: 'verify', ...from, loaded: total, total },
        { phase: 'save', ...from, loaded: total, total },
      ];
    });
    expect(events).toEqual(expected);
  });

  test('is not asked for what is there already, and good', async () => {
    const mirror = await localMirror();
    const entry = await entryWith(mirror);
    const folder = temporaryFolder();
    const results = [
      await fetchDataset(entry, { folder }),
      await fetchDataset(entry, { folder }),
    ] as const;
    expect(mirror.requests).toEqual(PATHS);
    for (const [i, from] of [mirror.url, undefined].entries()) {
      expect(results[i]).toEqual(
        PARTS.map((part) => ({
          file: NAMES[part],
          path: join(folder, `${NAMES[part]}.gz`),
          bytes: GZIPPED.get(NAMES[part])?.length,
          mirror: from,
        })),
      );
    }
  });

  test('an error of the listener is not taken for one of the mirror', async () => {
    const fault = new Error('my own');
    const onProgress = () => {
      throw fault;
    };
    const entry = await entryWith(await localMirror());
    const folder = temporaryFolder();
    await expect(fetchDataset(entry, { folder, onProgress })).rejects.toBe(fault);
  });
});
