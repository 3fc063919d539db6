import { BackendError } from '@softreg/backend';
import { examplesOf } from '@softreg/model';
import { train } from '@softreg/trainer';
import { openLayersModelFit } from './layers-model.js';

/** As in the tutorial's own data. */
const PIXEL_SCALE = 256;
/** The first epoch is not timed. */
const MIN_EPOCHS = 2;

/** The sets of a run, as engines take them. @param {import('@softreg/datasets').DatasetSplit} sets */
export function tutorialData({ train, validation, test }) {
  return {
    train: examplesOf(train, PIXEL_SCALE),
    validation: examplesOf(validation, PIXEL_SCALE),
    test: examplesOf(test, PIXEL_SCALE),
  };
}

/**
 * Trains the tutorial's run on a backend, and has `tf.LayersModel.fit` train on it in turns: in Node and in a page alike.
 *
 * @param {object} options
 * @param {() => Promise<import('@softreg/backend').Engine>} options.open
 * @param {() => Promise<ReturnType<typeof tutorialData>>} options.load
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
      isOver: (epochs, epochMs) =>
        epochs >= MIN_EPOCHS && clock() - began + epochMs > (maxSeconds ?? Infinity) * 1000,
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

/** What the run tells, up to its end or to the end of an epoch after which it `isOver`. */
async function followRun({ events, engine, clock, afterEpoch, isOver }) {
  const scores = { validation: [], test: [] };
  const epochMs = [];
  let start = clock();
  for await (const event of events) {
    const { type, epoch, minibatch } = event;
    if (type in scores) scores[type].push({ epoch, minibatch, ...event.score });
    if (type === 'stop') {
      const { reason, epochs, state } = event;
      const parameters = plain((state.best ?? state).parameters);
      return { stop: reason, epochs, scores, epochMs, parameters };
    }
    if (type !== 'epoch') continue;
    epochMs.push(clock() - start);
    await afterEpoch(epoch);
    if (isOver(epoch, epochMs.at(-1))) {
      const parameters = plain(await engine.readParameters());
      return { stop: 'time', epochs: epoch, scores, epochMs, parameters };
    }
    start = clock();
  }
  throw new Error('the run ended without saying why');
}

/** As plain arrays, for JSON. */
function plain({ weights, bias }) {
  return { weights: [...weights], bias: [...bias] };
}

function reasonOf(error) {
  if (BackendError.isInstance(error)) return { reason: error.reason, fix: error.fix };
  const message = error instanceof Error ? error.message : String(error);
  return { reason: `it failed: ${message.split('\n', 1)[0]}` };
}
