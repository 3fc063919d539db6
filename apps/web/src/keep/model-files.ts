import type { SoftmaxRegression } from '@softreg/model';
import {
  type Checkpoint,
  decodeCheckpoint,
  decodeModel,
  decodeNpzModel,
  decodeOnnxModel,
  decodeTfjsModel,
  encodeModel,
  encodeNpzModel,
  encodeOnnxModel,
  encodeStandaloneModel,
  encodeTfjsModel,
  SerializationError,
} from '@softreg/serialization';
import type { ModelFile } from './formats.js';

export { encodeCheckpoint } from '@softreg/serialization';

/** The bytes of a file of a model. @throws ModelError, SerializationError */
export async function encodeModelFile(
  model: SoftmaxRegression,
  file: ModelFile,
): Promise<Uint8Array> {
  switch (file) {
    case 'model.safetensors':
      return encodeModel(model);
    case 'model.json':
    case 'weights.bin':
      return encodeTfjsModel(model)[file];
    case 'model.onnx':
      return encodeOnnxModel(model);
    case 'model.npz':
      return encodeNpzModel(model);
    case 'model.js':
      return new TextEncoder().encode(encodeStandaloneModel(model));
  }
}

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type Decoded =
  | { readonly kind: 'model'; readonly model: SoftmaxRegression }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint };

/** What one file holds. @throws SerializationError naming the file */
export async function decodeFile({ name, bytes }: NamedBytes): Promise<Decoded> {
  return naming(name, async () => {
    if (/\.onnx$/i.test(name)) return { kind: 'model', model: await decodeOnnxModel(bytes) };
    if (/\.npz$/i.test(name)) return { kind: 'model', model: await decodeNpzModel(bytes) };
    return decodeSafetensors(bytes);
  });
}

/** A model of TensorFlow.js. @throws SerializationError naming the file */
export function decodeTfjsFiles(description: NamedBytes, weights: NamedBytes): Promise<Decoded> {
  return naming(`${description.name}, ${weights.name}`, async () => {
    const files = { 'model.json': exact(description.bytes), 'weights.bin': exact(weights.bytes) };
    return { kind: 'model', model: decodeTfjsModel(files) };
  });
}

/** A model, or else a checkpoint. */
async function decodeSafetensors(bytes: Uint8Array): Promise<Decoded> {
  try {
    return { kind: 'model', model: await decodeModel(bytes) };
  } catch (error) {
    if (!SerializationError.isInstance(error) || error.code !== 'FILE_NOT_A_MODEL') throw error;
    const checkpoint = await decodeCheckpoint(bytes).catch((other: unknown) => {
      const isNeither =
        SerializationError.isInstance(other) &&
        other.code === 'FILE_NOT_A_CHECKPOINT' &&
        other.subject === 'file';
      throw isNeither ? error : other;
    });
    return { kind: 'checkpoint', checkpoint };
  }
}

async function naming<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!SerializationError.isInstance(error)) throw error;
    const { code, subject, expected, found, offset, advice, cause } = error;
    const named = `${name}, ${subject}`;
    throw new SerializationError({
      code,
      subject: named,
      expected,
      found,
      offset,
      advice,
      cause,
    });
  }
}

function exact(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
