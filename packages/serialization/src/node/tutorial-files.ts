import type { SoftmaxRegression } from '@softreg/model';
import { readTutorialData as readData, type TutorialData } from '../pickle/tutorial-data.js';
import { readTutorialModel as readModel } from '../pickle/tutorial-model.js';
import { namingFile, readWhole } from './files.js';

/**
 * Reads the tutorial's `best_model.pkl`, as `readTutorialModel` of `@softreg/serialization` does with its bytes.
 *
 * @throws SerializationError naming the file, what was expected and what was found
 */
export async function readTutorialModel(path: string): Promise<SoftmaxRegression> {
  const bytes = await readWhole(path);
  return namingFile(path, () => readModel(bytes));
}

/**
 * Reads the tutorial's `mnist.pkl.gz`, as `readTutorialData` of `@softreg/serialization` does with its bytes.
 *
 * @throws SerializationError naming the file, what was expected and what was found
 */
export async function readTutorialData(path: string): Promise<TutorialData> {
  const bytes = await readWhole(path);
  return namingFile(path, () => readData(bytes));
}
