import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeNpzModel, encodeNpzModel, SerializationError } from '../../src/index.js';
import { TINY_MODEL } from '../samples.js';

/** Every bit in full runs; else one of three, so some of each byte. In a page there is no setting. */
const STEP = globalThis.process?.env.SOFTREG_TEST_SCALE === 'full' ? 1 : 3;

/** What a file holds of a model. */
const kept = <Model extends object>(model: Model) => ({ ...model, receipt: {} });

async function outcomeOf(bytes: Uint8Array): Promise<unknown> {
  return decodeNpzModel(bytes).catch((error: unknown) => {
    if (!SerializationError.isInstance(error)) throw error;
    return error;
  });
}

test('a model is the same after it, to the bit, and its file the same each time', async () => {
  const bytes = await encodeNpzModel(TINY_MODEL);
  expect(await decodeNpzModel(bytes)).toEqual(kept(TINY_MODEL));
  expect(await encodeNpzModel(TINY_MODEL)).toEqual(bytes);
});

test('class names of any characters', async () => {
  const name = fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.replace(/\0+$/, ''));
  await fc.assert(
    fc.asyncProperty(fc.tuple(name, name), async (classNames) => {
      const model = { ...TINY_MODEL, classNames };
      expect((await decodeNpzModel(await encodeNpzModel(model))).classNames).toEqual(classNames);
    }),
    { numRuns: 50 },
  );
  for (const bad of ['a\0', '\ud800']) {
    await expect(
      encodeNpzModel({ ...TINY_MODEL, classNames: ['left', bad] }),
    ).rejects.toMatchObject({ code: 'FILE_INVALID_CONTENT', subject: 'class names' });
  }
});

describe('damage is told', () => {
  test('every truncation', async () => {
    const bytes = await encodeNpzModel(TINY_MODEL);
    for (let length = 0; length < bytes.length; length++) {
      expect(await outcomeOf(bytes.subarray(0, length)), `${length}`).toSatisfy(
        SerializationError.isInstance,
      );
    }
  });

  test('flipped bits are an error, or change nothing', async () => {
    const bytes = await encodeNpzModel(TINY_MODEL);
    let refused = 0;
    let flipped = 0;
    for (let bit = 0; bit < 8 * bytes.length; bit += STEP) {
      flipped += 1;
      const copy = bytes.slice();
      copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
      const outcome = await outcomeOf(copy);
      if (SerializationError.isInstance(outcome)) refused += 1;
      else expect(outcome, `bit ${bit}`).toEqual(kept(TINY_MODEL));
    }
    // Of the arrays each bit is under a checksum; of the archive's own records some say nothing about content.
    expect(refused).toBeGreaterThan(0.7 * flipped);
  }, 60_000);

  test('what is no archive', async () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode('<!doctype html>')]) {
      expect(await outcomeOf(bytes)).toMatchObject({ code: 'FILE_DAMAGED' });
    }
  });
});
