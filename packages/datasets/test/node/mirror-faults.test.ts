import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { loadDataset } from '../../src/index.js';
import { folderFiles } from '../../src/node/index.js';
import { answerOf, breakInTheMiddle, sendForever, sendGood } from '../mirror-answers.js';
import { FAULTS } from '../mirror-faults.js';
import { NAMES } from '../synthetic-set.js';
import { gzippedFiles, localMirror } from './local-mirror.js';
import { ALL, entryWith, fetchDataset, PATHS } from './quick-fetch.js';

const GZIPPED = await gzippedFiles();

describe.each(FAULTS)('a mirror that sends %s', (fault, reason) => {
  const answer = answerOf(fault);

  test('is passed over for the next one', async () => {
    const bad = await localMirror(answer);
    const good = await localMirror();
    const entry = await entryWith(bad, good);
    const folder = temporaryFolder();
    await fetchDataset(entry, { folder });
    expect(good.requests).toEqual(PATHS);
    expect(new Set(bad.requests)).toEqual(new Set(PATHS));
    expect(readdirSync(folder).sort()).toEqual(ALL);
    expect((await loadDataset(entry, folderFiles(folder))).train.count).toBe(12);
  });

  test('leaves nothing where there is no other, and its reason is told', async () => {
    const bad = await localMirror(answer);
    const folder = temporaryFolder();
    await expect(fetchDataset(await entryWith(bad), { folder })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      subject: 'train-images.gz',
      found: expect.stringContaining(`${bad.host} ${reason}`),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a connection that breaks at the third file leaves the first two, whole', async () => {
  const bad = await localMirror((response, good, name) =>
    (name === NAMES.testImages ? breakInTheMiddle : sendGood)(response, good, name),
  );
  const folder = temporaryFolder();
  await expect(fetchDataset(await entryWith(bad), { folder })).rejects.toMatchObject({
    subject: 'test-images.gz',
  });
  expect(readdirSync(folder).sort()).toEqual(['train-images.gz', 'train-labels.gz']);
  for (const part of ['trainImages', 'trainLabels'] as const) {
    const saved = readFileSync(join(folder, `${NAMES[part]}.gz`));
    expect(saved.equals(GZIPPED.get(NAMES[part]) as Buffer)).toBe(true);
  }
});

describe('a body that nobody wants any more', () => {
  test.each([
    ['of an error', 500],
    ['that is too long', 200],
  ])('%s is not read on: its connection is closed', async (_, status) => {
    const endless = await localMirror((response, ...rest) => {
      response.writeHead(status);
      sendForever(response, ...rest);
    });
    const entry = await entryWith(endless, await localMirror());
    await fetchDataset(entry, { folder: temporaryFolder() });
    await expect.poll(() => endless.openAnswers()).toBe(0);
  });
});
