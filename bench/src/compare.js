import { maxDistance, median } from './numbers.js';

/**
 * What a run shows: how far it is the golden one, and how fast.
 *
 * @param {object} result of `runBackend`
 * @param {object} golden of `readGolden`
 * @param {Map<number, object>} reference of `trainReference`, for the runs that were not whole
 */
export function compare(result, golden, reference) {
  const { opened, ...refused } = result;
  if (!result.works) return refused;
  const { stop, epochs, scores, epochMs, parameters, layersModelFit: fit, ...about } = result;
  const log = golden.log.filter(({ epoch }) => epoch <= scores.validation.length);
  const isWhole = stop === 'patience';
  const expected = isWhole ? golden.parameters : reference.get(epochs);
  return {
    ...about,
    epochs,
    stop,
    validation: equalCounts(log, scores.validation, 'validationErrors'),
    test: equalCounts(log, scores.test, 'testErrors'),
    // Of a run that diverged there is nothing to compare.
    parameterDistance: expected && {
      from: isWhole ? 'best of the golden run' : `float64 run after epoch ${epochs}`,
      weights: maxDistance(parameters.weights, expected.weights),
      bias: maxDistance(parameters.bias, expected.bias),
    },
    // The first epoch compiles programs and fills caches.
    epochsPerSecond: 1000 / median(epochMs.slice(1)),
    epochMs,
    layersModelFit: fit.rounds
      ? { ...fit, epochsPerSecond: 1000 / median(fit.rounds.map((round) => round.epochMs)) }
      : fit,
    ratio: fit.rounds && ratioOf(fit.rounds, epochMs),
  };
}

/** How many of the golden counts the run has, too. */
function equalCounts(log, scores, key) {
  const found = new Map(
    scores.map(({ epoch, minibatch, errors }) => [`${epoch} ${minibatch}`, errors]),
  );
  const entries = log.filter((entry) => entry[key] !== undefined);
  const equal = entries.filter(
    (entry) => found.get(`${entry.epoch} ${entry.minibatch}`) === entry[key],
  );
  return { equal: equal.length, of: entries.length };
}

/** How much longer an epoch of `fit` takes than one of ours: each round beside the epochs right before and after it. */
function ratioOf(rounds, epochMs) {
  const ratios = rounds.map((round) => {
    const first = Math.max(1, round.afterEpoch - 1);
    return round.epochMs / median(epochMs.slice(first, round.afterEpoch + 1));
  });
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
