import { type Engine, type Examples, openEngine, openReferenceEngine } from '@softreg/backend';
import {
  type StopEvent,
  type TrainingEvent,
  type TrainingSettings,
  type TrainingState,
  type TrainOptions,
  TUTORIAL_SETTINGS,
  train,
} from '../src/index.js';

type EngineCase = [name: string, open: () => Promise<Engine>];

/** The engines whose state is what they compute with: to the bit. In a page nothing serves the files that wasm needs. */
export const DEVICE_ENGINES: EngineCase[] = [
  ...('document' in globalThis ? [] : [['wasm', () => openEngine('wasm')] satisfies EngineCase]),
  ['simd', () => openEngine('simd')],
  ['cpu', () => openEngine('cpu')],
];

export const ENGINES: EngineCase[] = [
  ...DEVICE_ENGINES,
  ['reference', async () => openReferenceEngine()],
];

/** Park and Miller's minimal standard generator: the same numbers for the same seed, everywhere. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const FEATURES = 6;
const CLASSES = 3;

/** Noisy bytes that are brighter in the pixels of their class: something can be learned, and not all of it. */
export function noisyExamples(count: number, seed: number): Examples {
  const next = uniform(seed);
  const labels = Uint8Array.from({ length: count }, () => next() * CLASSES);
  return {
    values: Uint8Array.from({ length: count * FEATURES }, (_, i) => {
      const label = labels[Math.floor(i / FEATURES)];
      return next() < 0.3 ? 0 : 170 * next() + (i % CLASSES === label ? 80 : 0);
    }),
    scale: 256,
    labels,
    count,
    features: FEATURES,
    classes: CLASSES,
  };
}

/** 6 minibatches of 6 an epoch, and 4 images left over. */
export const DATA = {
  train: noisyExamples(40, 11),
  validation: noisyExamples(26, 22),
  test: noisyExamples(20, 33),
};

export const SETTINGS: TrainingSettings = {
  ...TUTORIAL_SETTINGS,
  learningRate: 0.6,
  batchSize: 6,
  epochs: 4,
  patience: 1000,
};

/** Minibatches in an epoch. */
export const MINIBATCHES = 6;

/** Validations in the middle of epochs and at their ends, best ones and others, orders that are drawn. */
export const EVENTFUL: TrainingSettings = {
  ...SETTINGS,
  shuffle: true,
  seed: 5,
  validationFrequency: 4,
};

export async function eventsOf(options: TrainOptions): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of train(options)) events.push(event);
  return events;
}

export function stopOf(events: readonly TrainingEvent[]): StopEvent {
  const last = events.at(-1);
  if (last?.type !== 'stop') throw new Error(`the last event is ${last?.type}`);
  return last;
}

export function typesOf(events: readonly TrainingEvent[]): string[] {
  return events.map((event) => event.type);
}

/** Trains until that many minibatches are done, then aborts. */
export async function eventsUntil(
  minibatches: number,
  options: TrainOptions,
): Promise<TrainingEvent[]> {
  const controller = new AbortController();
  if (minibatches === 0) controller.abort();
  const events: TrainingEvent[] = [];
  let done = 0;
  for await (const event of train({ ...options, signal: controller.signal })) {
    events.push(event);
    if (event.type === 'minibatch') done += 1;
    if (done === minibatches) controller.abort();
  }
  return events;
}

/** The states before each minibatch and at the end. */
export async function statesOf(options: TrainOptions): Promise<TrainingState[]> {
  const events = await eventsOf({ ...options, checkpointEvery: 0 });
  const states = events.flatMap((event) => (event.type === 'checkpoint' ? [event.state] : []));
  return [...states, stopOf(events).state];
}
