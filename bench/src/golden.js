import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openReferenceEngine, zeroParameters } from '@softreg/backend';
import { TUTORIAL_SETTINGS } from '@softreg/trainer';
import { runnerImport } from 'vite';
import { fail } from './terminal.js';

/** Where MNIST and the golden run lie, and who reads them, as for the tests. */
async function openTestkit() {
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

/**
 * Ends the process where there is nothing to train on.
 *
 * @returns the testkit, the folder with MNIST, and the golden run: its log and its best parameters
 */
export async function openGolden() {
  const testkit = await openTestkit();
  const folder = testkit.mnistFolder();
  const goldenFolder = testkit.goldenFolder();
  if (folder === undefined || goldenFolder === undefined) fail(1, 'there is nothing to train on');
  const { data: weights } = readPart(testkit, goldenFolder, 'weights');
  const { data: bias } = readPart(testkit, goldenFolder, 'bias');
  const golden = { ...testkit.readGoldenRun(goldenFolder), parameters: { weights, bias } };
  return { testkit, folder, golden };
}

function readPart({ readNpy }, folder, part) {
  return readNpy(readFileSync(join(folder, `mnist-tutorial-${part}.npy`)));
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
