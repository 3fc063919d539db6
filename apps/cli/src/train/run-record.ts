import type { TrainingEvent, TrainingState } from '@softreg/trainer';
import { type Metric, metricOf, metricsUntil } from './metrics.js';
import type { RunConfig } from './run-config.js';
import { saveConfig, saveRun } from './run-folder.js';

/** What is kept of a run as it goes on. */
export interface RunRecord {
  note(event: TrainingEvent): void;
  /** What was noted until now, from the run's first minibatch on. */
  metrics(): readonly Metric[];
  /** Writes the state, and what was noted until then, to the run folder. */
  save(state: TrainingState, config: RunConfig): Promise<void>;
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
  /** The backend of the config that is in the folder: all that changes in a run. */
  let backend: string | undefined;
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
    async save(state, config) {
      if (config.backend !== backend) await saveConfig(folder, config);
      backend = config.backend;
      await saveRun(folder, config, state, metrics);
    },
  };
}
