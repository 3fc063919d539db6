import type { Engine, Examples, Rows, Split } from '@softreg/backend';
import { type ExampleStream, isStream, readAhead } from '@softreg/model';
import { TrainingError } from './errors.js';
import { nextRandom, permutation, type RandomState } from './random.js';
import type { RunSettings } from './settings.js';
import type { TrainingState } from './state.js';

/** Where the steps of a run get their minibatches from. */
export interface MinibatchSource {
  /**
   * Begins an epoch, or goes on with one.
   *
   * @param first minibatches of the epoch that were taken before
   * @returns the generator after what the epoch's order takes of it
   */
  begin(state: TrainingState, first: number): RandomState;
  /** Takes a step on the epoch's minibatch of that number, the one after the last. */
  step(take: TakeStep, number: number): Promise<void>;
  close(): Promise<void>;
}

type TakeStep = (split: Split, rows: Rows) => Promise<void>;

export async function minibatchSource(
  engine: Engine,
  data: Examples | ExampleStream,
  settings: RunSettings,
): Promise<MinibatchSource> {
  if (isStream(data)) return new Streamed(engine, data, settings);
  const { batchSize, shuffle } = settings;
  const split = await engine.load(data, { minibatch: batchSize, shuffled: shuffle });
  return residentSource(split, settings);
}

/** All examples on the device. */
function residentSource(split: Split, { batchSize, shuffle }: RunSettings): MinibatchSource {
  let order: Int32Array | undefined;
  return {
    begin({ random }) {
      if (!shuffle) return random;
      const draw = permutation(split.count, random);
      order = draw.order;
      return draw.state;
    },
    async step(take, number) {
      const start = number * batchSize;
      await take(split, { start, end: start + batchSize, order });
    },
    async close() {
      split.close();
    },
  };
}

/** One minibatch on the device at a time. */
class Streamed implements MinibatchSource {
  private readonly engine: Engine;
  private readonly stream: ExampleStream;
  private readonly settings: RunSettings;
  private minibatches: AsyncGenerator<Examples, void, void> | undefined;

  constructor(engine: Engine, stream: ExampleStream, settings: RunSettings) {
    this.engine = engine;
    this.stream = stream;
    this.settings = settings;
  }

  begin({ random }: TrainingState, first: number): RandomState {
    const { batchSize, shuffle } = this.settings;
    void this.close();
    const draw = shuffle ? nextRandom(random) : undefined;
    this.minibatches = readAhead(this.stream.minibatches(batchSize, first, draw?.value));
    return draw?.state ?? random;
  }

  async step(take: TakeStep, number: number): Promise<void> {
    const { batchSize } = this.settings;
    const examples = await this.next(number);
    const split = await this.engine.load(examples, { minibatch: batchSize, once: true });
    try {
      await take(split, { start: 0, end: batchSize });
    } finally {
      split.close();
    }
  }

  async close(): Promise<void> {
    const { minibatches } = this;
    this.minibatches = undefined;
    await minibatches?.return();
  }

  private async next(number: number): Promise<Examples> {
    const { batchSize } = this.settings;
    const minibatches = this.minibatches as AsyncGenerator<Examples, void, void>;
    const { done, value } = await minibatches.next();
    if (!done && value.count === batchSize) return value;
    throw new TrainingError({
      code: 'TRAINING_INVALID_DATA',
      subject: 'training set',
      expected: `${batchSize} examples for minibatch ${number + 1} of the epoch`,
      found: done ? 'the end of the stream' : String(value.count),
    });
  }
}
