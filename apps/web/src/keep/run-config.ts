import { CATALOG, DIGITS, MNIST } from '@softreg/datasets';
import type { PackedState, RunSettings } from '@softreg/trainer';
import type { DataSource } from '../session/protocol.js';
import type { DataHashes } from './data-hashes.js';

/** What a run was started with, as the command line writes it into a checkpoint. */
export interface RunConfig {
  readonly version: string;
  readonly dataset: string;
  /** Path, on the machine of the command line, of the file that describes the data. */
  readonly entry?: string;
  readonly sha256: DataHashes;
  /** Whether images were read as they were needed, in other orders. */
  readonly stream?: true;
  readonly pixelScale: number;
  readonly backend: string;
  readonly settings: RunSettings;
}

/** A run as the worker has it. */
export interface RunNow {
  readonly state: PackedState;
  readonly settings: RunSettings;
  readonly backend: string;
  readonly data: DataSource['kind'];
  readonly sha256: DataHashes;
}

/** @returns undefined for text that is no configuration of a run; its settings are for the trainer to check */
export function parseRunConfig(text: string): RunConfig | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { settings, dataset, sha256, backend, pixelScale } = (value ?? {}) as Partial<RunConfig>;
  const isConfig =
    typeof settings === 'object' &&
    settings !== null &&
    typeof sha256 === 'object' &&
    sha256 !== null &&
    typeof dataset === 'string' &&
    typeof backend === 'string' &&
    typeof pixelScale === 'number';
  return isConfig ? (value as RunConfig) : undefined;
}

/** What the command line calls the data: a run goes on there under that name alone. */
export function datasetNameOf({ data, sha256 }: Pick<RunNow, 'data' | 'sha256'>): string {
  if (data === 'digits') return DIGITS.name;
  const known = CATALOG.find(({ files }) => {
    const published = Object.entries(files).filter(([, file]) => file.sha256 !== undefined);
    return (
      published.length > 0 &&
      published.every(([part, file]) => file.sha256 === sha256[part as keyof DataHashes])
    );
  });
  return known?.name ?? MNIST.name;
}

/** The first part of the data that is not the same. */
export function differingPart(
  expected: DataHashes,
  found: DataHashes,
): keyof DataHashes | undefined {
  const parts = Object.keys(found) as (keyof DataHashes)[];
  return parts.find((part) => expected[part] !== found[part]);
}
