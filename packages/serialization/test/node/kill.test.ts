import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SoftmaxRegression } from '@softreg/model';
import { seededRandom, temporaryFolder } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { readModel } from '../../src/node/index.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const KILLS = 15;
const CLASSES = 500;

// Encodes first, so that nearly all of its time is spent on writing; 1.6 MB, so that a kill finds it halfway.
const SAVE_FOREVER = `
  import { encodeModel } from '@softreg/serialization';
  import { writeWhole } from '@softreg/serialization/node';
  const [, path, classes] = process.argv;
  const files = [];
  for (const value of [1, 2]) {
    files.push(await encodeModel({
      parameters: {
        features: 784,
        classes: Number(classes),
        weights: new Float32Array(784 * classes).fill(value),
        bias: new Float32Array(Number(classes)).fill(value),
      },
      imageHeight: 28,
      imageWidth: 28,
      classNames: Array.from({ length: classes }, (_, index) => 'class ' + index),
      pixelScale: 256,
      receipt: { value: String(value) },
    }));
  }
  await writeWhole(path, files[0]);
  console.log('saved');
  for (let turn = 1; ; turn++) await writeWhole(path, files[turn % 2]);`;

test(`a process that saves is killed ${KILLS} times: the file is one of its models, whole`, async () => {
  const path = join(temporaryFolder(), 'a.safetensors');
  const random = seededRandom(1);
  const seen = new Set<number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', SAVE_FOREVER, path, `${CLASSES}`],
      { cwd: PACKAGE, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exit = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), exit]);
    await wait(50 * random());
    child.kill('SIGKILL');
    const [, signal] = await exit;
    expect(signal).toBe('SIGKILL');
    seen.add(onlyValue(await readModel(path)));
  }
  expect([...seen].sort()).toEqual([1, 2]);
}, 120_000);

/** The number that a model is full of. */
function onlyValue({ parameters, receipt, classNames }: SoftmaxRegression): number {
  const [value] = parameters.weights;
  expect(parameters.weights.length).toBe(784 * CLASSES);
  expect(parameters.weights.every((weight) => weight === value)).toBe(true);
  expect(parameters.bias.every((bias) => bias === value)).toBe(true);
  expect(classNames.length).toBe(CLASSES);
  expect(receipt.value).toBe(`${value}`);
  return value as number;
}
