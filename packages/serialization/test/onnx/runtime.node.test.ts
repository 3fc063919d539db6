import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { predict, type SoftmaxRegression } from '@softreg/model';
import { goldenFolder, mnistFolder, readNpy } from '@softreg/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeOnnxModel } from '../../src/index.js';
import { digitModel } from '../digit-samples.js';
import { runtimeOutputs } from './onnx-runtime.js';

const TOLERANCE = 1e-6;
const mnist = mnistFolder();
const golden = goldenFolder();

async function expectSame(
  model: SoftmaxRegression,
  pixels: Uint8Array,
  file: Uint8Array,
  tolerance: number,
) {
  const { features } = model.parameters;
  const shape = [pixels.length / features, features];
  const outputs = await runtimeOutputs(file, pixels, 1, shape);
  expect(Object.keys(outputs)).toEqual(['probabilities', 'label']);
  const expected = predict(model, pixels);
  const probabilities = expected.flatMap((prediction) => [...prediction.probabilities]);
  const { probabilities: found = [], label = [] } = outputs;
  expect(found).toHaveLength(probabilities.length);
  const distances = probabilities.map((p, i) => Math.abs(p - Number(found[i])));
  expect(Math.max(...chunked(distances))).toBeLessThan(tolerance);
  // Two classes as probable as float32 can tell may change places.
  for (const [i, prediction] of expected.entries()) {
    const best = prediction.probabilities[prediction.label] as number;
    const chosen = prediction.probabilities[Number(label[i])] as number;
    expect(best - chosen).toBeLessThan(tolerance);
  }
  return { expected, label };
}

/** The largest of each thousand: Math.max takes no hundred thousand arguments. */
function chunked(values: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(values.length / 1000) }, (_, i) =>
    Math.max(...values.slice(1000 * i, 1000 * (i + 1))),
  );
}

const arbitrary = fc
  .record({
    imageHeight: fc.integer({ min: 1, max: 12 }),
    imageWidth: fc.integer({ min: 1, max: 12 }),
    classes: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 12 }), fc.constant(300)),
    images: fc.integer({ min: 1, max: 9 }),
    pixelScale: fc.constantFrom(1, 255, 256, 0.1, 1000),
  })
  .chain(({ imageHeight, imageWidth, classes, images, pixelScale }) => {
    const features = imageHeight * imageWidth;
    // Scores of a size that float32 knows to 1e-7, whatever the scale.
    const most = Math.fround((2 * pixelScale) / 255 / features);
    const floats = (length: number, limit: number) =>
      fc
        .array(fc.float({ min: -limit, max: limit, noNaN: true }), {
          minLength: length,
          maxLength: length,
        })
        .map((values) => Float32Array.from(values));
    return fc.record({
      pixels: fc.uint8Array({ minLength: images * features, maxLength: images * features }),
      model: fc.record({
        parameters: fc.record({
          features: fc.constant(features),
          classes: fc.constant(classes),
          weights: floats(features * classes, most),
          bias: floats(classes, 2),
        }),
        imageHeight: fc.constant(imageHeight),
        imageWidth: fc.constant(imageWidth),
        classNames: fc.constant(Array.from({ length: classes }, (_, k) => `${k}`)),
        pixelScale: fc.constant(pixelScale),
        receipt: fc.constant({}),
      }),
    });
  });

test('ONNX Runtime computes what we compute, of images of any shape, of one class or many', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ model, pixels }) => {
      await expectSame(model, pixels, await encodeOnnxModel(model), TOLERANCE);
    }),
    { numRuns: 300 },
  );
}, 120_000);

/** Of the digits, with weights as large as those of longer training, and with a scale by which division is not exact. */
test.skipIf(mnist === undefined || golden === undefined).each([
  [1, 255],
  [2, 256],
])(
  'sums of 784 products in float32: %d times the tutorial’s weights, pixels divided by %d',
  async (factor, pixelScale) => {
    const tutorial = tutorialModel();
    const { weights } = tutorial.parameters;
    const parameters = { ...tutorial.parameters, weights: weights.map((w) => factor * w) };
    const model = { ...tutorial, parameters, pixelScale };
    const pixels = payload('t10k-images-idx3-ubyte', 16);
    await expectSame(model, pixels, await encodeOnnxModel(model), TOLERANCE);
  },
  60_000,
);

test.skipIf(mnist === undefined || golden === undefined)(
  'ONNX Runtime says of the 10,000 test digits what we say, with the tutorial’s weights',
  async () => {
    const model = tutorialModel();
    const file = await encodeOnnxModel(model);
    const pixels = payload('t10k-images-idx3-ubyte', 16);
    const { expected, label } = await expectSame(model, pixels, file, TOLERANCE);
    expect(label).toEqual(expected.map((prediction) => prediction.label));
    const truth = payload('t10k-labels-idx1-ubyte', 8);
    expect(truth).toHaveLength(10_000);
    // The tutorial's 719 errors are of the first 9,600.
    expect(label.slice(0, 9600).filter((found, i) => found !== truth[i])).toHaveLength(719);
  },
  60_000,
);

function tutorialModel(): SoftmaxRegression {
  const numbers = (name: string) =>
    Float32Array.from(readNpy(readFileSync(join(golden as string, `${name}.npy`))).data);
  const [weights, bias] = [numbers('mnist-tutorial-weights'), numbers('mnist-tutorial-bias')];
  return { ...digitModel(), parameters: { features: 784, classes: 10, weights, bias } };
}

function payload(name: string, header: number): Uint8Array {
  const raw = join(mnist as string, name);
  const bytes = existsSync(raw) ? readFileSync(raw) : gunzipSync(readFileSync(`${raw}.gz`));
  return new Uint8Array(bytes.subarray(header));
}
