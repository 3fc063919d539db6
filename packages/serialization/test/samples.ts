import type { SoftmaxRegression } from '@softreg/model';
import type { Checkpoint } from '../src/index.js';
import { seededRandom } from './random.js';

/** Two classes of images of 2 x 1 pixels. */
export const TINY_MODEL: SoftmaxRegression = {
  parameters: {
    features: 2,
    classes: 2,
    weights: Float32Array.of(1.5, -2, 0.25, -0),
    bias: Float32Array.of(0.5, -0.125),
  },
  imageHeight: 2,
  imageWidth: 1,
  classNames: ['left', 'right'],
  pixelScale: 256,
  receipt: { epochs: '74' },
};

export const TINY_CHECKPOINT: Checkpoint = {
  arrays: {
    weights: { shape: [2, 2], data: TINY_MODEL.parameters.weights },
    bias: { shape: [2], data: TINY_MODEL.parameters.bias },
  },
  values: '{"epoch":3}',
  config: '{"seed":1}',
};

/** A model of MNIST's size. */
export function digitModel(seed = 1): SoftmaxRegression {
  return {
    parameters: {
      features: 784,
      classes: 10,
      weights: floats(7840, seed),
      bias: floats(10, seed + 1),
    },
    imageHeight: 28,
    imageWidth: 28,
    classNames: Array.from({ length: 10 }, (_, digit) => `${digit}`),
    pixelScale: 256,
    receipt: { dataset: 'mnist', epochs: '74', 'learning rate': '0.13' },
  };
}

export function digitCheckpoint(): Checkpoint {
  const { weights, bias } = digitModel().parameters;
  return {
    arrays: {
      weights: { shape: [784, 10], data: weights },
      bias: { shape: [10], data: bias },
    },
    values: JSON.stringify({ epoch: 3, history: [{ errors: 720, count: 9600 }] }),
    config: JSON.stringify({ dataset: 'mnist', seed: 1 }),
  };
}

function floats(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => random() - 0.5);
}

export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
