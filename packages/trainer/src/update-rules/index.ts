import type { OptimizerName, RunSettings } from '../settings.js';
import { adam } from './adam.js';
import { momentum, nesterov } from './momentum.js';
import type { RuleOptions } from './rule-options.js';
import { constant, cosineDecay, inverseTimeDecay, type Schedule, stepDecay } from './schedules.js';
import { sgd } from './sgd.js';
import type { UpdateRule } from './update-rule.js';

type RuleSettings = Omit<RunSettings, 'learningRate'> & RuleOptions;

const RULES: Readonly<Record<OptimizerName, (settings: RuleSettings) => UpdateRule>> = {
  sgd,
  momentum,
  nesterov,
  adam,
};

export function updateRuleOf(settings: RunSettings): UpdateRule {
  return RULES[settings.optimizer]({ ...settings, learningRate: scheduleOfSettings(settings) });
}

/** @param settings that were checked: those of a schedule are there where it is chosen */
function scheduleOfSettings(settings: RunSettings): Schedule {
  const { learningRate, schedule = 'constant', decayIterations = 1 } = settings;
  switch (schedule) {
    case 'constant':
      return constant(learningRate);
    case 'step':
      return stepDecay(learningRate, decayIterations, settings.decayFactor ?? 0.1);
    case 'cosine':
      return cosineDecay(learningRate, decayIterations, settings.finalLearningRate ?? 0);
    case 'inverse':
      return inverseTimeDecay(learningRate, decayIterations);
  }
}
