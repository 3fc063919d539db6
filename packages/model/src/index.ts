export { ModelError, type ModelErrorCode, type ModelErrorDetails } from './errors.js';
export { type Evaluation, evaluate, type Scores, score } from './evaluate.js';
export { checkFits, examplesOf, type ImageSet } from './image-set.js';
export {
  type ClassMetrics,
  type ConfusionMatrix,
  classMetrics,
  confusionMatrix,
  type ErrorCount,
  errorRate,
} from './metrics.js';
export { type Prediction, predict } from './predict.js';
export { allFinite, checkModel, type SoftmaxRegression } from './softmax-regression.js';
