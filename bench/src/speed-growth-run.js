import { TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { largestMemoryBytes } from './wasm-memory.js';

/** As many steps for few images as for many: the runtime compiles hot code anew in the first of them. */
const MIN_EPOCHS = 5;
const STEPS = 4200;

/** Trains on the images repeated some times over. Nothing is scored in the epochs that it tells of. */
export async function trainOnMore({ engine, data, times }) {
  const examples = repeat(data.train, times);
  const { batchSize } = TUTORIAL_SETTINGS;
  const epochs = Math.max(MIN_EPOCHS, Math.ceil((STEPS * batchSize) / examples.count));
  const settings = {
    ...TUTORIAL_SETTINGS,
    epochs,
    patience: Number.MAX_SAFE_INTEGER,
    // There has to be one validation: in the last epoch.
    validationFrequency: epochs * Math.floor(examples.count / batchSize),
  };
  const epochMs = [];
  let bytes;
  let start = performance.now();
  for await (const { type } of train({ engine, data: { ...data, train: examples }, settings })) {
    if (type !== 'epoch') continue;
    epochMs.push(performance.now() - start);
    bytes = largestMemoryBytes();
    start = performance.now();
  }
  return { epochMs: epochMs.slice(0, -1), images: examples.count, bytes };
}

function repeat({ values, labels, count, ...examples }, times) {
  const more = {
    values: new Uint8Array(values.length * times),
    labels: new Uint8Array(count * times),
  };
  for (let i = 0; i < times; i++) {
    more.values.set(values, i * values.length);
    more.labels.set(labels, i * count);
  }
  return { ...examples, ...more, count: count * times };
}
