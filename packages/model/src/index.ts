export { areFinite } from './are-finite.js';
export { argMax } from './arg-max.js';
export {
  type CalibrationBin,
  calibrationBins,
  expectedCalibrationError,
} from './calibration.js';
export { ModelError, type ModelErrorCode, type ModelErrorDetails } from './errors.js';
export {
  type Evaluation,
  evaluate,
  evaluateStream,
  type Scores,
  score,
  scoreStream,
} from './evaluate.js';
export {
  type ExampleStream,
  exampleStreamOf,
  type ImageSetStream,
  isStream,
  readAhead,
} from './example-stream.js';
export { type Contributions, pixelContributions } from './explain/pixel-contributions.js';
export { smallestChange } from './explain/smallest-change.js';
export { type SoftmaxArithmetic, softmaxArithmetic } from './explain/softmax-arithmetic.js';
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
export { type Ranks, ranksOf, topErrors } from './ranks.js';
export { allFinite, checkModel, type SoftmaxRegression } from './softmax-regression.js';
