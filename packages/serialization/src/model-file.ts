import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { brief } from './brief.js';
import { SerializationError } from './errors.js';
import {
  checkFormat,
  classNamesOf,
  imageShapeOf,
  MODEL_FORMAT,
  MODEL_VERSION,
  modelMetadata,
  pixelScaleOf,
  receiptOf,
} from './model-metadata.js';
import { openSealedSafetensors, sealSafetensors } from './safetensors/seal.js';
import { float32 } from './safetensors/tensor.js';

/**
 * Encodes a model as a safetensors file: `weights` (features x classes) and `bias` (classes) in float32, and metadata as text:
 * `format`, `format_version`, `image_shape`, `class_names`, `pixel_scale`, `receipt.*`, `payload_sha256`, `header_sha256`.
 *
 * @throws ModelError MODEL_INVALID; SerializationError FILE_INVALID_CONTENT
 */
export async function encodeModel(model: SoftmaxRegression): Promise<Uint8Array<ArrayBuffer>> {
  const { features, classes, weights, bias } = checkModel(model).parameters;
  return sealSafetensors({
    tensors: new Map([
      ['weights', float32([features, classes], weights)],
      ['bias', float32([classes], bias)],
    ]),
    metadata: modelMetadata(model),
  });
}

/**
 * Decodes a file of {@link encodeModel}. Any change to it since it was written is found.
 *
 * @throws SerializationError with what was expected and found
 */
export async function decodeModel(bytes: Uint8Array): Promise<SoftmaxRegression> {
  const { tensors, metadata } = await openSealedSafetensors(bytes);
  checkFormat(metadata, MODEL_FORMAT, MODEL_VERSION, 'FILE_NOT_A_MODEL');
  const weights = tensors.get('weights');
  const bias = tensors.get('bias');
  if (weights?.dtype !== 'F32' || bias?.dtype !== 'F32' || tensors.size !== 2) {
    throw notAModel('tensors', 'weights and bias in F32', brief([...tensors.keys()]));
  }
  const [features, classes, ...rest] = weights.shape;
  if (!features || !classes || rest.length > 0 || bias.shape.join() !== `${classes}`) {
    const found = `${brief(weights.shape)} and ${brief(bias.shape)}`;
    throw notAModel('tensors', 'weights of features x classes and bias of classes', found);
  }
  const [imageHeight, imageWidth] = imageShapeOf(metadata);
  try {
    return checkModel({
      parameters: { features, classes, weights: weights.data, bias: bias.data },
      imageHeight,
      imageWidth,
      classNames: classNamesOf(metadata),
      pixelScale: pixelScaleOf(metadata),
      receipt: receiptOf(metadata),
    });
  } catch (error) {
    if (!ModelError.isInstance(error)) throw error;
    throw notAModel(error.subject, error.expected, error.found);
  }
}

function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_MODEL', subject, expected, found });
}
