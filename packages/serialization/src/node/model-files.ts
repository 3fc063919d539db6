import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { WriteOptions } from '@softreg/atomic-file';
import type { SoftmaxRegression } from '@softreg/model';
import { decodeModel, encodeModel } from '../model-file.js';
import { decodeNpzModel, encodeNpzModel } from '../npz/npz-model.js';
import { decodeOnnxModel, encodeOnnxModel, type OnnxReading } from '../onnx/onnx-model.js';
import { encodeStandaloneModel } from '../standalone/encode-standalone-model.js';
import { decodeTfjsModel } from '../tfjs/decode-tfjs-model.js';
import { encodeTfjsModel, MODEL_FILE, WEIGHTS_FILE } from '../tfjs/encode-tfjs-model.js';
import { makeWritableFolder, namingFile, readWhole, writeWhole } from './files.js';
import { readTutorialModel } from './tutorial-files.js';

/**
 * Reads a model: a safetensors file, a TensorFlow.js layers model by its folder or its `model.json`, `.onnx`, NumPy's `.npz`, or the
 * tutorial's own pickle (`.pkl`, also with `.gz`).
 *
 * @param reading for ONNX models of other makers
 * @throws SerializationError naming the file, what was expected and what was found
 */
export async function readModel(
  path: string,
  reading: OnnxReading = {},
): Promise<SoftmaxRegression> {
  if (/\.pkl(\.gz)?$/i.test(path)) return readTutorialModel(path);
  if (/\.npz$/i.test(path)) {
    const bytes = await readWhole(path);
    return namingFile(path, () => decodeNpzModel(bytes));
  }
  if (/\.onnx$/i.test(path)) {
    const bytes = await readWhole(path);
    return namingFile(path, () => decodeOnnxModel(bytes, reading));
  }
  const folder = await tfjsFolder(path);
  if (folder === undefined) {
    const bytes = await readWhole(path);
    return namingFile(path, () => decodeModel(bytes));
  }
  const files = {
    [MODEL_FILE]: await readWhole(join(folder, MODEL_FILE)),
    [WEIGHTS_FILE]: await readWhole(join(folder, WEIGHTS_FILE)),
  };
  return namingFile(join(folder, MODEL_FILE), () => decodeTfjsModel(files));
}

/**
 * Writes a model as one safetensors file, whole or not at all.
 *
 * @throws SerializationError FILE_WRITE_FAILED, FILE_INVALID_CONTENT; ModelError
 */
export async function writeModel(
  path: string,
  model: SoftmaxRegression,
  options?: WriteOptions,
): Promise<void> {
  await writeWhole(path, await encodeModel(model), options);
}

/**
 * Writes a model for `tf.loadLayersModel` into a folder, which is made if it is not there. `model.json` comes last: a folder that
 * has it has all.
 *
 * @throws SerializationError FILE_WRITE_FAILED, FILE_INVALID_CONTENT; ModelError
 */
export async function writeTfjsModel(
  folder: string,
  model: SoftmaxRegression,
  options?: WriteOptions,
): Promise<void> {
  const files = encodeTfjsModel(model);
  await makeWritableFolder(folder);
  await writeWhole(join(folder, WEIGHTS_FILE), files[WEIGHTS_FILE], options);
  await writeWhole(join(folder, MODEL_FILE), files[MODEL_FILE], options);
}

/**
 * Writes a model as one JavaScript module that needs nothing else, whole or not at all.
 *
 * @throws SerializationError FILE_WRITE_FAILED; ModelError
 */
export async function writeStandaloneModel(
  path: string,
  model: SoftmaxRegression,
  options?: WriteOptions,
): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(encodeStandaloneModel(model)), options);
}

/**
 * Writes a model as NumPy's `.npz`, whole or not at all.
 *
 * @throws SerializationError FILE_WRITE_FAILED, FILE_INVALID_CONTENT; ModelError
 */
export async function writeNpzModel(
  path: string,
  model: SoftmaxRegression,
  options?: WriteOptions,
): Promise<void> {
  await writeWhole(path, await encodeNpzModel(model), options);
}

/**
 * Writes a model as ONNX, whole or not at all.
 *
 * @throws SerializationError FILE_WRITE_FAILED, FILE_INVALID_CONTENT; ModelError
 */
export async function writeOnnxModel(
  path: string,
  model: SoftmaxRegression,
  options?: WriteOptions,
): Promise<void> {
  await writeWhole(path, await encodeOnnxModel(model), options);
}

async function tfjsFolder(path: string): Promise<string | undefined> {
  if (basename(path) === MODEL_FILE) return dirname(path);
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? path : undefined;
}
