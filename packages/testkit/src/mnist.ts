import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { required } from './requirements.js';

const SHARED = fileURLToPath(new URL('../../../../shared/', import.meta.url));

/** The folder with the four real MNIST files, or undefined (and the reason on the terminal) where there is none. */
export function mnistFolder(): string | undefined {
  return find('SOFTREG_DATA_DIR', 'mnist', 'train-images-idx3-ubyte');
}

/** The folder with the reference results of the tutorial's run. */
export function goldenFolder(): string | undefined {
  return find('SOFTREG_GOLDEN_DIR', 'golden', 'mnist-tutorial.json');
}

function find(variable: string, folder: string, file: string): string | undefined {
  const path = process.env[variable] ?? join(SHARED, folder);
  if (existsSync(join(path, file)) || existsSync(join(path, `${file}.gz`))) return path;
  const notice = `no ${file} in ${path}; set ${variable} to the folder that has it`;
  if (required('mnist')) throw new Error(`SOFTREG_REQUIRE names mnist, but there is ${notice}`);
  process.stderr.write(`SKIPPED, tests on real MNIST: ${notice}\n`);
  return undefined;
}

export interface GoldenRun {
  epochs: number;
  bestValidationErrors: number;
  testErrors: number;
  scored: number;
  finalPatience: number;
  bestFullValidationErrors: number;
  bestFullTestErrors: number;
  log: {
    epoch: number;
    minibatch: number;
    validationErrors: number;
    testErrors?: number;
    meanTrainingCost: number;
  }[];
}

export function readGoldenRun(folder: string): GoldenRun {
  return JSON.parse(readFileSync(join(folder, 'mnist-tutorial.json'), 'utf8')) as GoldenRun;
}
