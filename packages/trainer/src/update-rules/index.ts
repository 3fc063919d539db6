import type { OptimizerName, TrainingSettings } from '../settings.js';
import { sgd } from './sgd.js';
import type { UpdateRule } from './update-rule.js';

const RULES: Readonly<Record<OptimizerName, (settings: TrainingSettings) => UpdateRule>> = { sgd };

export function updateRuleOf(settings: TrainingSettings): UpdateRule {
  return RULES[settings.optimizer](settings);
}
