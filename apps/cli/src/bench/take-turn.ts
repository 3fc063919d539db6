import { type Engine, zeroParameters } from '@softreg/backend';
import type { Problem } from './problem.js';

/** What was measured of an engine in one round. */
export interface Turn {
  readonly device: string;
  readonly description: string;
  /** To bring the data to the device. */
  readonly loadSeconds: number;
  /** What was timed: whole epochs, or steps where an epoch takes too long. */
  readonly unit: 'epochs' | 'steps';
  /** How many of them. */
  readonly count: number;
  readonly epochsPerSecond: number;
}

const WARM_UP_SECONDS = 1;

const UPDATE = { learningRate: 0.13 };

/**
 * Loads the problem into a new engine and times it for so many seconds, or for one epoch or step if that takes longer. The device is
 * waited for: what counts is when its results are there.
 *
 * @param unit what to time; undefined for whole epochs where one fits into the time
 */
export async function takeTurn(
  engine: Engine,
  problem: Problem,
  seconds: number,
  unit?: Turn['unit'],
): Promise<Turn> {
  const start = performance.now();
  const work = await load(engine, problem);
  const loadSeconds = secondsSince(start);
  const expected = await epochSeconds(work, problem);
  const chosen = unit ?? (expected > seconds ? 'steps' : 'epochs');
  const timed = await (chosen === 'epochs' ? timeEpochs : timeSteps)(work, problem, seconds);
  const { device, description } = engine;
  return { device, description, loadSeconds, unit: chosen, ...timed };
}

interface Work {
  /** Takes so many steps and waits until they are done. */
  step(count: number): Promise<void>;
  /** Scores so many validation images. */
  score(count: number): Promise<void>;
}

async function load(engine: Engine, problem: Problem): Promise<Work> {
  const { batchSize, steps } = problem;
  const train = await engine.load(problem.train, { minibatch: batchSize });
  const validation = await engine.load(problem.validation, { minibatch: batchSize });
  await engine.writeParameters(zeroParameters(train.features, train.classes));
  let taken = 0;
  return {
    async step(count) {
      for (const end = taken + count; taken < end; taken++) {
        const first = batchSize * (taken % steps);
        await engine.step(train, { start: first, end: first + batchSize }, UPDATE);
      }
      await engine.readRunningLoss();
    },
    async score(count) {
      await engine.countErrors(validation, { start: 0, end: count });
    },
  };
}

/**
 * About, from the last of the first epoch's steps: the first ones compile programs, fill caches, and lay out the data where an engine
 * does that late.
 */
async function epochSeconds(work: Work, problem: Problem): Promise<number> {
  await work.step(1);
  await scoreSome(work, problem);
  const began = performance.now();
  let stepSeconds = 0;
  for (let taken = 1, batch = 1; taken < problem.steps; taken += batch, batch *= 2) {
    const start = performance.now();
    await work.step(batch);
    stepSeconds = secondsSince(start) / batch;
    if (secondsSince(began) > WARM_UP_SECONDS) break;
  }
  return stepSeconds * problem.steps + (await scoreSome(work, problem));
}

async function timeEpochs(work: Work, { steps, scored }: Problem, seconds: number) {
  const epoch = async () => {
    await work.step(steps);
    await work.score(scored);
  };
  const start = performance.now();
  let count = 0;
  do {
    await epoch();
    count += 1;
  } while (secondsSince(start) < seconds);
  return { count, epochsPerSecond: count / secondsSince(start) };
}

async function timeSteps(work: Work, problem: Problem, seconds: number) {
  const start = performance.now();
  let count = 0;
  do {
    await work.step(1);
    count += 1;
  } while (secondsSince(start) < seconds);
  const stepping = (secondsSince(start) * problem.steps) / count;
  return { count, epochsPerSecond: 1 / (stepping + (await scoreSome(work, problem))) };
}

/** @returns the seconds that scoring all takes, from the time for one minibatch */
async function scoreSome(work: Work, { batchSize, scored }: Problem): Promise<number> {
  const some = Math.min(batchSize, scored);
  const start = performance.now();
  await work.score(some);
  return (secondsSince(start) * scored) / some;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
