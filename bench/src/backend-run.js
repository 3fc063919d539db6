import { train } from '@softreg/trainer';
import { followRun, outOfTime } from './follow-run.js';
import { openLayersModelFit } from './layers-model.js';
import { reasonOf } from './reason.js';

/**
 * Trains the tutorial's run on a backend, and has `tf.LayersModel.fit` train on it in turns: in Node and in a page alike.
 *
 * @param {object} options
 * @param {() => Promise<import('@softreg/backend').Engine>} options.open
 * @param {() => Promise<ReturnType<typeof import('./tutorial-data.js').tutorialData>>} options.load
 * @param {number | undefined} options.maxSeconds after which no epoch is begun, but for the second; undefined for a whole run
 * @param {() => number} options.clock milliseconds
 * @param {(epochs: number) => void} options.tell is called at the start and after each epoch
 * @returns {Promise<object>} plain, for JSON: what was measured, with `works: true`, or `works: false` with the
 * reason and whether it `opened`
 */
export async function runBackend({ open, load, ...options }) {
  let engine;
  try {
    options.tell(0);
    engine = await open();
    const { description, device, precision, kernelsPerStep } = engine;
    const about = { description, device, precision, kernelsPerStep };
    return {
      works: true,
      ...about,
      ...(await measure({ engine, data: await load(), ...options })),
    };
  } catch (error) {
    return { works: false, opened: engine !== undefined, ...reasonOf(error) };
  } finally {
    engine?.close();
  }
}

async function measure({ engine, data, maxSeconds, clock, tell }) {
  const began = clock();
  const rounds = await startRounds({ engine, examples: data.train, clock });
  try {
    const run = await followRun({
      events: train({ engine, data }),
      engine,
      clock,
      async afterEpoch(epoch) {
        tell(epoch);
        // In turns, since other work on the machine slows one moment more than another.
        if (Number.isInteger(Math.log2(epoch))) await rounds.take(epoch);
        tell(epoch);
      },
      isOver: outOfTime({ clock, began, maxSeconds }),
    });
    return { ...run, layersModelFit: rounds.result() };
  } finally {
    rounds.close();
  }
}

/** Rounds of `tf.LayersModel.fit`. If it fails, that is its result, and the run of ours goes on. */
async function startRounds(options) {
  const rounds = [];
  let fit;
  let failure;
  const attempt = async (work) => {
    if (failure !== undefined) return;
    await work().catch((error) => {
      failure = reasonOf(error);
    });
  };
  await attempt(async () => {
    fit = await openLayersModelFit(options);
  });
  return {
    take: (afterEpoch) =>
      attempt(async () => rounds.push({ afterEpoch, epochMs: await fit.round() })),
    result: () => failure ?? { rounds, steps: fit.steps, distance: fit.distance },
    close: () => fit?.close(),
  };
}
