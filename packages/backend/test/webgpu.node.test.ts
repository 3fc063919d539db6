import { afterAll } from 'vitest';
import { openEngine } from '../src/index.js';
import { letDawnGo, useSoftwareCard } from './dawn.js';
import { describeEngine } from './engine-suite.js';
import { describeLoss } from './loss-suite.js';
import { needBackend } from './need-backend.js';
import { describeTfjsEngine } from './tfjs-engine-suite.js';

useSoftwareCard();
afterAll(letDawnGo);

if (await needBackend('webgpu')) {
  describeEngine('webgpu', () => openEngine('webgpu'), 1e-5);
  describeTfjsEngine('webgpu');
  describeLoss('webgpu');
}
