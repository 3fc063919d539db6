import { join } from 'node:path';
import type { Engine } from '@softreg/backend';
import type { Scores } from '@softreg/model';
import { makeWritableFolder } from '@softreg/serialization/node';
import { type LostEvent, type StopEvent, type TrainingEvent, train } from '@softreg/trainer';
import { openBackend } from '../backend.js';
import { datasetOf, mnistOrDigits } from '../dataset.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, percent, shellWord } from '../format.js';
import { type Io, printLine } from '../io.js';
import { dataOf, type SplitSets, splitSetsOf } from '../split-sets.js';
import { metricsUntil } from '../train/metrics.js';
import { modelOf } from '../train/model-of-run.js';
import { createProgress, type Progress } from '../train/progress.js';
import { receiptOf, writeReceipt } from '../train/receipt.js';
import { createRecovery, isLoss, lossOfRun, type Recovery } from '../train/recovery.js';
import {
  datasetNameOf,
  entryField,
  pixelScaleOf,
  type RunConfig,
  type RunFlags,
  refuseChange,
  settingsOf,
  streamOf,
} from '../train/run-config.js';
import { CHECKPOINT_FILE, readRun, type SavedRun, saveModel } from '../train/run-folder.js';
import { createRecord, type RunRecord } from '../train/run-record.js';
import { checkSameData } from '../train/same-data.js';
import { jsonLog, type TrainingLog, textLog } from '../train/training-log.js';
import { version } from '../version.js';

export interface TrainFlags extends RunFlags {
  /** In seconds. */
  readonly checkpointEvery?: number | 'epoch';
  readonly out?: string;
  readonly resume?: string;
}

/** While training goes on a checkpoint is written this often, so that a crash costs no more than that. */
const CHECKPOINT_EVERY_SECONDS = 10;

/** Events that a line may be printed for. */
const PRINTED: ReadonlySet<TrainingEvent['type']> = new Set(['validation', 'test', 'lost']);

/** `softreg train` */
export async function trainCommand(flags: TrainFlags, io: Io): Promise<ExitCode> {
  const resumed = flags.resume === undefined ? undefined : await readRun(flags.resume);
  const settings = settingsOf(flags, resumed?.config);
  const pixelScale = pixelScaleOf(flags, resumed?.config);
  const name = datasetNameOf(flags, resumed?.config);
  const backend = flags.backend ?? resumed?.config.backend ?? 'auto';
  const engine = await engineOf({ ...flags, backend }, resumed, io);
  try {
    const isChosen = flags.dataset !== undefined || resumed !== undefined;
    const stream = streamOf(flags, resumed?.config);
    const sets = await splitSetsOf(
      { ...flags, dataset: name, ...stream },
      io,
      isChosen ? datasetOf : mnistOrDigits,
    );
    try {
      if (resumed) {
        refuseChange('--dataset', resumed.config.dataset, sets.name);
        checkSameData(resumed.config, sets, 'the run to resume', ', or start a new run');
      }
      const config: RunConfig = {
        version: version(),
        dataset: sets.name,
        ...entryField(name),
        sha256: sets.sha256,
        ...(sets.isStreamed && { stream: true }),
        pixelScale,
        backend: engine.backend,
        settings,
      };
      const folder = flags.out ?? resumed?.folder ?? 'run';
      const isAuto = backend === 'auto';
      return await trainOn({ engine, isAuto, config, sets, resumed, folder, flags, io });
    } finally {
      await sets.close();
    }
  } finally {
    engine.close();
  }
}

interface Job {
  readonly engine: Engine;
  /** Whether another engine will do. */
  readonly isAuto: boolean;
  readonly config: RunConfig;
  readonly sets: SplitSets;
  readonly resumed: SavedRun | undefined;
  /** The run folder. */
  readonly folder: string;
  readonly flags: TrainFlags;
  readonly io: Io;
}

/** A job under way. */
interface Running extends Job {
  readonly interrupt: AbortSignal;
  readonly log: TrainingLog;
  readonly record: RunRecord;
  readonly recovery: Recovery;
}

async function trainOn(job: Job): Promise<ExitCode> {
  const { engine, config, sets, resumed, folder, flags, io } = job;
  const minibatches = Math.floor(sets.train.count / config.settings.batchSize);
  const running = start(job, minibatches);
  const events = train({
    engine,
    data: {
      train: dataOf(sets.train, config.pixelScale),
      validation: dataOf(sets.validation, config.pixelScale),
      test: dataOf(sets.test, config.pixelScale),
    },
    settings: config.settings,
    state: resumed?.state,
    signal: running.interrupt,
    checkpointEvery: checkpointEveryOf(flags),
    reopen: running.recovery.reopen,
  });
  // Before hours of training, not after.
  await makeWritableFolder(folder);
  const notice = noticesTo(flags, io);
  notice(
    `training on ${grouped(sets.train.count)} images of ${sets.name} ` +
      `with backend ${engine.backend} (${engine.description})`,
  );
  const progress = await createProgress(io.stderr, !flags.quiet);
  const began = performance.now();
  const stop = await follow(running, events, progress);
  const before = resumed?.state.iterations ?? 0;
  // The tutorial counts the epoch that patience cuts short as a whole one.
  const epochs = before === 0 ? stop.epochs : (stop.state.iterations - before) / minibatches;
  return conclude(running, stop, (1000 * epochs) / (performance.now() - began));
}

/** @returns milliseconds, or one after each epoch */
function checkpointEveryOf({ checkpointEvery = CHECKPOINT_EVERY_SECONDS }: TrainFlags) {
  return checkpointEvery === 'epoch' ? checkpointEvery : 1000 * checkpointEvery;
}

function start(job: Job, minibatches: number): Running {
  const { engine, isAuto, resumed, folder, flags, io } = job;
  const { threads, json } = flags;
  const metrics = metricsUntil(resumed?.metrics ?? [], resumed?.state.iterations ?? 0, minibatches);
  const notice = noticesTo(flags, io);
  return {
    ...job,
    interrupt: io.handleInterrupts(),
    log: json ? jsonLog(io.stdout, minibatches) : textLog(io.stdout),
    record: createRecord(folder, metrics, minibatches),
    recovery: createRecovery(engine, { isAuto, threads, minibatches, notice }),
  };
}

/** Prints and keeps what happens, to the end. */
async function follow(
  running: Running,
  events: AsyncIterable<TrainingEvent>,
  progress: Progress,
): Promise<StopEvent> {
  const { recovery, record, folder, log } = running;
  let lost: LostEvent | undefined;
  try {
    for await (const event of events) {
      record.note(event);
      if (PRINTED.has(event.type)) progress.clear();
      log.event(event);
      progress.event(event);
      if (event.type === 'stop') {
        await record.settle();
        return event;
      }
      if (event.type === 'lost') {
        lost = event;
        recovery.noteLoss(event);
      }
      if (event.type === 'lost') await record.save(event.state, configNow(running));
      if (event.type === 'checkpoint') await record.saveBeside(event.state, configNow(running));
      await record.letSave();
    }
  } catch (error) {
    await record.settle().catch(() => undefined);
    throw lost && isLoss(error) ? lossOfRun(error, lost, folder) : error;
  } finally {
    await progress.close();
  }
  throw new Error('the run ended without a stop event');
}

/** What the folder says of the run: `--resume` goes on with the backend that it names. */
function configNow({ config, recovery }: Running): RunConfig {
  return { ...config, backend: recovery.engines.at(-1)?.backend ?? config.backend };
}

/** Saves and says how it ended. */
async function conclude(
  running: Running,
  stop: StopEvent,
  epochsPerSecond: number,
): Promise<ExitCode> {
  const { interrupt, recovery, record, sets, folder, log, flags, io } = running;
  const config = configNow(running);
  const notice = noticesTo(flags, io);
  const { best } = stop.state;
  const diverged = stop.reason === 'diverged';
  const backends = recovery.engines.map(({ backend }) => backend);
  if (!diverged) await record.save(stop.state, config);
  const model =
    best && !diverged ? await saveModel(folder, modelOf(best, config, sets, backends)) : undefined;
  if (!diverged) {
    await writeReceipt(folder, receiptOf(config, recovery.engines, record.metrics(), stop));
  }
  log.end({ stop, epochsPerSecond, backend: config.backend, model });
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
  const named = flags.dataset ?? config.entry ?? sets.name;
  notice(`saved ${model}; try: softreg predict ${model} --dataset ${shellWord(named)}`);
  // The run was over, and its last scoring broken off.
  return interrupt.aborted ? EXIT.interrupted : EXIT.done;
}

function bothSets({ validation, test }: NonNullable<StopEvent['scores']>): string {
  const text = ({ full }: Scores) =>
    `${percent(full)} (${grouped(full.errors)} of ${grouped(full.count)})`;
  return `validation ${text(validation)}, test ${text(test)}`;
}

async function engineOf(flags: TrainFlags, resumed: SavedRun | undefined, io: Io): Promise<Engine> {
  const { backend } = flags;
  const notice = noticesTo(flags, io);
  if (resumed && backend !== resumed.config.backend) {
    notice(
      `the run to resume used backend ${resumed.config.backend}: ` +
        `on ${backend} it goes on with other rounding`,
    );
  }
  return openBackend(flags);
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
