import { describe, expect, test } from 'vitest';
import { CATALOG, FASHION_MNIST, findDataset, KMNIST, MNIST } from '../src/index.js';

describe('the catalog', () => {
  test.each([MNIST, FASHION_MNIST, KMNIST])('finds $name by its name', (entry) => {
    expect(findDataset(entry.name)).toBe(entry);
    expect(CATALOG).toContain(entry);
  });

  test('names are distinct, and are file names', () => {
    const names = CATALOG.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test.each(CATALOG)('$name has ten classes and four files of MNIST’s sizes', (entry) => {
    expect(new Set(entry.classNames).size).toBe(10);
    const { trainImages, trainLabels, testImages, testLabels } = entry.files;
    expect(trainImages.bytes).toBe(16 + 60_000 * 784);
    expect(trainLabels.bytes).toBe(8 + 60_000);
    expect(testImages.bytes).toBe(16 + 10_000 * 784);
    expect(testLabels.bytes).toBe(8 + 10_000);
  });

  test.each(CATALOG)('$name: every file can be checked, and no two are the same', (entry) => {
    const pins = Object.values(entry.files).map(({ sha256, gzipMd5 }) => {
      if (sha256 !== undefined) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      if (gzipMd5 !== undefined) expect(gzipMd5).toMatch(/^[0-9a-f]{32}$/);
      return sha256 ?? gzipMd5;
    });
    expect(pins).not.toContain(undefined);
    expect(new Set(pins).size).toBe(4);
  });

  test.each(CATALOG)('$name has mirrors, by https, each a folder', ({ mirrors }) => {
    expect(mirrors.length).toBeGreaterThan(0);
    for (const mirror of mirrors) expect(mirror).toMatch(/^https:\/\/[^?#]+\/$/);
  });
});
