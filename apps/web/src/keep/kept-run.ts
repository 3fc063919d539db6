import { signal } from '@preact/signals';
import { PIXEL_SCALE } from '../settings/page-settings.js';
import { datasetNameOf, differingPart, type RunConfig, type RunNow } from './run-config.js';

/** What the last checkpoint that was opened says of its run. */
export const keptRun = signal<RunConfig | undefined>(undefined);

/** What the command line is to know of a run of the page. Data that a checkpoint came with keep the name that they have there. */
export function configOf(run: RunNow): RunConfig {
  const { sha256, backend, settings } = run;
  const before = keptRun.value;
  const isSame = before !== undefined && differingPart(before.sha256, sha256) === undefined;
  const entry = isSame ? before.entry : undefined;
  return {
    version: import.meta.env.VITE_RELEASE,
    dataset: isSame ? before.dataset : datasetNameOf(run),
    ...(entry !== undefined && { entry }),
    sha256,
    pixelScale: PIXEL_SCALE,
    backend,
    settings,
  };
}
