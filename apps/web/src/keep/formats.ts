/** Forms that a model is kept in, and the files of each. */
export const FORMATS = {
  safetensors: ['model.safetensors'],
  tfjs: ['model.json', 'weights.bin'],
  onnx: ['model.onnx'],
  npz: ['model.npz'],
  js: ['model.js'],
} as const;

export type Format = keyof typeof FORMATS;

export type ModelFile = (typeof FORMATS)[Format][number];

export const CHECKPOINT_FILE = 'checkpoint.safetensors';

/** Endings of files that can be opened. */
export const OPENED_ENDINGS = ['.safetensors', '.json', '.bin', '.onnx', '.npz'] as const;

/** Larger ones are not read: a model of 28 x 28 pixels and 10 classes has 31 KB. */
export const MAX_FILE_BYTES = 64 * 2 ** 20;

export function hasEnding(name: string, ...endings: readonly string[]): boolean {
  return endings.some((ending) => name.toLowerCase().endsWith(ending));
}
