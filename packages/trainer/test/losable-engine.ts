import {
  BackendError,
  type DeviceRules,
  type Engine,
  type Examples,
  type LoadOptions,
  type Parameters,
  type Rows,
  type RunningLoss,
  type SgdStep,
  type Split,
} from '@softreg/backend';

const CALLS = [
  'load',
  'step',
  'lossAndGradient',
  'countErrors',
  'probabilities',
  'readParameters',
  'writeParameters',
  'readRunningLoss',
  'writeRunningLoss',
  'rules.step',
  'readSlots',
  'writeSlots',
] as const;

type CallName = (typeof CALLS)[number];

/** How a device is lost: before a call, while the call is under way, or after a last read that gave no numbers. */
export type Manner = 'before' | 'during' | 'after garbage';

export interface Loss {
  /** Of all calls, from 1. */
  readonly call: number;
  readonly manner: Manner;
}

export interface LosableEngine extends Engine {
  /** All calls, also those that a lost engine refused. */
  readonly calls: readonly CallName[];
  readonly isLost: () => boolean;
  readonly openSplits: () => number;
  /** How often it was closed. */
  readonly closed: () => number;
}

/** A real engine whose device is lost at a call of choice: from then on every call is refused. Closing it leaves the real one open. */
export function losable(engine: Engine, loss?: Loss): LosableEngine {
  const calls: CallName[] = [];
  const splits = new Set<Split>();
  let lost = false;
  let closed = 0;
  const refuseLost = () => {
    if (lost) throw new BackendError('BACKEND_LOST', `backend ${engine.backend}: as planned`);
  };

  /** @returns whether what the call gives is garbage */
  const enter = (name: CallName): boolean => {
    calls.push(name);
    if (loss === undefined || calls.length < loss.call) return false;
    if (calls.length > loss.call || loss.manner === 'before') lost = true;
    refuseLost();
    return loss.manner === 'after garbage';
  };
  const leave = () => {
    if (loss !== undefined && loss.manner === 'during' && calls.length >= loss.call) lost = true;
    refuseLost();
  };
  const call = async <T>(name: CallName, work: () => Promise<T>): Promise<T> => {
    const isGarbage = enter(name);
    const result = await work();
    leave();
    return isGarbage ? garbled(name, result) : result;
  };

  const rulesOf = (rules: DeviceRules): DeviceRules => ({
    step(split, rows, update) {
      enter('rules.step');
      const done = rules.step(split, rows, update);
      if (loss?.manner !== 'during') return done;
      return Promise.resolve(done).then(leave);
    },
    readSlots: () => call('readSlots', () => rules.readSlots()),
    writeSlots: (slots) => call('writeSlots', () => rules.writeSlots(slots)),
  });

  const own = {
    async load(examples: Examples, options?: LoadOptions) {
      const split = await call('load', () => engine.load(examples, options));
      const close = split.close.bind(split);
      splits.add(split);
      split.close = () => {
        splits.delete(split);
        close();
      };
      return split;
    },
    step(split: Split, rows: Rows, update: SgdStep) {
      enter('step');
      const done = engine.step(split, rows, update);
      if (loss?.manner !== 'during') return done;
      return Promise.resolve(done).then(leave);
    },
    lossAndGradient: (split: Split, rows: Rows) =>
      call('lossAndGradient', () => engine.lossAndGradient(split, rows)),
    countErrors: (split: Split, rows: Rows) =>
      call('countErrors', () => engine.countErrors(split, rows)),
    probabilities: (split: Split, rows: Rows) =>
      call('probabilities', () => engine.probabilities(split, rows)),
    readParameters: () => call('readParameters', () => engine.readParameters()),
    writeParameters: (values: Parameters) =>
      call('writeParameters', () => engine.writeParameters(values)),
    readRunningLoss: () => call('readRunningLoss', () => engine.readRunningLoss()),
    writeRunningLoss: (values: RunningLoss) =>
      call('writeRunningLoss', () => engine.writeRunningLoss(values)),
    ...(engine.rules && { rules: rulesOf(engine.rules) }),
    close() {
      closed += 1;
    },
    calls,
    isLost: () => lost,
    openSplits: () => splits.size,
    closed: () => closed,
  };
  return new Proxy(engine, {
    get: (target, name) => Reflect.get(name in own ? own : target, name),
  }) as LosableEngine;
}

function garbled<T>(name: CallName, result: T): T {
  if (name === 'readParameters') (result as Parameters).weights[0] = Number.NaN;
  if (name === 'readRunningLoss') return { ...result, sum: Number.NaN };
  if (name === 'readSlots') (result as Float32Array[])[0]?.fill(Number.NaN);
  return result;
}

/** Leaves nothing in an engine that a run could go on from by accident. */
export async function scramble(engine: Engine): Promise<void> {
  const { features, classes, weights, bias } = await engine.readParameters();
  await engine.writeParameters({
    features,
    classes,
    weights: weights.map(() => 77),
    bias: bias.map(() => -77),
  });
  await engine.writeRunningLoss({ sum: 777, steps: 77 });
  const slots = (await engine.rules?.readSlots()) ?? [];
  await engine.rules?.writeSlots(slots.map((slot) => slot.fill(7)));
}
