import { readModel } from '@softreg/serialization/node';
import { parametersHash } from '../train/parameters-hash.js';
import type { ReceiptEnd } from '../train/receipt.js';
import { modelFileOf } from '../train/run-folder.js';
import type { Difference } from './difference.js';

/** Whether the model in the folder is the best one of the run. */
export async function modelDifference(
  folder: string,
  { best }: ReceiptEnd,
): Promise<Difference | undefined> {
  if (best === null) return undefined;
  const path = modelFileOf(folder);
  const { parameters } = await readModel(path);
  const found = parametersHash(parameters);
  return found === best ? undefined : { epoch: undefined, where: path, expected: best, found };
}
