import { below, seededRandom } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { SerializationError } from '../../src/index.js';
import { unpickle } from '../../src/pickle/unpickle.js';
import { flipped } from '../damage.js';
import { canonical } from './canonical.js';
import { demandThatPythonReadsTheSame, hasPython, readByPython } from './python.js';
import { realFiles } from './real-files.js';

const LIMIT_MS = 120_000;

test.skipIf(!hasPython)('whole files', { timeout: LIMIT_MS }, () => {
  const files = [...realFiles('values'), ...realFiles('data'), ...realFiles('model')];
  const read = readByPython(files.map(([, bytes]) => bytes));
  for (const [index, [name, bytes]] of files.entries()) {
    expect(canonical(unpickle(bytes)), name).toBe(read[index]);
  }
});

test.each(realFiles('values'))(
  'every flipped bit of %s is an error, or what Python reads',
  { timeout: LIMIT_MS },
  (_, file) => {
    const accepted = acceptedFlips(
      file,
      Array.from({ length: 8 * file.length }, (_, bit) => bit),
    );
    expect(accepted.length).toBeGreaterThan(file.length);
    demandThatPythonReadsTheSame(accepted);
  },
);

test.each([...realFiles('data'), ...realFiles('model')])(
  'a hundred flipped bits of %s, each an error or what Python reads',
  { timeout: LIMIT_MS },
  (_, file) => {
    const random = seededRandom(file.length);
    const bits = Array.from({ length: 100 }, () => below(random, 8 * file.length));
    demandThatPythonReadsTheSame(acceptedFlips(file, bits));
  },
);

function acceptedFlips(file: Uint8Array, bits: readonly number[]): [Uint8Array, string][] {
  return bits.flatMap((bit): [Uint8Array, string][] => {
    const bytes = flipped(file, bit);
    try {
      return [[bytes, canonical(unpickle(bytes))]];
    } catch (error) {
      if (!SerializationError.isInstance(error)) throw error;
      return [];
    }
  });
}
