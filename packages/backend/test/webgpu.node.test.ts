import { existsSync } from 'node:fs';
import { required } from '@softreg/testkit';
import { afterAll, test } from 'vitest';
import { openEngine } from '../src/index.js';
import { describeEngine } from './engine-suite.js';
import { describeTfjsEngine } from './tfjs-engine-suite.js';

// Where there is no graphics card, the one in software that Chromium brings.
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (existsSync(SWIFTSHADER)) process.env.VK_ICD_FILENAMES ??= SWIFTSHADER;

const missing = await openEngine('webgpu').then(
  (engine) => engine.close(),
  (error: Error) => error.message,
);

if (missing === undefined) {
  describeEngine('webgpu', () => openEngine('webgpu'), 1e-5);
  describeTfjsEngine('webgpu');
} else {
  if (required('webgpu')) throw new Error(`SOFTREG_REQUIRE names webgpu, but ${missing}`);
  test.skip(`WebGPU in Node: ${missing}`, () => undefined);
  process.stderr.write(`SKIPPED, WebGPU in Node: ${missing}\n`);
}

// Dawn keeps the process alive as long as it can be reached.
afterAll(() => {
  Object.defineProperty(globalThis, 'navigator', { value: undefined, configurable: true });
});
