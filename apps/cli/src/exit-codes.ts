import { BackendError } from '@softreg/backend';
import { DatasetError } from '@softreg/datasets';
import { IdxError } from '@softreg/idx';
import { ModelError } from '@softreg/model';
import { SerializationError } from '@softreg/serialization';
import { TrainingError } from '@softreg/trainer';
import { ImageError } from './images/image-error.js';
import { UsageError } from './usage-error.js';

/** What the process ends with. */
export const EXIT = {
  done: 0,
  /** A fault of ours. */
  bug: 1,
  usage: 2,
  /** A data, image or model file is missing or bad. */
  badData: 3,
  /** The machine lacks something, or has lost it: a backend, the network, room on a disk. */
  environment: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Readonly<Record<string, ExitCode>> = {
  DATASET_UNKNOWN: EXIT.usage,
  DATASET_UNREACHABLE: EXIT.environment,
  DATASET_CACHE_FAILED: EXIT.environment,
  FILE_WRITE_FAILED: EXIT.environment,
  BACKEND_UNKNOWN: EXIT.usage,
  BACKEND_UNAVAILABLE: EXIT.environment,
  BACKEND_LOST: EXIT.environment,
  BACKEND_OUT_OF_MEMORY: EXIT.environment,
  TRAINING_INVALID_SETTING: EXIT.usage,
};

/** The exit code for an error, or undefined for one that no one expected. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ImageError || IdxError.isInstance(error)) return EXIT.badData;
  if (
    DatasetError.isInstance(error) ||
    SerializationError.isInstance(error) ||
    ModelError.isInstance(error) ||
    TrainingError.isInstance(error)
  ) {
    return BY_CODE[error.code] ?? EXIT.badData;
  }
  if (BackendError.isInstance(error)) return BY_CODE[error.code];
  return undefined;
}
