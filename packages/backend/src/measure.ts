import type { Engine } from './engine.js';
import type { Examples } from './examples.js';
import { zeroParameters } from './parameters.js';

const ROWS = 600;
const FEATURES = 784;
const CLASSES = 10;
const BUDGET_MS = 60;
const MAX_STEPS = 100;

/**
 * Steps a second of the tutorial's size, 600 x 784 in 10 classes, timed for a moment. The device is waited for: what counts is when
 * its results are there.
 */
export async function stepsPerSecond(engine: Engine): Promise<number> {
  const split = await engine.load(noise(), { minibatch: ROWS });
  const step = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await engine.step(split, { start: 0, end: ROWS }, { learningRate: 0.01 });
    }
    await engine.readRunningLoss();
  };
  try {
    await engine.writeParameters(zeroParameters(FEATURES, CLASSES));
    // The first steps compile programs and fill caches.
    await step(2);
    const start = performance.now();
    let steps = 0;
    for (let batch = 1; performance.now() - start < BUDGET_MS && steps < MAX_STEPS; batch *= 2) {
      await step(batch);
      steps += batch;
    }
    return (1000 * steps) / (performance.now() - start);
  } finally {
    split.close();
    await engine.writeRunningLoss({ sum: 0, steps: 0 });
  }
}

/** Mostly zeros, as images of digits are. */
function noise(): Examples {
  let state = 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return {
    values: Uint8Array.from({ length: ROWS * FEATURES }, () => (next() < 0.8 ? 0 : 255 * next())),
    scale: 256,
    labels: Uint8Array.from({ length: ROWS }, (_, i) => i % CLASSES),
    count: ROWS,
    features: FEATURES,
    classes: CLASSES,
  };
}
