import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { mnistFolder } from '@softreg/testkit';
import { expect, test, vi } from 'vitest';
import { type Examples, openEngine, zeroParameters } from '../src/index.js';

const mnist = mnistFolder();

test.skipIf(mnist === undefined)('MNIST takes at most 1.2 KB an image', async () => {
  const { Memory } = WebAssembly;
  const memories: WebAssembly.Memory[] = [];
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(function remember(descriptor) {
    const memory = new Memory(descriptor);
    memories.push(memory);
    return memory;
  });
  const engine = await openEngine('simd', { threads: 1 });
  const examples = trainingImages(mnist as string);
  const split = await engine.load(examples, { minibatch: 600 });
  await engine.writeParameters(zeroParameters(784, 10));
  // All that steps ever ask for is there after one epoch.
  for (let start = 0; start + 600 <= 60_000; start += 600) {
    engine.step(split, { start, end: start + 600 }, { learningRate: 0.13 });
  }
  const bytes = memories.at(-1)?.buffer.byteLength ?? Number.NaN;
  expect(bytes / examples.count).toBeLessThan(1200);
  expect(bytes / examples.count).toBeGreaterThan(100);
  expect(await engine.countErrors(split, { start: 0, end: 60_000 })).toBeLessThan(10_000);
  engine.close();
});

function trainingImages(folder: string): Examples {
  const payload = (name: string, header: number) =>
    gunzipSync(readFileSync(join(folder, `${name}.gz`))).subarray(header);
  return {
    values: payload('train-images-idx3-ubyte', 16),
    labels: payload('train-labels-idx1-ubyte', 8),
    scale: 256,
    count: 60_000,
    features: 784,
    classes: 10,
  };
}
