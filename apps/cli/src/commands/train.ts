import { join } from 'node:path';
import { type Engine, openEngine } from '@softreg/backend';
import { type Dataset, DatasetError, tutorialSplit } from '@softreg/datasets';
import { examplesOf } from '@softreg/model';
import { makeWritableFolder } from '@softreg/serialization/node';
import { type StopEvent, train } from '@softreg/trainer';
import { backendOf } from '../backend.js';
import { datasetOf } from '../dataset.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, percent } from '../format.js';
import { type Io, printLine } from '../io.js';
import { metricOf, metricsUntil } from '../train/metrics.js';
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
import { jsonLog, textLog } from '../train/training-log.js';
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
    return await trainOn(engine, config, dataset, resumed, flags, io);
  } finally {
    engine.close();
  }
}

async function trainOn(
  engine: Engine,
  config: RunConfig,
  dataset: Dataset,
  resumed: SavedRun | undefined,
  flags: TrainFlags,
  io: Io,
): Promise<ExitCode> {
  const notice = noticesTo(flags, io);
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
  const folder = flags.out ?? resumed?.folder ?? 'run';
  // Before hours of training, not after.
  await makeWritableFolder(folder);
  notice(
    `training on ${grouped(sets.train.count)} images of ${dataset.name} ` +
      `with backend ${engine.backend} (${engine.description})`,
  );

  const minibatches = Math.floor(sets.train.count / config.settings.batchSize);
  const before = resumed?.state.iterations ?? 0;
  const metrics = metricsUntil(resumed?.metrics ?? [], before, minibatches);
  const log = flags.json ? jsonLog(io.stdout) : textLog(io.stdout);
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
  const epochsPerSecond = (1000 * epochs) / (performance.now() - start);
  const end = (model: string | undefined) =>
    log.end({ stop, epochsPerSecond, backend: engine.backend, model });

  if (stop.reason === 'diverged') {
    end(undefined);
    printLine(io.stderr, divergence(stop, config));
    return EXIT.usage;
  }
  const { best } = stop.state;
  await saveRun(folder, config, stop.state, metrics);
  const model = best && (await saveModel(folder, modelOf(best, config, dataset)));
  end(model);
  if (stop.scores) {
    const { validation, test } = stop.scores;
    notice(
      `over all images: validation ${percent(validation.full)} ` +
        `(${grouped(validation.full.errors)} of ${grouped(validation.full.count)}), ` +
        `test ${percent(test.full)} ` +
        `(${grouped(test.full.errors)} of ${grouped(test.full.count)})`,
    );
  }
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
    `nothing was saved; use a --learning-rate smaller than ${settings.learningRate}`
  );
}

function noticesTo({ quiet }: TrainFlags, { stderr }: Io): (text: string) => void {
  return (text) => {
    if (!quiet) printLine(stderr, text);
  };
}
