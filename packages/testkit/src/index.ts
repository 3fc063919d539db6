export { type GoldenRun, goldenFolder, mnistFolder, readGoldenRun } from './mnist.js';
export { readNpy } from './npy.js';
export { type ReadmeExample, readmeExamples, runReadmeExample } from './readme.js';
export { findChromium, required } from './requirements.js';
export { temporaryFolder } from './temporary-folder.js';
