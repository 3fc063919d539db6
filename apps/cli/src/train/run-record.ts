import type { TrainingEvent, TrainingState } from '@softreg/trainer';
import { type Metric, metricOf, metricsUntil } from './metrics.js';
import type { RunConfig } from './run-config.js';
import { appendMetrics, saveCheckpoint, saveConfig, saveMetrics } from './run-folder.js';

/** How often a save under way gets its turn, which takes some ten microseconds; it needs four or five. */
const TURN_MS = 2;

/** What is kept of a run as it goes on. */
export interface RunRecord {
  note(event: TrainingEvent): void;
  /** What was noted until now, from the run's first minibatch on. */
  metrics(): readonly Metric[];
  /** Writes the state, and what was noted until then, to the run folder. */
  save(state: TrainingState, config: RunConfig): Promise<void>;
  /** Begins to, once the save before it is done, and goes on beside the training. @throws what the one before failed with */
  saveBeside(state: TrainingState, config: RunConfig): Promise<void>;
  /** Gives a save that is under way its turn. @throws what it failed with */
  letSave(): Promise<void>;
  /** Waits for a save that is under way. @throws what it failed with */
  settle(): Promise<void>;
}

/**
 * @param before metrics of the run until now
 * @param minibatches in an epoch
 */
export function createRecord(
  folder: string,
  before: readonly Metric[],
  minibatches: number,
): RunRecord {
  let metrics = [...before];
  /** How many of them the folder has; undefined where it may have others. */
  let kept: number | undefined;
  /** The backend of the config that is in the folder: all that changes in a run. */
  let backend: string | undefined;
  let saving: Promise<void> | undefined;
  let lastTurn = 0;
  let failure: { readonly error: unknown } | undefined;

  const settle = async () => {
    await saving;
    if (failure) throw failure.error;
  };

  const saveAll = async (state: TrainingState, config: RunConfig) => {
    kept = undefined;
    const noted = [...metrics];
    if (config.backend !== backend) await saveConfig(folder, config);
    backend = config.backend;
    await saveMetrics(folder, noted);
    await saveCheckpoint(folder, config, state);
    kept = noted.length;
  };

  const saveNew = async (state: TrainingState, config: RunConfig) => {
    if (kept === undefined || config.backend !== backend) return saveAll(state, config);
    appendMetrics(folder, metrics.slice(kept));
    kept = metrics.length;
    await saveCheckpoint(folder, config, state);
  };

  return {
    note(event) {
      const metric = metricOf(event);
      if (metric) metrics.push(metric);
      // What came after will come again.
      if (event.type === 'lost') {
        metrics = metricsUntil(metrics, event.state.iterations, minibatches);
      }
    },
    metrics: () => metrics,
    settle,
    async save(state, config) {
      await settle();
      await saveAll(state, config);
    },
    async saveBeside(state, config) {
      await settle();
      saving = saveNew(state, config)
        .catch((error: unknown) => {
          failure = { error };
        })
        .finally(() => {
          saving = undefined;
        });
    },
    async letSave() {
      if (saving && performance.now() - lastTurn > TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        lastTurn = performance.now();
      }
      if (failure) throw failure.error;
    },
  };
}
