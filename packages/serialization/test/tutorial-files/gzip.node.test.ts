import { gzipSync } from 'node:zlib';
import { countUnpacked, zeroBomb } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { readTutorialData, readTutorialModel } from '../../src/index.js';
import { dataPickle, modelPickle } from './written-pickle.js';

const MIB = 2 ** 20;
const PICKLE = modelPickle();
const GZIP = new Uint8Array(gzipSync(PICKLE));

describe('a gzipped model', () => {
  test('cut anywhere is refused', async () => {
    for (let length = 2; length < GZIP.length; length += 7) {
      await expect(readTutorialModel(GZIP.subarray(0, length)), `${length}`).rejects.toMatchObject({
        name: 'SerializationError',
      });
    }
  });

  test('with a flipped bit is refused, or the same where the bit means nothing', async () => {
    const model = await readTutorialModel(GZIP);
    let same = 0;
    for (let bit = 0; bit < 8 * GZIP.length; bit += bit < 80 ? 1 : 101) {
      const bytes = GZIP.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const read = await readTutorialModel(bytes).catch((error: Error) => error.name);
      if (read === 'SerializationError') continue;
      expect(read, `bit ${bit}`).toEqual(model);
      same += 1;
    }
    // Time, level and system in the header, and a flag that it is text.
    expect(same).toBeLessThan(60);
  });

  test('that lost its trailer’s size, or says another, is refused', async () => {
    for (const size of [0, 1, PICKLE.length - 1, PICKLE.length + 1, MIB]) {
      const bytes = GZIP.slice();
      new DataView(bytes.buffer).setUint32(bytes.length - 4, size, true);
      await expect(readTutorialModel(bytes), `${size}`).rejects.toMatchObject({
        code: 'FILE_BAD_GZIP',
      });
    }
  });

  test('with something behind it is refused', async () => {
    for (const tail of [new Uint8Array(8), GZIP, new TextEncoder().encode('a tail of text')]) {
      const bytes = new Uint8Array([...GZIP, ...tail]);
      await expect(readTutorialModel(bytes)).rejects.toMatchObject({ name: 'SerializationError' });
    }
  });
});

describe('a bomb', () => {
  test.each([
    ['readTutorialModel', readTutorialModel, 2],
    ['readTutorialData', readTutorialData, 513],
  ] as const)('is not unpacked by %s where its trailer tells', async (_, read, mebibytes) => {
    const unpacked = countUnpacked();
    const bytes = zeroBomb(PICKLE, mebibytes, { isCut: true });
    const told = new Uint8Array([...bytes, ...new Uint8Array(8)]);
    new DataView(told.buffer).setUint32(told.length - 4, mebibytes * MIB + PICKLE.length, true);
    await expect(read(told)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(unpacked()).toBe(0);
  });

  test('is unpacked as far as its trailer says where that lies', async () => {
    const unpacked = countUnpacked();
    const bytes = new Uint8Array(zeroBomb(PICKLE, 200));
    new DataView(bytes.buffer).setUint32(bytes.length - 4, PICKLE.length, true);
    await expect(readTutorialModel(bytes)).rejects.toMatchObject({ code: 'FILE_BAD_GZIP' });
    expect(unpacked()).toBeLessThan(6 * MIB);
  });
});

test('data of one chunk of deflate, and of many', async () => {
  const pickle = dataPickle();
  const data = await readTutorialData(pickle);
  for (const level of [0, 1, 9]) {
    expect(await readTutorialData(new Uint8Array(gzipSync(pickle, { level })))).toEqual(data);
  }
});
