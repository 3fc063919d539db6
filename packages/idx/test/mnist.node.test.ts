import { createHash } from 'node:crypto';
import { openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { mnistFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { encodeIdx, readIdx, readRawIdx } from '../src/index.js';

const folder = mnistFolder();

describe.skipIf(folder === undefined)('the real MNIST files', () => {
  const files: [string, number[], string][] = [
    [
      't10k-images-idx3-ubyte.gz',
      [10000, 28, 28],
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    ],
    [
      't10k-labels-idx1-ubyte.gz',
      [10000],
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    ],
  ];

  test.each(files)('%s', async (name, shape, sha256) => {
    const path = join(folder as string, name);
    const array = await readIdx(readFileSync(path));
    expect(array.shape).toEqual(shape);
    // zlib's own reader is the independent witness.
    const raw = gunzipSync(readFileSync(path));
    expect(Buffer.compare(encodeIdx(array), raw)).toBe(0);
    expect(
      createHash('sha256')
        .update(await readRawIdx(await openAsBlob(path)))
        .digest('hex'),
    ).toBe(sha256);
  });
});
