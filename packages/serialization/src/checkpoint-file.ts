import { brief } from './brief.js';
import { SerializationError } from './errors.js';
import { checkFormat } from './model-file.js';
import { openSealedSafetensors, sealSafetensors } from './safetensors/seal.js';
import { float32 } from './safetensors/tensor.js';

/** A run that can be gone on with. */
export interface Checkpoint {
  /** Named arrays of the trainer's state. */
  readonly arrays: Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>;
  /** The rest of the trainer's state, as JSON text. */
  readonly values: string;
  /** What the run was started with, as JSON text. */
  readonly config: string;
}

const FORMAT = 'softreg-checkpoint';
const VERSION = '1';

/**
 * Encodes a checkpoint as a safetensors file, sealed like a model file.
 *
 * @throws SerializationError FILE_INVALID_CONTENT
 */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  return sealSafetensors({
    tensors: new Map(
      Object.entries(checkpoint.arrays).map(([name, { shape, data }]) => [
        name,
        float32(shape, data),
      ]),
    ),
    metadata: new Map([
      ['format', FORMAT],
      ['format_version', VERSION],
      ['values', checkpoint.values],
      ['config', checkpoint.config],
    ]),
  });
}

/** @throws SerializationError with what was expected and found */
export async function decodeCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const { tensors, metadata } = await openSealedSafetensors(bytes);
  checkFormat(metadata, FORMAT, VERSION, 'FILE_NOT_A_CHECKPOINT');
  const values = metadata.get('values');
  const config = metadata.get('config');
  if (values === undefined || config === undefined) {
    throw notACheckpoint('metadata', 'values and config', brief([...metadata.keys()]));
  }
  const arrays: [string, { shape: readonly number[]; data: Float32Array }][] = [];
  for (const [name, tensor] of tensors) {
    if (tensor.dtype !== 'F32') throw notACheckpoint(`tensor ${brief(name)}`, 'F32', tensor.dtype);
    arrays.push([name, { shape: tensor.shape, data: tensor.data }]);
  }
  return { arrays: Object.fromEntries(arrays), values, config };
}

function notACheckpoint(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_CHECKPOINT', subject, expected, found });
}
