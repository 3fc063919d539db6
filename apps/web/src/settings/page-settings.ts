import { BACKEND_NAMES, type BackendName } from '@softreg/backend';
import {
  OPTIMIZERS,
  type OptimizerName,
  type RunSettings,
  TUTORIAL_SETTINGS,
} from '@softreg/trainer';

/** Data that a link can name: the user's own files are no part of one. */
export const LINKED_DATA = ['digits', 'mnist'] as const;

/** What pixel values are divided by, as in the tutorial. */
export const PIXEL_SCALE = 256;

/** Backends that a page can use. */
export const PAGE_BACKENDS = BACKEND_NAMES.filter(
  (name) => name !== 'cuda' && name !== 'tensorflow',
);

/** What the page is set to: all that a link to it holds. */
export interface PageSettings {
  readonly data: (typeof LINKED_DATA)[number];
  readonly backend: BackendName | 'auto';
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly patience: number;
  readonly l2: number;
  readonly shuffle: boolean;
  readonly seed: number;
}

const { optimizer, learningRate, batchSize, patience, l2, shuffle, seed } = TUTORIAL_SETTINGS;

/** The tutorial's, on digits that need no network. */
export const DEFAULTS: PageSettings = {
  data: 'digits',
  backend: 'auto',
  optimizer,
  learningRate,
  batchSize,
  patience,
  l2,
  shuffle,
  seed,
};

export function runSettingsOf({ data, backend, ...run }: PageSettings): RunSettings {
  return { ...TUTORIAL_SETTINGS, ...run };
}

export { OPTIMIZERS };
