import { availableParallelism } from 'node:os';
import type { Engine } from '@softreg/backend';
import { train } from '@softreg/trainer';
import { openBackend } from '../backend.js';
import { isDatasetFile } from '../data/entries.js';
import { datasetOf, mnistOrDigits } from '../dataset.js';
import type { Io } from '../io.js';
import { type SplitFlags, type SplitSets, splitSetsOf } from '../split-sets.js';
import { datasetNameOf, entryField, refuseChange, streamOf } from '../train/run-config.js';
import { checkSameData } from '../train/same-data.js';
import { version } from '../version.js';
import {
  choicesOf,
  type SweepConfig,
  type SweepFlags,
  type SweepSetting,
  settingsOfSweep,
} from './config.js';
import type { SavedSweep } from './folder.js';
import { groupsOf, refuseSideBySide } from './groups.js';
import { examplesOfSets } from './train-setting.js';

/** All that is known before the first setting is trained. */
export interface SweepPlan {
  readonly config: SweepConfig;
  /** For the workers: the data that were found, wherever they were looked for. */
  readonly dataFlags: SplitFlags;
}

/** One device that all processes would share: they gain nothing side by side, and may not fit on it. */
const ONE_DEVICE: readonly string[] = ['cuda', 'webgpu'];

/**
 * Opens data and backend once, to find out what they are, and refuses what cannot be.
 *
 * @throws UsageError, TrainingError, DatasetError, BackendError
 */
export async function planSweep(
  flags: SweepFlags,
  resumed: SavedSweep | undefined,
  io: Io,
): Promise<SweepPlan> {
  const before = resumed?.config;
  const choices = choicesOf(flags, before);
  const { learningRate: _, batchSize: __, l2: ___, ...others } = flags;
  const name = datasetNameOf(others, before);
  const engine = await engineOf(flags, before);
  try {
    const isChosen = flags.dataset !== undefined || before !== undefined;
    const dataFlags = { ...others, dataset: name, ...streamOf(others, before) };
    const sets = await splitSetsOf(dataFlags, io, isChosen ? datasetOf : mnistOrDigits);
    try {
      if (before) {
        refuseChange('--dataset', before.dataset, sets.name);
        checkSameData(before, sets, 'the sweep', ', or start a new sweep');
      }
      const config: SweepConfig = {
        version: version(),
        dataset: sets.name,
        ...entryField(name),
        sha256: sets.sha256,
        ...(sets.isStreamed && { stream: true }),
        backend: engine.backend,
        ...choices,
      };
      refuseSideBySide(config, flags.sideBySide);
      refuseMisfits(config, sets, engine);
      const { dataDir, verify } = flags;
      const found = {
        dataset: isDatasetFile(name) ? name : sets.name,
        ...(dataDir !== undefined && { dataDir }),
        ...{ verify, stream: sets.isStreamed, quiet: true },
      };
      return { config, dataFlags: found };
    } finally {
      await sets.close();
    }
  } finally {
    engine.close();
  }
}

/** What trains what: each group in one process. */
export interface Division {
  readonly groups: readonly (readonly SweepSetting[])[];
  readonly processes: number;
  /** In each process. */
  readonly threads: number | undefined;
}

/** Shares out the settings that are still to be trained. */
export function divisionOf(
  { jobs, threads, sideBySide }: SweepFlags,
  config: SweepConfig,
  pending: readonly SweepSetting[],
): Division {
  const { backend } = config;
  const cores = availableParallelism();
  const wanted = jobs ?? (ONE_DEVICE.includes(backend) ? 1 : cores);
  const groups = groupsOf(pending, config, wanted, sideBySide);
  const processes = Math.max(1, Math.min(wanted, groups.length));
  const share = Math.max(1, Math.min(8, Math.floor(cores / processes)));
  return { groups, processes, threads: threads ?? (backend === 'simd' ? share : undefined) };
}

/** A setting that does not fit the sizes of the sets is refused as `train` refuses it: now, not after hours. */
function refuseMisfits(config: SweepConfig, sets: SplitSets, engine: Engine): void {
  const data = examplesOfSets(sets, config.pixelScale);
  const seen = new Set<number>();
  for (const { settings } of settingsOfSweep(config)) {
    if (seen.has(settings.batchSize)) continue;
    seen.add(settings.batchSize);
    // Checks at once, and trains nothing until it is asked for an event.
    train({ engine, data, settings });
  }
}

async function engineOf(flags: SweepFlags, before: SweepConfig | undefined): Promise<Engine> {
  if (before === undefined) return openBackend(flags);
  const { backend = before.backend } = flags;
  refuseChange('--backend', before.backend, backend);
  return openBackend({ ...flags, backend });
}
