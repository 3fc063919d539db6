import { join } from 'node:path';
import { type Engine, openEngine } from '@softreg/backend';
import { type Dataset, DatasetError, tutorialSplit } from '@softreg/datasets';
import { examplesOf, type Scores } from '@softreg/model';
import { makeWritableFolder } from '@softreg/serialization/node';
import { type StopEvent, type TrainingEvent, train } from '@softreg/trainer';
import { backendOf } from '../backend.js';
import { datasetOf } from '../dataset.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, percent } from '../format.js';
import { type Io, printLine } from '../io.js';
import { type Metric, metricOf, metricsUntil } from '../train/metrics.js';
import { modelOf } from '../train/model-of-run.js';
import { createProgress } from '../train/progress.js';
import {
  datasetNameOf,
  pixelScaleOf,
  type RunConfig,
  type RunFlags,
  settingsOf,
} from '../train/run-config.js';
import {
  CHECKPOINT_FILE,
  readRun,
  type SavedRun,
  saveModel,
  saveRun,
} from '../train/run-folder.js';
import { jsonLog, type TrainingLog, textLog } from '../train/training-log.js';
import { version } from '../version.js';

export interface TrainFlags extends RunFlags {
  readonly out?: string;
  readonly resume?: string;
}

/** While training goes on a checkpoint is written this often, so that a crash costs no more than that. */
const CHECKPOINT_EVERY_MS = 10_000;

/** `softreg train` */
export async function trainCommand(flags: TrainFlags, io: Io): Promise<ExitCode> {
  const resumed = flags.resume === undefined ? undefined : await readRun(flags.resume);
  const settings = settingsOf(flags, resumed?.config);
  const pixelScale = pixelScaleOf(flags, resumed?.config);
  const name = datasetNameOf(flags, resumed?.config);
  const engine = await engineOf(flags, resumed, io);
  try {
    const dataset = await datasetOf({ ...flags, dataset: name }, io);
    if (resumed) checkSameData(resumed, dataset);
    const config: RunConfig = {
      version: version(),
      dataset: dataset.name,
      sha256: dataset.sha256,
      pixelScale,
      backend: engine.backend,
      settings,
    };
    const folder = flags.out ?? resumed?.folder ?? 'run';
    return await trainOn({ engine, config, dataset, resumed, folder, flags, io });
  } finally {
    engine.close();
  }
}

interface Job {
  readonly engine: Engine;
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly resumed: SavedRun | undefined;
  /** The run folder. */
  readonly folder: string;
  readonly flags: TrainFlags;
  readonly io: Io;
}

async function trainOn(job: Job): Promise<ExitCode> {
  const { engine, config, dataset, resumed, folder, flags, io } = job;
  const sets = tutorialSplit(dataset);
  const events = train({
    engine,
    data: {
      train: examplesOf(sets.train, config.pixelScale),
      validation: examplesOf(sets.validation, config.pixelScale),
      test: examplesOf(sets.test, config.pixelScale),
    },
    settings: config.settings,
    state: resumed?.state,
    signal: io.handleInterrupts(),
    checkpointEvery: CHECKPOINT_EVERY_MS,
  });
  // Before hours of training, not after.
  await makeWritableFolder(folder);
  const notice = noticesTo(flags, io);
  notice(
    `training on ${grouped(sets.train.count)} images of ${dataset.name} ` +
      `with backend ${engine.backend} (${engine.description})`,
  );
  const minibatches = Math.floor(sets.train.count / config.settings.batchSize);
  const log = flags.json ? jsonLog(io.stdout) : textLog(io.stdout);
  return conclude(job, log, await follow(job, log, events, minibatches));
}

/** A run that has ended. */
interface Outcome {
  readonly stop: StopEvent;
  readonly metrics: readonly Metric[];
  readonly epochsPerSecond: number;
}

/** Prints and keeps what happens, to the end. */
async function follow(
  { config, resumed, folder, flags, io }: Job,
  log: TrainingLog,
  events: AsyncIterable<TrainingEvent>,
  minibatches: number,
): Promise<Outcome> {
  const before = resumed?.state.iterations ?? 0;
  const metrics = metricsUntil(resumed?.metrics ?? [], before, minibatches);
  const progress = createProgress(io.stderr, !flags.quiet);
  const start = performance.now();
  let stop: StopEvent | undefined;
  try {
    for await (const event of events) {
      const metric = metricOf(event);
      if (metric) metrics.push(metric);
      if (event.type === 'validation' || event.type === 'test') progress.clear();
      log.event(event);
      progress.event(event);
      if (event.type === 'checkpoint') await saveRun(folder, config, event.state, metrics);
      if (event.type === 'stop') stop = event;
    }
  } finally {
    progress.close();
  }
  if (stop === undefined) throw new Error('the run ended without a stop event');
  // The tutorial counts the epoch that patience cuts short as a whole one.
  const epochs = before === 0 ? stop.epochs : (stop.state.iterations - before) / minibatches;
  return { stop, metrics, epochsPerSecond: (1000 * epochs) / (performance.now() - start) };
}

/** Saves and says how it ended. */
async function conclude(
  { engine, config, dataset, folder, flags, io }: Job,
  log: TrainingLog,
  { stop, metrics, epochsPerSecond }: Outcome,
): Promise<ExitCode> {
  const notice = noticesTo(flags, io);
  const { best } = stop.state;
  const diverged = stop.reason === 'diverged';
  if (!diverged) await saveRun(folder, config, stop.state, metrics);
  const model =
    best && !diverged ? await saveModel(folder, modelOf(best, config, dataset)) : undefined;
  log.end({ stop, epochsPerSecond, backend: engine.backend, model });
  if (diverged) {
    printLine(io.stderr, divergence(stop, config));
    return EXIT.usage;
  }
  if (stop.scores) notice(`over all images: ${bothSets(stop.scores)}`);
  if (stop.reason === 'aborted') {
    notice(
      `interrupted in epoch ${stop.epochs}; saved ${join(folder, CHECKPOINT_FILE)}; ` +
        `go on with: softreg train --resume ${folder}`,
    );
    return EXIT.interrupted;
  }
  notice(`saved ${model}; try: softreg predict ${model} --dataset ${dataset.name}`);
  return EXIT.done;
}

function bothSets({ validation, test }: NonNullable<StopEvent['scores']>): string {
  const text = ({ full }: Scores) =>
    `${percent(full)} (${grouped(full.errors)} of ${grouped(full.count)})`;
  return `validation ${text(validation)}, test ${text(test)}`;
}

async function engineOf(flags: TrainFlags, resumed: SavedRun | undefined, io: Io): Promise<Engine> {
  const notice = noticesTo(flags, io);
  const backend = flags.backend ?? resumed?.config.backend ?? 'auto';
  if (resumed && backend !== resumed.config.backend) {
    notice(
      `the run to resume used backend ${resumed.config.backend}: ` +
        `on ${backend} it goes on with other rounding`,
    );
  }
  return openEngine(backendOf({ backend }), { threads: flags.threads });
}

function checkSameData({ config }: SavedRun, { name, sha256 }: Dataset): void {
  for (const [part, expected] of Object.entries(config.sha256)) {
    const found = sha256[part as keyof typeof sha256];
    if (found === expected) continue;
    throw new DatasetError({
      code: 'DATASET_WRONG_CHECKSUM',
      subject: `data set ${name}, ${part}`,
      expected: `SHA-256 ${expected}, as in the run to resume`,
      found,
      advice: 'name the folder with the data of that run, or start a new run',
    });
  }
}

function divergence({ epochs }: StopEvent, { settings }: RunConfig): string {
  return (
    `error: training diverged in epoch ${epochs}: the loss or a weight is no longer a finite number; ` +
    `no model was saved; use a --learning-rate smaller than ${settings.learningRate}`
  );
}

function noticesTo({ quiet }: TrainFlags, { stderr }: Io): (text: string) => void {
  return (text) => {
    if (!quiet) printLine(stderr, text);
  };
}
