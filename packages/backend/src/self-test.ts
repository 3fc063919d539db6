import type { Engine } from './engine.js';
import type { Examples } from './examples.js';
import { zeroParameters } from './parameters.js';
import { openReferenceEngine } from './reference/reference-engine.js';

const STEPS = 3;
const TOLERANCE = 1e-5;

/**
 * Takes a few steps on a small fixed problem and compares with the reference: a device that computes wrong numbers must not train.
 *
 * @returns the reason why the engine may not be used, or undefined if it may
 */
export async function selfTest(engine: Engine): Promise<string | undefined> {
  if (engine.precision === 'float16') return 'it computes in float16, which is too coarse';
  const [found, expected] = [await trainBriefly(engine), await trainBriefly(openReferenceEngine())];
  const distance = found.reduce(
    (max, value, i) => Math.max(max, Math.abs(value - (expected[i] as number))),
    0,
  );
  if (distance <= TOLERANCE && found.length === expected.length) return undefined;
  return `its numbers are wrong: after ${STEPS} steps a parameter is ${distance} off`;
}

async function trainBriefly(engine: Engine): Promise<Float32Array> {
  const examples = fixedExamples();
  const split = await engine.load(examples, { minibatch: 8 });
  try {
    await engine.writeParameters(zeroParameters(examples.features, examples.classes));
    for (let step = 0; step < STEPS; step++) {
      await engine.step(split, { start: 8 * step, end: 8 * step + 8 }, { learningRate: 0.5 });
    }
    const { weights, bias } = await engine.readParameters();
    await engine.writeRunningLoss({ sum: 0, steps: 0 });
    return Float32Array.of(...weights, ...bias);
  } finally {
    split.close();
  }
}

/** 24 examples of 5 features and 3 classes, with some zeros, from a small linear congruential generator. */
function fixedExamples(): Examples {
  let state = 1;
  const next = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state >>> 16;
  };
  const values = Uint8Array.from({ length: 24 * 5 }, () => (next() % 3 === 0 ? 0 : next() % 256));
  const labels = Uint8Array.from({ length: 24 }, () => next() % 3);
  return { values, scale: 256, labels, count: 24, features: 5, classes: 3 };
}
