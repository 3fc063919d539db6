import { describeFusedSteps } from './fused-suite.js';
import { describeStepPrograms } from './step-programs.js';
import { wasmFiles } from './wasm-files.js';

describeStepPrograms('wasm', 17, { wasmFiles });
describeStepPrograms('cpu', 17);
// That of Node's WebGPU is in fused.node.test.ts.
if ('document' in globalThis) {
  describeFusedSteps('webgpu', 2);
  describeFusedSteps('webgl', 3);
}
