import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import {
  type BackendName,
  type Engine,
  type LoadOptions,
  openEngine,
  openWideEngines,
  type Parameters,
  type Rows,
  type Split,
  zeroParameters,
} from '../src/index.js';
import { describeEngine } from './engine-suite.js';
import { digits, uniform } from './problems.js';

const COUNT = 3;

/** Another of the three each time, and the two others closed. */
function openAlone(backend: BackendName): () => Promise<Engine> {
  let opened = 0;
  return async () => {
    const engines = await openWideEngines(backend, COUNT);
    const own = opened++ % COUNT;
    for (const [i, engine] of engines.entries()) if (i !== own) engine.close();
    return engines[own] as Engine;
  };
}

/**
 * What engines side by side must do: each what every engine must, and together the same as each alone.
 *
 * @param tolerance largest difference from one alone, relative to the larger of 1 and the value
 */
export function describeWide(backend: BackendName, tolerance = 1e-6): void {
  describeEngine(`${backend} side by side`, openAlone(backend), 1e-5);

  describe(`engines side by side on ${backend}`, { timeout: 120_000 }, () => {
    const isProcessor = ['tensorflow', 'wasm', 'cpu'].includes(backend);
    const examples = digits(60);
    const rates = [0.5, 0.1, 0.02, 2];
    const penalties = [0, 0.1, 0.3, 0];
    const order = (seed: number) => Int32Array.from({ length: 60 }, (_, i) => (i * 37 + seed) % 60);

    /** One engine a rate, each with its own start. */
    const started = async (engines: readonly Engine[], options: LoadOptions = {}) => {
      const splits: Split[] = [];
      for (const [i, engine] of engines.entries()) {
        splits.push(await engine.load(examples, { minibatch: 20, ...options }));
        await engine.writeParameters(randomParameters(i + 1));
        await engine.writeRunningLoss({ sum: i, steps: i });
      }
      return splits;
    };

    const stepsOf = async (engine: Engine, split: Split, i: number, rows: readonly Rows[]) => {
      const sums: unknown[] = [];
      for (const each of rows) {
        sums.push(
          await engine.step(split, each, {
            learningRate: rates[i] as number,
            l2: penalties[i] as number,
          }),
        );
      }
      return sums;
    };

    const resultOf = async (engine: Engine) => ({
      parameters: await engine.readParameters(),
      running: await engine.readRunningLoss(),
    });

    const expectAlone = async (
      rowsOf: (i: number) => readonly Rows[],
      results: readonly Awaited<ReturnType<typeof resultOf>>[],
    ) => {
      for (const [i, { parameters, running }] of results.entries()) {
        const alone = await openEngine(backend);
        const split = await alone.load(examples, { minibatch: 20 });
        await alone.writeParameters(randomParameters(i + 1));
        await alone.writeRunningLoss({ sum: i, steps: i });
        await stepsOf(alone, split, i, rowsOf(i));
        const expected = await resultOf(alone);
        alone.close();
        expectNear(numbers(parameters), numbers(expected.parameters), tolerance);
        expectNear([running.sum], [expected.running.sum], tolerance);
        expect(running.steps).toBe(expected.running.steps);
      }
    };

    test.each<[string, (i: number) => readonly Rows[], LoadOptions?]>([
      ['on minibatches in file order', () => minibatches()],
      ['along one order, in an array of each', () => minibatches(order(7))],
      ['along orders of their own', (i) => minibatches(order(i + 1))],
      ['on other rows', (i) => [...minibatches().slice(i), ...minibatches().slice(0, i)]],
      [
        'on rows that overlap',
        (i) => [
          { start: 0, end: 20 - i },
          { start: i, end: 20 },
        ],
      ],
      ['on rows across minibatches', () => [{ start: 7, end: 33 }, ...minibatches()]],
      ['two on the same and two on other rows', (i) => minibatches(i % 2 ? order(3) : undefined)],
      ['on examples that are loaded for them alone', () => minibatches(), { once: true }],
    ])('steps %s are those of engines alone', async (_, rowsOf, options) => {
      const engines = await openWideEngines(backend, rates.length);
      const splits = await started(engines, options);
      await Promise.all(
        engines.map((engine, i) => stepsOf(engine, splits[i] as Split, i, rowsOf(i))),
      );
      const results = await Promise.all(engines.map(resultOf));
      for (const engine of engines) engine.close();
      await expectAlone(rowsOf, results);
    });

    test('models of other shapes are side by side as well', async () => {
      const engines = await openWideEngines(backend, 2);
      const small = { ...digits(10), values: new Uint8Array(70).fill(100), features: 7 };
      const work = async (engine: Engine, i: number) => {
        const data = i === 0 ? digits(10) : small;
        const split = await engine.load(data);
        await engine.writeParameters(zeroParameters(data.features, 10));
        await engine.step(split, { start: 0, end: 10 }, { learningRate: 0.5 });
        return engine.readParameters();
      };
      const shapes = (await Promise.all(engines.map(work))).map(({ features }) => features);
      expect(shapes).toEqual([49, 7]);
      for (const engine of engines) engine.close();
    });

    test('a step of all is one product, whose kernels are as many as those of one model', async () => {
      const kernelsOf = async (count: number, rows: () => Rows = () => ({ start: 0, end: 20 })) => {
        const engines = await openWideEngines(backend, count);
        const splits = await started(engines);
        const step = () =>
          Promise.all(engines.map((engine, i) => stepsOf(engine, splits[i] as Split, i, [rows()])));
        // The first joins the models.
        await step();
        const run = vi.spyOn(tf.engine(), 'runKernel');
        await step();
        const products = run.mock.calls.filter(([name]) => /MatMul/.test(name)).length;
        const all = run.mock.calls.length;
        run.mockRestore();
        for (const engine of engines) engine.close();
        return { all, products };
      };
      const alone = await kernelsOf(1);
      expect(alone.products).toBe(2);
      const wide = await kernelsOf(4);
      expect(wide.products).toBe(2);
      // The penalties of some need a product with numbers that are kept.
      expect(wide.all).toBe(alone.all + 1);
      // An array of its own for each, as each run has one.
      const ordered = () => ({ start: 0, end: 20, order: order(1) });
      expect((await kernelsOf(4, ordered)).products).toBe(2);
    });

    test('a step waits until all have asked for one, or are closed', async () => {
      const engines = await openWideEngines(backend, 3);
      const [a, b, c] = engines as [Engine, Engine, Engine];
      const splits = await started(engines);
      const told: string[] = [];
      const rows = { start: 0, end: 20 };
      const step = async (engine: Engine, i: number, name: string) => {
        await engine.step(splits[i] as Split, rows, { learningRate: 0.1 });
        told.push(name);
      };
      const steps = [step(a, 0, 'a'), step(b, 1, 'b')];
      await pause();
      expect(told).toEqual([]);
      // What is no step waits for nobody.
      await c.countErrors(splits[2] as Split, rows);
      await c.readParameters();
      expect(told).toEqual([]);
      steps.push(step(c, 2, 'c'));
      await Promise.all(steps);
      expect(told.sort()).toEqual(['a', 'b', 'c']);
      const rest = [step(b, 1, 'b again'), step(c, 2, 'c again')];
      await pause();
      expect(told).toHaveLength(3);
      a.close();
      await Promise.all(rest);
      b.close();
      await step(c, 2, 'c alone');
      expect(told).toHaveLength(6);
      c.close();
    });

    test('what is asked for after a step comes after it, awaited or not', async () => {
      const engines = await openWideEngines(backend, 2);
      const [a, b] = engines as [Engine, Engine];
      const [split, other] = (await started(engines)) as [Split, Split];
      const rows = { start: 0, end: 20 };
      const before = await a.readParameters();
      const steps = [1, 2].map(() => a.step(split, rows, { learningRate: 0.1 }));
      const reading = a.readParameters();
      const running = a.readRunningLoss();
      const writing = a.writeRunningLoss({ sum: 0, steps: 0 });
      await b.step(other, rows, { learningRate: 0.1 });
      await b.step(other, rows, { learningRate: 0.1 });
      await Promise.all(steps);
      expect(await reading).not.toEqual(before);
      expect(await reading).toEqual(await a.readParameters());
      expect((await running).steps).toBe(2);
      await writing;
      expect(await a.readRunningLoss()).toEqual({ sum: 0, steps: 0 });
      for (const engine of engines) engine.close();
    });

    test('one that is closed while it waits is told so, and the others go on', async () => {
      const engines = await openWideEngines(backend, 3);
      const [a, b, c] = engines as [Engine, Engine, Engine];
      const splits = (await started(engines)) as [Split, Split, Split];
      const rows = { start: 0, end: 20 };
      const waiting = a.step(splits[0], rows, { learningRate: 1 });
      const counting = a.countErrors(splits[0], rows);
      const closed = { code: 'BACKEND_NOT_READY', message: 'the engine is closed' };
      const refusals = [waiting, counting].map((call) =>
        expect(call).rejects.toMatchObject(closed),
      );
      await pause();
      a.close();
      await Promise.all(refusals);
      await Promise.all([
        b.step(splits[1], rows, { learningRate: 1 }),
        stepsOf(c, splits[2], 2, [rows]),
      ]);
      const calls = [
        async () => a.step(splits[0], rows, { learningRate: 1 }),
        () => a.load(examples),
        () => a.readParameters(),
        () => a.writeParameters(zeroParameters(49, 10)),
        () => a.writeRunningLoss({ sum: 0, steps: 0 }),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject(closed);
      a.close();
      const counted = expect(b.countErrors(splits[1], rows)).rejects.toMatchObject(closed);
      // So many that it is asked for, and waits for the turn of the event loop.
      for (let i = 0; i < 10; i++) await undefined;
      b.close();
      await counted;
      c.close();
    });

    test('a split of another engine, or one that is closed, is refused', async () => {
      const engines = await openWideEngines(backend, 2);
      const [a, b] = engines as [Engine, Engine];
      const [split, other] = (await started(engines)) as [Split, Split];
      const rows = { start: 0, end: 20 };
      const refused = {
        code: 'BACKEND_INVALID_ARGUMENT',
        message: 'split: it is closed, or belongs to another engine',
      };
      expect(() => a.step(other, rows, { learningRate: 1 })).toThrow(
        expect.objectContaining(refused),
      );
      const waiting = expect(a.step(split, rows, { learningRate: 1 })).rejects.toMatchObject(
        refused,
      );
      await pause();
      split.close();
      await b.step(other, rows, { learningRate: 1 });
      await waiting;
      const reading = expect(b.lossAndGradient(other, rows)).rejects.toMatchObject(refused);
      other.close();
      await reading;
      await expect(a.countErrors(split, rows)).rejects.toMatchObject(refused);
      const narrow = { ...digits(10), classes: 11 };
      const misfit = await a.load(narrow);
      expect(() => a.step(misfit, { start: 0, end: 10 }, { learningRate: 1 })).toThrow(
        'split: expected 49 features and 10 classes as the parameters have, found 49 and 11',
      );
      for (const engine of engines) engine.close();
    });

    test('examples that several load are on the device once, as long as one has them', async () => {
      const engines = await openWideEngines(backend, 3);
      const [a, b, c] = engines as [Engine, Engine, Engine];
      const loaded = async (engine: Engine, data = examples, options = {}) => {
        const before = tf.memory().numTensors;
        const split = await engine.load(data, { minibatch: 20, ...options });
        return [split, tf.memory().numTensors - before] as const;
      };
      const [first, tensors] = await loaded(a);
      expect(tensors).toBeGreaterThan(0);
      const [second, none] = await loaded(b);
      expect(none).toBe(0);
      expect((await loaded(c, { ...examples }))[1]).toBe(tensors);
      expect((await loaded(c, examples, { minibatch: 30 }))[1]).toBeGreaterThan(0);
      // What steps follow an order is brought there as they need it.
      expect((await loaded(a, examples, { minibatch: 15, shuffled: true }))[1]).toBe(0);
      expect((await loaded(b, examples, { minibatch: 15 }))[1]).toBeGreaterThan(0);
      const held = tf.memory().numTensors;
      first.close();
      first.close();
      expect(tf.memory().numTensors).toBe(held);
      await b.writeParameters(zeroParameters(49, 10));
      expect(await b.countErrors(second, { start: 0, end: 60 })).toBeGreaterThan(0);
      const still = tf.memory().numTensors;
      second.close();
      expect(tf.memory().numTensors).toBe(still - tensors);
      // An engine that is closed leaves what it alone had.
      const open = tf.memory().numTensors;
      c.close();
      expect(tf.memory().numTensors).toBeLessThanOrEqual(open - tensors);
      for (const engine of engines) engine.close();
    });

    test('errors that all ask for are counted together, each of its own model', async () => {
      const engines = await openWideEngines(backend, rates.length);
      const splits = await started(engines);
      await Promise.all(
        engines.map((engine, i) => stepsOf(engine, splits[i] as Split, i, minibatches())),
      );
      const rows = { start: 0, end: 40 };
      const run = vi.spyOn(tf.engine(), 'runKernel');
      const counts = await Promise.all(
        engines.map((engine, i) => engine.countErrors(splits[i] as Split, rows)),
      );
      const products = run.mock.calls.filter(([name]) => /MatMul/.test(name)).length;
      run.mockRestore();
      expect(products).toBe(2);
      for (const [i, engine] of engines.entries()) {
        const alone = await openEngine(backend);
        await alone.writeParameters(await engine.readParameters());
        const split = await alone.load(examples);
        expect(counts[i]).toBe(await alone.countErrors(split, rows));
        alone.close();
      }
      // In another order than that of their columns.
      const reversed = await Promise.all(
        engines.map((_, i) => {
          const at = engines.length - 1 - i;
          return (engines[at] as Engine).countErrors(splits[at] as Split, rows);
        }),
      );
      expect(reversed).toEqual(counts.toReversed());
      // Of two of them, on other rows.
      const [b, d] = [engines[1] as Engine, engines[3] as Engine];
      const some = await Promise.all([
        b.countErrors(splits[1] as Split, { start: 0, end: 20 }),
        d.countErrors(splits[3] as Split, { start: 20, end: 40 }),
        b.countErrors(splits[1] as Split, { start: 20, end: 40 }),
        d.countErrors(splits[3] as Split, { start: 0, end: 20 }),
      ]);
      expect([some[0] + some[2], some[1] + some[3]]).toEqual([counts[1], counts[3]]);
      expect(new Set(counts).size).toBeGreaterThan(1);
      for (const engine of engines) engine.close();
    });

    test('examples that are still on their way when their engine is closed are freed', async () => {
      const engines = await openWideEngines(backend, 2);
      const [a, b] = engines as [Engine, Engine];
      const before = tf.memory().numTensors;
      const loading = expect(a.load(examples)).rejects.toMatchObject({ code: 'BACKEND_NOT_READY' });
      a.close();
      await loading;
      expect(tf.memory().numTensors).toBeLessThan(before);
      b.close();
    });

    test('an engine of another backend does not disturb them', async () => {
      const engines = await openWideEngines(backend, 2);
      const splits = await started(engines);
      const other = await openEngine(backend === 'cpu' ? 'wasm' : 'cpu');
      const rows = [...minibatches().slice(0, 3)];
      for (const each of rows) {
        await other.load(examples, { minibatch: 20 });
        await Promise.all(
          engines.map((engine, i) => stepsOf(engine, splits[i] as Split, i, [each])),
        );
        expect(tf.getBackend()).toBe(backend);
      }
      const results = await Promise.all(engines.map(resultOf));
      for (const engine of [...engines, other]) engine.close();
      await expectAlone(() => rows, results);
    });

    test('a model that diverges leaves the numbers of the others alone', async () => {
      const engines = await openWideEngines(backend, 3);
      const splits = await started(engines);
      const nan = new Float32Array(490).fill(Number.NaN);
      await engines[1]?.writeParameters({ ...zeroParameters(49, 10), weights: nan });
      const sums = await Promise.all(
        engines.map((engine, i) => stepsOf(engine, splits[i] as Split, i, minibatches())),
      );
      const finite = sums.map((each) => each.every(Number.isFinite));
      expect(finite).toEqual(isProcessor ? [true, false, true] : [false, false, false]);
      const running = await Promise.all(engines.map((engine) => engine.readRunningLoss()));
      expect(running.map(({ sum }) => Number.isFinite(sum))).toEqual([true, false, true]);
      await engines[1]?.writeRunningLoss({ sum: 0.5, steps: 0 });
      expect(await engines[1]?.readRunningLoss()).toEqual({ sum: 0.5, steps: 0 });
      const after = await Promise.all(engines.map((engine) => engine.readRunningLoss()));
      expect([after[0], after[2]]).toEqual([running[0], running[2]]);
      for (const engine of engines) engine.close();
    });

    test('many steps of all leave no tensor behind, and the last to close frees all', async () => {
      (await openEngine(backend)).close();
      const before = tf.memory().numTensors;
      const engines = await openWideEngines(backend, 3);
      const splits = await started(engines);
      const shuffled = order(5);
      const round = (steps: number) =>
        Promise.all(
          engines.map(async (engine, i) => {
            const split = splits[i] as Split;
            for (let step = 0; step < steps; step++) {
              const start = 20 * (step % 3);
              const rows = { start, end: start + 20, ...(step % 3 === 0 && { order: shuffled }) };
              await engine.step(split, rows, { learningRate: 0.1 / (i + 1 + step), l2: 0.01 * i });
            }
            expect(() => engine.step(split, { start: 0, end: 99 }, { learningRate: 1 })).toThrow();
            await engine.lossAndGradient(split, { start: 3, end: 41 });
            await engine.countErrors(split, { start: 3, end: 41 });
            await engine.probabilities(split, { start: 3, end: 41 });
            await engine.writeRunningLoss(await engine.readRunningLoss());
            await engine.readParameters();
          }),
        );
      await round(10);
      const during = tf.memory().numTensors;
      // A graphics card in software takes half a minute for 1,000.
      await round(isProcessor ? 1000 : 100);
      expect(tf.memory().numTensors).toBe(during);
      for (const engine of engines) await engine.writeParameters(await engine.readParameters());
      await round(3);
      expect(tf.memory().numTensors).toBe(during);
      engines[0]?.close();
      await Promise.all(
        engines
          .slice(1)
          .map((engine, i) => stepsOf(engine, splits[i + 1] as Split, i, minibatches())),
      );
      for (const engine of engines) engine.close();
      expect(tf.memory().numTensors).toBe(before);
    });

    test('a step that fails in the middle changes nothing, and all are told', async () => {
      const engines = await openWideEngines(backend, 2);
      const splits = await started(engines);
      const rows = { start: 0, end: 20 };
      const stepAll = () =>
        Promise.allSettled(
          engines.map((engine, i) => stepsOf(engine, splits[i] as Split, i + 1, [rows])),
        );
      await stepAll();
      const results = await Promise.all(engines.map(resultOf));
      const before = tf.memory().numTensors;
      let failures = 0;
      for (; ; failures++) {
        const failing = failAfter(failures);
        const outcomes = await stepAll();
        failing.mockRestore();
        expect(tf.memory().numTensors).toBe(before);
        if (outcomes.every(({ status }) => status === 'fulfilled')) break;
        for (const outcome of outcomes) {
          expect(outcome).toMatchObject({ reason: { message: 'out of memory' } });
        }
        expect(await Promise.all(engines.map(resultOf))).toEqual(results);
      }
      expect(failures).toBeGreaterThan(4);
      for (const engine of engines) engine.close();
    });

    test('one that fails fails alone, where the others are on other rows', async () => {
      const engines = await openWideEngines(backend, 2);
      const [a, b] = engines as [Engine, Engine];
      const splits = (await started(engines)) as [Split, Split];
      const run = vi.spyOn(tf.engine(), 'runKernel').mockImplementationOnce(() => {
        throw new Error('out of memory');
      });
      const outcomes = await Promise.allSettled([
        a.step(splits[0], { start: 0, end: 20 }, { learningRate: 1 }),
        b.step(splits[1], { start: 20, end: 40 }, { learningRate: 1 }),
      ]);
      run.mockRestore();
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
      expect((await b.readRunningLoss()).steps).toBe(2);
      expect((await a.readRunningLoss()).steps).toBe(0);
      for (const engine of engines) engine.close();
    });
  });
}

function minibatches(order?: Int32Array): Rows[] {
  // An array of its own each time, as each run has one.
  const own = order && { order: order.slice() };
  return [0, 20, 40, 0, 20, 40].map((start) => ({ start, end: start + 20, ...own }));
}

function randomParameters(seed: number): Parameters {
  const next = uniform(seed);
  return {
    features: 49,
    classes: 10,
    weights: Float32Array.from({ length: 490 }, () => next() - 0.5),
    bias: Float32Array.from({ length: 10 }, () => next() - 0.5),
  };
}

function numbers({ weights, bias }: Parameters): number[] {
  return [...weights, ...bias];
}

function expectNear(
  found: readonly number[],
  expected: readonly number[],
  tolerance: number,
): void {
  expect(found).toHaveLength(expected.length);
  const distance = Math.max(
    ...found.map((value, i) => {
      const wanted = expected[i] as number;
      return Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    }),
  );
  expect(distance).toBeLessThanOrEqual(tolerance);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** Has TensorFlow.js run so many kernels more, and then none. */
function failAfter(kernels: number) {
  const { runKernel } = tf.engine();
  let left = kernels;
  return vi.spyOn(tf.engine(), 'runKernel').mockImplementation((...call) => {
    if (left === 0) throw new Error('out of memory');
    left -= 1;
    return runKernel.apply(tf.engine(), call);
  });
}
