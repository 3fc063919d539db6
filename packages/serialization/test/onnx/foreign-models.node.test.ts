import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { predict } from '@softreg/model';
import { seededRandom } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { decodeOnnxModel } from '../../src/index.js';
import { runtimeOutputs } from './onnx-runtime.js';

const FOLDER = fileURLToPath(new URL('models/', import.meta.url));
const CLASSES = 3;
const IMAGES = 40;

/** The input of each file, beside the batch; [6] where it is not named. */
const SHAPES: Record<string, number[]> = {
  'hand-bytes': [3, 2],
  'hand-reshaped': [1, 2, 3],
  'hand-reshaped-opset-7': [2, 3],
  'torch-channel': [1, 3, 2],
  'torch-dynamo': [2, 3],
  'torch-probabilities': [2, 3],
};
const NAMES: Record<string, string[]> = {
  'sklearn-default': ['3', '5', '8'],
  'sklearn-matmul': ['3', '5', '8'],
  'sklearn-matmul-opset-9': ['3', '5', '8'],
  'sklearn-names': ['a', 'b', 'ç'],
};
const PROBABILITIES = [
  'hand-all',
  'hand-reshaped-opset-7',
  'sklearn-default',
  'sklearn-matmul',
  'sklearn-matmul-opset-9',
  'sklearn-names',
  'sklearn-tensors',
  'torch-channel',
  'torch-dynamo',
  'torch-probabilities',
];

const files = readdirSync(FOLDER).map((name) => name.replace('.onnx', ''));

test('there are models of each maker', () => {
  const makers = files.map((name) => name.split('-')[0]);
  expect(new Set(makers)).toEqual(new Set(['hand', 'sklearn', 'torch']));
  expect(files).toHaveLength(24);
});

test.each(files)('%s says what ONNX Runtime says', async (name) => {
  const bytes = new Uint8Array(readFileSync(`${FOLDER}${name}.onnx`));
  const shape = SHAPES[name] ?? [6];
  const random = seededRandom(1);
  const pixels = Uint8Array.from({ length: 6 * IMAGES }, () => 256 * random());
  // scikit-learn's models have no division in them: these here say in their metadata that it is by 64.
  const isDividedBefore = name.startsWith('sklearn');
  const outputs = await runtimeOutputs(bytes, pixels, isDividedBefore ? 64 : 1, [IMAGES, ...shape]);
  const model = await decodeOnnxModel(bytes);
  expect([model.imageHeight, model.imageWidth]).toEqual(
    shape.length > 1 ? shape.slice(-2) : [1, 6],
  );
  expect(model.classNames).toEqual(NAMES[name] ?? ['0', '1', '2']);
  const scale = isDividedBefore || name === 'hand-twice-divided' ? 64 : 255;
  expect(model.pixelScale / scale).toBeCloseTo(1, 6);
  const expected = predict(model, pixels);
  expect(new Set(expected.map(({ label }) => label)).size).toBeGreaterThan(1);
  expect(Object.keys(outputs)).not.toEqual([]);
  for (const values of Object.values(outputs)) {
    if (values.length === IMAGES) {
      const names = values.map((found) =>
        isDividedBefore ? `${found}` : model.classNames[+found],
      );
      expect(names).toEqual(expected.map(({ className }) => className));
      continue;
    }
    for (const [i, { probabilities }] of expected.entries()) {
      const row = values.slice(CLASSES * i, CLASSES * (i + 1)).map(Number);
      const found = PROBABILITIES.includes(name) ? row : softmax(row);
      for (const [k, p] of probabilities.entries()) expect(found[k]).toBeCloseTo(p, 6);
    }
  }
});

function softmax(scores: readonly number[]): number[] {
  const exponentials = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}
