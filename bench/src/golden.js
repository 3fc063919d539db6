import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openReferenceEngine, zeroParameters } from '@softreg/backend';
import { TUTORIAL_SETTINGS } from '@softreg/trainer';
import { runnerImport } from 'vite';

/** Where MNIST and the golden run lie, and who reads them, as for the tests. */
export async function openTestkit() {
  // Its entry is for tests alone, and Node 20 runs no TypeScript.
  const load = async (name) => {
    const url = new URL(name, import.meta.resolve('@softreg/testkit'));
    return (await runnerImport(fileURLToPath(url), { configFile: false })).module;
  };
  return {
    ...(await load('mnist.ts')),
    ...(await load('npy.ts')),
    ...(await load('requirements.js')),
  };
}

/** @returns the log of the golden run and its best parameters */
export function readGolden({ readGoldenRun, readNpy }, folder) {
  const read = (part) => readNpy(readFileSync(join(folder, `mnist-tutorial-${part}.npy`))).data;
  return { ...readGoldenRun(folder), parameters: { weights: read('weights'), bias: read('bias') } };
}

/**
 * The tutorial's steps in float64, in plain TypeScript.
 *
 * @param {import('@softreg/backend').Examples} examples
 * @param {number[]} epochs after which the parameters are wanted
 * @returns {Promise<Map<number, import('@softreg/backend').Parameters>>} by epoch
 */
export async function trainReference(examples, epochs) {
  const { batchSize, learningRate } = TUTORIAL_SETTINGS;
  const engine = openReferenceEngine();
  const split = await engine.load(examples);
  await engine.writeParameters(zeroParameters(examples.features, examples.classes));
  const parameters = new Map();
  for (let epoch = 1; epoch <= Math.max(...epochs); epoch++) {
    for (let end = batchSize; end <= examples.count; end += batchSize) {
      engine.step(split, { start: end - batchSize, end }, { learningRate });
    }
    if (epochs.includes(epoch)) parameters.set(epoch, await engine.readParameters());
  }
  engine.close();
  return parameters;
}
