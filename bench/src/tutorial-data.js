import { examplesOf } from '@softreg/model';

/** As in the tutorial's own data. */
const PIXEL_SCALE = 256;

/** The sets of a run, as engines take them. @param {import('@softreg/datasets').DatasetSplit} sets */
export function tutorialData({ train, validation, test }) {
  return {
    train: examplesOf(train, PIXEL_SCALE),
    validation: examplesOf(validation, PIXEL_SCALE),
    test: examplesOf(test, PIXEL_SCALE),
  };
}
