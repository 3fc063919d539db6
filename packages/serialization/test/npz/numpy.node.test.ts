import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { decodeNpzModel, SerializationError } from '../../src/index.js';
import { readModel, writeNpzModel } from '../../src/node/index.js';
import { decodeNpy } from '../../src/npz/npy.js';
import { digitModel } from '../digit-samples.js';
import { bytesOf, TINY_MODEL } from '../samples.js';

const PYTHON = process.env.SOFTREG_PYTHON ?? 'python3';
const check = spawnSync(PYTHON, ['-c', 'import numpy'], { encoding: 'utf8' });
const missing = check.status !== 0;
if (missing) {
  process.stderr.write(
    `SKIPPED, files that NumPy reads and writes: they need a Python with numpy, named by SOFTREG_PYTHON (${PYTHON})\n`,
  );
}

const folder = temporaryFolder();

function python(script: string, path: string): string {
  return execFileSync(PYTHON, ['-c', `import sys, json, numpy as np\n${script}`, path], {
    encoding: 'utf8',
  });
}

describe.skipIf(missing)('NumPy', () => {
  test('reads what is written', async () => {
    const path = join(folder, 'model.npz');
    const model = {
      ...digitModel(),
      classNames: ['"', '\\', '', '數字', '👩‍🚀', '__proto__', '\n', '\u2028', 'a\0b', '9'],
    };
    await writeNpzModel(path, model);
    expect(await readModel(path)).toEqual({ ...model, receipt: {} });
    const read = JSON.parse(
      python(
        `
file = np.load(sys.argv[1])
print(json.dumps({name: [str(file[name].dtype), list(file[name].shape), file[name].tobytes().hex() if name in ('weights', 'bias') else file[name].tolist()] for name in file.files}))`,
        path,
      ),
    );
    const hex = (data: Float32Array) => Buffer.from(bytesOf(data)).toString('hex');
    expect(read).toEqual({
      weights: ['float32', [784, 10], hex(model.parameters.weights)],
      bias: ['float32', [10], hex(model.parameters.bias)],
      image_shape: ['float64', [2], [28, 28]],
      pixel_scale: ['float64', [], 256],
      class_names: [expect.stringMatching(/^<U\d+$/), [10], model.classNames],
    });
  });

  test.each([
    ['np.savez', 'w', "np.array(['left', 'right'])", 'np.array([2, 1])', '256'],
    ['np.savez_compressed', 'w.astype("f8")', "np.array(['left', 'right'])", '[2, 1]', '256.0'],
    ['np.savez', 'np.asfortranarray(w)', "np.array(['left', 'right'])", '(2, 1)', 'np.int64(256)'],
    ['np.savez', 'w.astype(">f8")', "np.array(['left', 'right'], '>U7')", '[2.0, 1.0]', '256'],
  ])('writes what is read: %s of %s', async (save, weights, names, shape, scale) => {
    const path = join(folder, 'written.npz');
    python(
      `
w = np.array([[1.5, -2], [0.25, -0.0]], 'f4')
${save}(sys.argv[1], weights=${weights}, bias=np.array([0.5, -0.125]), class_names=${names}, image_shape=${shape}, pixel_scale=${scale}, other=np.zeros(3))`,
      path,
    );
    expect(await readModel(path)).toEqual({ ...TINY_MODEL, receipt: {} });
  });

  test.each([
    ['bias=np.zeros(2)', 'file', /an array weights, found bias/],
    ['weights=np.zeros((2, 2)), bias=np.zeros(3), GOOD', 'parameters', /biases/],
    ['weights=np.zeros(4), bias=np.zeros(2), GOOD', 'weights', /2 dimensions, found 1/],
    ["weights=np.array([['a']]), bias=np.zeros(2), GOOD", 'weights', /numbers, found texts/],
    ['weights=np.full((2, 2), np.nan), bias=np.zeros(2), GOOD', 'parameters', /finite/],
    ['weights=np.full((2, 2), 1e300), bias=np.zeros(2), GOOD', 'parameters', /finite/],
    ['weights=np.zeros((2, 2), "c16"), bias=np.zeros(2), GOOD', 'weights.npy', /numbers or texts/],
    ['weights=np.array([[object()]]), bias=np.zeros(2), GOOD', 'weights.npy', /numbers or texts/],
  ])('refuses a file of %s', async (arrays, subject, message) => {
    const path = join(folder, 'bad.npz');
    const good = "image_shape=[2, 1], pixel_scale=256, class_names=np.array(['left', 'right'])";
    python(`np.savez(sys.argv[1], ${arrays.replace('GOOD', good)})`, path);
    const reading = readModel(path);
    await expect(reading).rejects.toSatisfy(SerializationError.isInstance);
    await expect(reading).rejects.toMatchObject({ subject: `${path}, ${subject}` });
    await expect(reading).rejects.toThrow(message);
  });
});

describe('an archive that unpacks to more than it has', () => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4000, 4000), }".padEnd(117);
  const head = Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]),
    Buffer.from(`${header}\n`),
  ]);
  const packed = deflateRawSync(Buffer.concat([head, Buffer.alloc(64_000_000)]));

  /** A zip archive of one deflated file, that says `size` of it. */
  function archive(size: number): Uint8Array {
    const name = Buffer.from('weights.npy');
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(size, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
    const entry = Buffer.concat([
      Buffer.from('PK\x01\x02'),
      Buffer.from([20, 0]),
      fields,
      Buffer.alloc(14),
      name,
    ]);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(entry.length, 12);
    end.writeUInt32LE(local.length, 16);
    return Buffer.concat([local, entry, end]);
  }

  test.each([
    ['and says so', 64_000_128, { code: 'FILE_TOO_LARGE', subject: 'weights.npy' }],
    ['and says little', 4096, { code: 'FILE_DAMAGED', found: expect.stringMatching(/size/) }],
  ])('%s', async (_, size, error) => {
    const before = process.memoryUsage().arrayBuffers;
    await expect(decodeNpzModel(archive(size))).rejects.toMatchObject(error);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });
});

test('texts of no characters are refused: there may be any number of them', () => {
  const header = "{'descr': '<U0', 'fortran_order': False, 'shape': (4000000000,), }".padEnd(117);
  const file = Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]),
    Buffer.from(`${header}\n`),
  ]);
  expect(() => decodeNpy('class_names.npy', file)).toThrow(/texts of a character or more/);
});
