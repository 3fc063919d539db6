import { maxDistance, median, spreadOf } from './numbers.js';

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
  const isWhole = stop === 'patience';
  const expected = isWhole ? golden.parameters : reference.get(epochs);
  return {
    ...about,
    epochs,
    stop,
    ...equalCounts(golden, scores),
    // Of a run that diverged there is nothing to compare.
    parameterDistance: expected && {
      from: isWhole ? 'best of the golden run' : `float64 run after epoch ${epochs}`,
      weights: maxDistance(parameters.weights, expected.weights),
      bias: maxDistance(parameters.bias, expected.bias),
    },
    epochsPerSecond: epochsPerSecond(epochMs),
    epochMs,
    layersModelFit: fit.rounds
      ? { ...fit, epochsPerSecond: 1000 / median(fit.rounds.map((round) => round.epochMs)) }
      : fit,
    ratio: fit.rounds && ratioOf(fit.rounds, epochMs),
  };
}

/** The first epoch compiles programs and fills caches. */
export function epochsPerSecond(epochMs) {
  return 1000 / median(epochMs.slice(1));
}

/** How many of the golden counts the run has, too, of those up to its last validation. */
export function equalCounts(golden, scores) {
  const log = golden.log.filter(({ epoch }) => epoch <= scores.validation.length);
  return {
    validation: equalIn(log, scores.validation, 'validationErrors'),
    test: equalIn(log, scores.test, 'testErrors'),
  };
}

function equalIn(log, scores, key) {
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
  return spreadOf(ratios);
}
