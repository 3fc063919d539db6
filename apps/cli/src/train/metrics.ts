import type { TrainingEvent } from '@softreg/trainer';
import { parametersHash } from './parameters-hash.js';

/** A line of metrics.ndjson: a score over whole minibatches, or the mean loss of an epoch in nats. */
export type Metric =
  | {
      readonly event: 'validation' | 'test';
      readonly epoch: number;
      readonly minibatch: number;
      readonly errors: number;
      readonly count: number;
    }
  | {
      readonly event: 'epoch';
      readonly epoch: number;
      readonly meanLoss: number;
      /** SHA-256 of the parameters after it. */
      readonly parameters?: string;
    };

export function metricOf(event: TrainingEvent): Metric | undefined {
  switch (event.type) {
    case 'validation':
    case 'test':
      return {
        event: event.type,
        epoch: event.epoch,
        minibatch: event.minibatch,
        ...event.score,
      };
    case 'epoch':
      return {
        event: 'epoch',
        epoch: event.epoch,
        meanLoss: event.meanLoss,
        parameters: parametersHash(event.parameters),
      };
    default:
      return undefined;
  }
}

/** Those of a run's metrics that belong to its first `iterations` minibatches: a resumed run will make the others again. */
export function metricsUntil(
  metrics: readonly Metric[],
  iterations: number,
  minibatches: number,
): Metric[] {
  return metrics.filter((metric) => {
    const minibatch = metric.event === 'epoch' ? minibatches : metric.minibatch;
    return (metric.epoch - 1) * minibatches + minibatch <= iterations;
  });
}
