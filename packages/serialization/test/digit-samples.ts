import type { SoftmaxRegression } from '@softreg/model';
import { seededRandom } from '@softreg/testkit';
import type { Checkpoint } from '../src/index.js';

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
