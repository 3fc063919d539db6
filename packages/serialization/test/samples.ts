import type { SoftmaxRegression } from '@softreg/model';
import type { Checkpoint } from '../src/index.js';

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

export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
