import { afterAll } from 'vitest';
import { letDawnGo, useSoftwareCard } from './dawn.js';
import { describeFusedSteps } from './fused-suite.js';
import { needBackend } from './need-backend.js';

useSoftwareCard();
afterAll(letDawnGo);

if (await needBackend('webgpu')) describeFusedSteps('webgpu', 2);
