import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type { Update } from '../device-model.js';
import { fusedModel } from './fused-model.js';
import { kernel } from './kernel.js';
import { errorsProgram } from './webgl-errors.js';
import { residualsProgram } from './webgl-residuals.js';
import { scoresProgram } from './webgl-scores.js';
import { updateProgram } from './webgl-update.js';

type Classes = { classes: number };

const scores = kernel<MathBackendWebGL, 'inputs' | 'state', Classes>(
  'webgl',
  'SoftregScores',
  (backend, { inputs, state }, { classes }) => {
    const program = scoresProgram(inputs.shape[0] as number, state.shape[1] as number);
    return backend.compileAndRun(program, [inputs, state], 'float32', [[classes]]);
  },
);

const residuals = kernel<MathBackendWebGL, 'scores' | 'oneHot', Classes>(
  'webgl',
  'SoftregResiduals',
  (backend, { scores, oneHot }, { classes }) => {
    const program = residualsProgram(...(scores.shape as [number, number]));
    return backend.compileAndRun(program, [scores, oneHot], 'float32', [[classes]]);
  },
);

const errors = kernel<MathBackendWebGL, 'scores' | 'oneHot' | 'tally', Classes>(
  'webgl',
  'SoftregErrors',
  (backend, { scores, oneHot, tally }, { classes }) => {
    const program = errorsProgram(tally.shape[0] as number);
    return backend.compileAndRun(program, [scores, oneHot, tally], 'float32', [[classes]]);
  },
);

const update = kernel<
  MathBackendWebGL,
  'inputs' | 'residuals' | 'state',
  { [name in keyof Update]: number } & Classes
>(
  'webgl',
  'SoftregUpdate',
  (backend, { inputs, residuals, state }, { classes, rate, decay, examples, steps }) => {
    const program = updateProgram(...(state.shape as [number, number]));
    const uniforms = [[classes], [rate], [decay], [examples], [steps]];
    return backend.compileAndRun(program, [inputs, residuals, state], 'float32', uniforms);
  },
);

/** Residuals straight from the inputs would compute each score once for each two classes: there is no shared memory. */
export const webglModel = fusedModel({
  count: 3,
  residuals: (block, state, attributes) =>
    residuals(
      { scores: scores({ inputs: block.inputs, state }, attributes), oneHot: block.oneHot() },
      attributes,
    ),
  update,
  errors: (block, state, tally, attributes) =>
    errors(
      {
        scores: scores({ inputs: block.inputs, state }, attributes),
        oneHot: block.oneHot(),
        tally,
      },
      attributes,
    ),
});
