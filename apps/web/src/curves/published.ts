import { type RunSettings, TUTORIAL_SETTINGS } from '@softreg/trainer';
import type { Line } from './curve-history.js';
import published from './published.json';

const { count, validationErrors } = published;

/** The tutorial's validation error in percent after each epoch, on MNIST. */
export const PUBLISHED: Line = {
  at: Float64Array.from(validationErrors, (_, index) => index + 1),
  values: Float64Array.from(validationErrors, (errors) => (100 * errors) / count),
};

/** Whether a run is the tutorial's, so that its curve should be the published one. */
export function isTutorialRun(dataName: string, settings: RunSettings): boolean {
  const names = Object.keys(TUTORIAL_SETTINGS) as (keyof typeof TUTORIAL_SETTINGS)[];
  return dataName === 'mnist' && names.every((name) => settings[name] === TUTORIAL_SETTINGS[name]);
}
