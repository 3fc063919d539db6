import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { encodeNpzModel, SerializationError } from '../../src/index.js';
import { readModel, writeNpzModel } from '../../src/node/index.js';
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

test('an archive that unpacks to more than a model has is not unpacked', async () => {
  // The size is said three times: before the file, in the directory, and by what comes out.
  const bytes = await encodeNpzModel(TINY_MODEL);
  const path = join(folder, 'large.npz');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const directory = bytes.findIndex(
    (_, at) => view.byteLength - at > 46 && view.getUint32(at, true) === 0x02014b50,
  );
  view.setUint32(directory + 24, 2 ** 30, true);
  writeFileSync(path, bytes);
  const { code } = await readModel(path).then(
    () => ({ code: 'accepted' }),
    (error: SerializationError) => error,
  );
  expect(['FILE_TOO_LARGE', 'FILE_DAMAGED']).toContain(code);
  expect(readFileSync(path).length).toBe(bytes.length);
});
