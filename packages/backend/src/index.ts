export {
  type AdamStep,
  BACKEND_NAMES,
  type BackendName,
  type DeviceRules,
  type Engine,
  type LoadOptions,
  type LossAndGradient,
  type MomentumStep,
  type RunningLoss,
  type SgdStep,
  type Split,
  type StepResult,
} from './engine.js';
export { BackendError, type BackendErrorCode } from './errors.js';
export type { Examples, Rows } from './examples.js';
export { type Choice, chooseEngine, openEngine } from './open-engine.js';
export type { OpenEngineOptions, VerdictStore } from './open-engine-options.js';
export {
  checkParameters,
  copyParameters,
  type Parameters,
  zeroParameters,
} from './parameters.js';
export { type BackendReport, fastestOf, probeBackends } from './probe.js';
export { openReferenceEngine } from './reference/reference-engine.js';
export { openWideEngines } from './wide/open-wide-engines.js';
