import type { SoftmaxRegression } from '@softreg/model';

/** What an ONNX model of another maker may leave open. */
export interface OnnxReading {
  /** What pixels of 0 to 255 are divided by before the graph gets them; used where neither the graph nor the metadata say it. */
  readonly pixelScale?: number | undefined;
}

/**
 * Encodes a model for ONNX Runtime and others: input `image`, float32 [batch, height x width] of pixels of 0 to 255, which the graph
 * divides by the pixel scale; outputs `probabilities`, float32 [batch, classes], and `label`, int64 [batch], the first class of the highest
 * score. The weights are there as the sum of two, whose products with bytes float32 sums nearly as float64 does. Operators of version 13. The
 * metadata are those of our safetensors files, and a checksum of the file. The same model gives the same bytes.
 *
 * @throws ModelError MODEL_INVALID; SerializationError FILE_INVALID_CONTENT for a pixel scale that float32 cannot divide by, texts with half
 * a character, and more than 512 KiB of texts
 */
export async function encodeOnnxModel(model: SoftmaxRegression): Promise<Uint8Array<ArrayBuffer>> {
  // Loaded at the first use, like all of the library that reads and writes the bytes.
  const { encode } = await import('./encode.js');
  return encode(model);
}

/**
 * Decodes an ONNX model that is a softmax regression: those of `encodeOnnxModel` to the bit, and graphs of other makers of one linear layer
 * (Gemm, MatMul and Add, the sum of two such products, or scikit-learn's LinearClassifier), with or without Softmax and ArgMax, after Flatten, Reshape, Cast, and Div or
 * Mul by one number. float64 is rounded to float32. Without names, classes are called 0, 1 and so on; without a shape, images are
 * square, or one row.
 *
 * @throws SerializationError FILE_NOT_A_MODEL naming the node or the part, FILE_DAMAGED, FILE_TOO_LARGE, FILE_UNSUPPORTED_VERSION;
 * FILE_REFUSED for data in other files
 */
export async function decodeOnnxModel(
  bytes: Uint8Array,
  reading: OnnxReading = {},
): Promise<SoftmaxRegression> {
  const { decode } = await import('./decode.js');
  return decode(bytes, reading);
}
