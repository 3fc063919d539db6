import { checkModel, type SoftmaxRegression } from '@softreg/model';
import { toJson } from '../json.js';

export const WEIGHTS_FILE = 'weights.bin';
export const MODEL_FILE = 'model.json';

/** The two files of a TensorFlow.js layers model, to lie in one folder. */
export interface TfjsModelFiles {
  readonly 'model.json': Uint8Array<ArrayBuffer>;
  readonly 'weights.bin': Uint8Array<ArrayBuffer>;
}

/**
 * Encodes a model for `tf.loadLayersModel`: one dense layer with softmax. Its input is [images, height x width] of pixels that
 * are divided by the model's pixel scale already; scale, image shape and class names are in `userDefinedMetadata`.
 *
 * @throws ModelError MODEL_INVALID; SerializationError FILE_INVALID_CONTENT
 */
export function encodeTfjsModel(model: SoftmaxRegression): TfjsModelFiles {
  const { parameters, imageHeight, imageWidth, classNames, pixelScale } = checkModel(model);
  const { features, classes, weights, bias } = parameters;
  const topology = {
    class_name: 'Sequential',
    config: {
      name: 'softmax_regression',
      layers: [
        {
          class_name: 'Dense',
          config: {
            name: 'dense',
            trainable: true,
            batch_input_shape: [null, features],
            dtype: 'float32',
            units: classes,
            activation: 'softmax',
            use_bias: true,
            kernel_initializer: { class_name: 'Zeros', config: {} },
            bias_initializer: { class_name: 'Zeros', config: {} },
          },
        },
      ],
    },
    keras_version: 'tfjs-layers 4.22.0',
    backend: 'tensor_flow.js',
  };
  const description = {
    format: 'layers-model',
    generatedBy: 'softreg',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [
      {
        paths: [WEIGHTS_FILE],
        weights: [
          { name: 'dense/kernel', shape: [features, classes], dtype: 'float32' },
          { name: 'dense/bias', shape: [classes], dtype: 'float32' },
        ],
      },
    ],
    userDefinedMetadata: { imageShape: [imageHeight, imageWidth], classNames, pixelScale },
  };
  return {
    [MODEL_FILE]: new TextEncoder().encode(`${toJson(description, MODEL_FILE, { indent: 2 })}\n`),
    [WEIGHTS_FILE]: littleEndian(weights, bias),
  };
}

function littleEndian(...arrays: Float32Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const array of arrays) {
    for (const value of array) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return bytes;
}
