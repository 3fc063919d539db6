import type { Engine } from './engine.js';
import type { Examples } from './examples.js';
import { zeroParameters } from './parameters.js';
import { openReferenceEngine } from './reference/reference-engine.js';

const STEPS = 3;
/** Enough for what an engine does with minibatches of an ordinary size; a small one may go another way. */
const ROWS = 72;
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
  const split = await engine.load(examples, { minibatch: ROWS });
  try {
    await engine.writeParameters(zeroParameters(examples.features, examples.classes));
    for (let step = 0; step < STEPS; step++) {
      await engine.step(
        split,
        { start: ROWS * step, end: ROWS * (step + 1) },
        { learningRate: 0.5 },
      );
    }
    const { weights, bias } = await engine.readParameters();
    await engine.writeRunningLoss({ sum: 0, steps: 0 });
    return Float32Array.of(...weights, ...bias);
  } finally {
    split.close();
  }
}

/** Examples of 37 features and 10 classes, two thirds of the values zero, from a small linear congruential generator. */
function fixedExamples(): Examples {
  let state = 1;
  const next = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state >>> 16;
  };
  const [count, features, classes] = [ROWS * STEPS, 37, 10];
  const values = Uint8Array.from({ length: count * features }, () =>
    next() % 3 === 0 ? next() % 256 : 0,
  );
  const labels = Uint8Array.from({ length: count }, () => next() % classes);
  return { values, scale: 256, labels, count, features, classes };
}
