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

/** As the tutorial's run leaves it: the last and the best parameters, and 74 validations. */
export function digitCheckpoint(): Checkpoint {
  const { weights, bias } = digitModel().parameters;
  const best = digitModel(3).parameters;
  const history = Array.from({ length: 74 }, (_, epoch) => ({
    epoch,
    minibatch: 83,
    validation: { errors: 1176 - 6 * epoch, count: 9600 },
    test: { errors: 1200 - 6 * epoch, count: 9600 },
  }));
  return {
    arrays: {
      weights: { shape: [784, 10], data: weights },
      bias: { shape: [10], data: bias },
      best_weights: { shape: [784, 10], data: best.weights },
      best_bias: { shape: [10], data: best.bias },
    },
    values: JSON.stringify({ iterations: 6142, patience: 12_000, history }),
    config: JSON.stringify({ dataset: 'mnist', seed: 1 }),
  };
}

function floats(length: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => random() - 0.5);
}
