import { type Engine, openEngine, openReferenceEngine } from '@softreg/backend';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  confusionMatrix,
  evaluate,
  evaluateStream,
  exampleStreamOf,
  predict,
  score,
  scoreStream,
} from '../src/index.js';
import { type Problem, problems, smallModel } from './problems.js';

// In a page nothing serves the files that wasm needs, since only the backend has them.
const device = 'document' in globalThis ? 'cpu' : 'wasm';

const engines: [name: string, open: () => Promise<Engine>][] = [
  [device, () => openEngine(device)],
  ['reference', async () => openReferenceEngine()],
];

describe.each(engines)('on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  test('an evaluation is what predictions one by one add up to', async () => {
    await fc.assert(
      fc.asyncProperty(problems, fc.integer({ min: 1, max: 15 }), async (problem, batchSize) => {
        const { model, examples } = problem;
        const { count, labels, classes } = examples;
        const predictions = predict(model, examples.values as Uint8Array);
        const wrong = (end: number) =>
          predictions.slice(0, end).filter(({ label }, i) => label !== labels[i]).length;
        const split = await engine.load(examples, { minibatch: batchSize });
        const found = await evaluate(engine, model.parameters, split, labels, batchSize);
        split.close();
        const stream = imageStream(problem);
        const streamed = await evaluateStream(engine, model.parameters, stream, batchSize);
        expect({ ...streamed, loss: 0 }).toEqual({ ...found, loss: 0 });
        expect(Math.abs(streamed.loss - found.loss) / Math.max(1, found.loss)).toBeLessThan(1e-6);
        const { full, wholeMinibatches } = found;
        expect(await scoreStream(engine, stream, batchSize)).toEqual({ full, wholeMinibatches });

        const whole = Math.floor(count / batchSize) * batchSize;
        expect(found.full).toEqual({ errors: wrong(count), count });
        expect(found.wholeMinibatches).toEqual(
          whole === 0 ? undefined : { errors: wrong(whole), count: whole },
        );
        const loss = meanLoss(problem);
        expect(Math.abs(found.loss - loss) / Math.max(1, loss)).toBeLessThan(1e-5);
        expect(found.confusion).toEqual(
          confusionMatrix(
            labels,
            predictions.map(({ label }) => label),
            classes,
          ),
        );
        expect(found.classes.map(({ support }) => support)).toEqual(
          found.confusion.map((row) => row.reduce((sum, value) => sum + value, 0)),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('the parameters stay in the engine, and a score is of those', async () => {
    const { parameters } = smallModel();
    const labels = Uint8Array.of(0, 0, 2, 0, 0);
    const split = await engine.load({
      values: Uint8Array.of(0, 0, 9, 9, 9, 9, 9, 9, 9, 9),
      scale: 256,
      labels,
      count: 5,
      features: 2,
      classes: 3,
    });
    await evaluate(engine, parameters, split, labels, 2);
    expect(await engine.readParameters()).toEqual(parameters);
    // All images but the black one are taken for the last class.
    expect(await score(engine, split, 2)).toEqual({
      wholeMinibatches: { errors: 2, count: 4 },
      full: { errors: 3, count: 5 },
    });
    expect(await score(engine, split, 5)).toEqual({
      wholeMinibatches: { errors: 3, count: 5 },
      full: { errors: 3, count: 5 },
    });
    expect(await score(engine, split, 6)).toEqual({
      wholeMinibatches: undefined,
      full: { errors: 3, count: 5 },
    });
    split.close();
  });
});

/** The problem's examples, given out as a file would be. */
function imageStream({ model, examples }: Problem) {
  const { count, labels, classes, features } = examples;
  const { imageHeight: height, imageWidth: width } = model;
  const images = examples.values as Uint8Array;
  const stream = {
    count,
    height,
    width,
    classes,
    async *minibatches(size: number) {
      for (let start = 0; start < count; start += size) {
        const end = Math.min(start + size, count);
        yield {
          images: images.slice(start * features, end * features),
          labels: labels.slice(start, end),
          count: end - start,
          height,
          width,
          classes,
        };
      }
    },
  };
  return exampleStreamOf(stream, model.pixelScale);
}

/** Mean of log(sum of exp(scores)) - score of the label, written out. */
function meanLoss({ model, examples }: Problem): number {
  const { features, classes, weights, bias } = model.parameters;
  const { values, labels, count } = examples;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const scores = Array.from(bias, (start, k) => {
      let score = start;
      for (let f = 0; f < features; f++) {
        const pixel = (values[i * features + f] as number) / model.pixelScale;
        score += pixel * (weights[f * classes + k] as number);
      }
      return score;
    });
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const normalizer = exponentials.reduce((total, value) => total + value, 0);
    sum += largest + Math.log(normalizer) - (scores[labels[i] as number] as number);
  }
  return sum / count;
}
