import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Update } from '../device-model.js';
import { fusedModel } from './fused-model.js';
import { kernel } from './kernel.js';
import { residualsProgram } from './webgpu-residuals.js';
import { updateProgram } from './webgpu-update.js';

const residuals = kernel<WebGPUBackend, 'inputs' | 'labels' | 'state', { classes: number }>(
  'webgpu',
  'SoftregResiduals',
  (backend, { inputs, labels, state }, { classes }) => {
    const program = residualsProgram(inputs.shape[0] as number, state.shape[1] as number);
    return backend.runWebGPUProgram(program, [inputs, labels, state], 'float32', [
      { type: 'int32', data: [classes] },
    ]);
  },
);

const update = kernel<
  WebGPUBackend,
  'inputs' | 'residuals' | 'state',
  { [name in keyof Update]: number }
>(
  'webgpu',
  'SoftregUpdate',
  (backend, { inputs, residuals, state }, { rate, decay, examples, steps }) => {
    const [inputCount, columns] = state.shape as [number, number];
    return backend.runWebGPUProgram(
      updateProgram(inputCount, columns),
      [inputs, residuals, state],
      'float32',
      [rate, decay, examples, steps].map((value) => ({ type: 'float32', data: [value] })),
    );
  },
);

export const webgpuModel = fusedModel({
  count: 2,
  residuals: ({ inputs, labels }, state, attributes) =>
    residuals({ inputs, labels, state }, attributes),
  update,
});
