import { areFinite } from '@softreg/model';
import { brief } from './brief.js';
import { SerializationError } from './errors.js';
import { checkFormat } from './model-metadata.js';
import { openSealedSafetensors, sealSafetensors } from './safetensors/seal.js';
import { float32, type Tensor, uint8 } from './safetensors/tensor.js';
import { decodeUtf8 } from './utf8.js';

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
const VERSION = '2';
const TEXTS = ['values', 'config'] as const;

/** Before their names, so that they are none of an array. */
const TEXT_PREFIX = 'json.';

/** A history of some hundred thousand validations. */
const MAX_TEXT_BYTES = 2 ** 26;

/**
 * Encodes a checkpoint as a safetensors file, sealed like a model file. The texts are arrays of bytes, as they grow with the run: the header
 * must not. Arrays must be of finite numbers.
 *
 * @throws SerializationError FILE_INVALID_CONTENT
 */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  const arrays = Object.entries(checkpoint.arrays);
  for (const [name, { data }] of arrays) {
    const subject = `array ${brief(name)}`;
    if (name.startsWith(TEXT_PREFIX)) throw invalid(subject, 'another name', 'that of a text');
    if (!areFinite(data)) throw invalid(subject, FINITE, 'NaN or an infinity');
  }
  return sealSafetensors({
    tensors: new Map([
      ...arrays.map(([name, { shape, data }]) => [name, float32(shape, data)] as const),
      ...TEXTS.map(
        (name) => [`${TEXT_PREFIX}${name}`, encodeText(name, checkpoint[name])] as const,
      ),
    ]),
    metadata: new Map([
      ['format', FORMAT],
      ['format_version', VERSION],
    ]),
  });
}

/** @throws SerializationError with what was expected and found */
export async function decodeCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const { tensors, metadata } = await openSealedSafetensors(bytes);
  checkFormat(metadata, FORMAT, VERSION, 'FILE_NOT_A_CHECKPOINT');
  const arrays: [string, { shape: readonly number[]; data: Float32Array }][] = [];
  for (const [name, { dtype, shape, data }] of tensors) {
    if (TEXTS.some((text) => name === `${TEXT_PREFIX}${text}`)) continue;
    const subject = `tensor ${brief(name)}`;
    if (dtype !== 'F32') throw notACheckpoint(subject, 'F32', dtype);
    if (!areFinite(data)) throw notACheckpoint(subject, FINITE, 'NaN or an infinity');
    arrays.push([name, { shape, data }]);
  }
  const [values, config] = TEXTS.map((name) => decodeText(name, tensors));
  return { arrays: Object.fromEntries(arrays), values: values as string, config: config as string };
}

const FINITE = 'finite numbers';

function encodeText(name: string, text: string): Tensor {
  // TypeScript says so already, but not everyone asks it.
  if (typeof text !== 'string') throw invalid(name, 'text', brief(text));
  if (/\p{Surrogate}/u.test(text)) throw invalid(name, 'whole characters', 'half of one');
  const data = new TextEncoder().encode(text);
  if (data.length > MAX_TEXT_BYTES) {
    throw invalid(name, `at most ${MAX_TEXT_BYTES} bytes`, `${data.length}`);
  }
  return uint8(data);
}

function decodeText(name: string, tensors: ReadonlyMap<string, Tensor>): string {
  const tensor = tensors.get(`${TEXT_PREFIX}${name}`);
  const subject = `tensor ${TEXT_PREFIX}${name}`;
  const expected = `at most ${MAX_TEXT_BYTES} bytes of type U8`;
  if (tensor?.dtype !== 'U8') throw notACheckpoint(subject, expected, tensor?.dtype ?? 'nothing');
  if (tensor.data.length > MAX_TEXT_BYTES) {
    throw notACheckpoint(subject, expected, `${tensor.data.length}`);
  }
  const text = decodeUtf8(tensor.data);
  if (text === undefined) throw notACheckpoint(subject, 'UTF-8 text', 'other bytes');
  return text;
}

function notACheckpoint(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_CHECKPOINT', subject, expected, found });
}

function invalid(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_INVALID_CONTENT', subject, expected, found });
}
