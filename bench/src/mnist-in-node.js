import { MNIST, tutorialSplit } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { tutorialData } from './tutorial-data.js';

/** The sets of the tutorial's run, from the folder with MNIST's files. */
export async function readMnist(folder) {
  return tutorialData(tutorialSplit(await openDataset(MNIST, { folder })));
}
