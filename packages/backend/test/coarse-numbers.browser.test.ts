import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine, probeBackends } from '../src/index.js';
import { selfTest } from '../src/self-test.js';
import { openWebgl } from '../src/tfjs/webgl.js';
import { wasmFiles } from './wasm-files.js';

// As on phones whose graphics chip has textures of float16 alone.
describe('WebGL with textures of float16', { timeout: 120_000 }, () => {
  const flags = { WEBGL_FORCE_F16_TEXTURES: true, WEBGL_RENDER_FLOAT32_ENABLED: false };

  beforeAll(async () => {
    // Its flags are there once it is loaded.
    await import('@tensorflow/tfjs-backend-webgl');
    for (const [flag, value] of Object.entries(flags)) tf.env().set(flag, value);
  });
  afterAll(() => tf.env().reset());

  test('its numbers are found to be wrong', async () => {
    const engine = await openWebgl({});
    expect(engine.precision).toBe('float16');
    const pretender: Engine = Object.create(engine, { precision: { value: 'float32' } });
    expect(await selfTest(pretender)).toMatch(/^its numbers are wrong: after 3 steps a parameter/);
    engine.close();
  });

  test('by name it is refused, among all it loses with that reason', async () => {
    const reason = 'it computes in float16, which is too coarse';
    await expect(openEngine('webgl')).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      reason,
    });
    const reports = await probeBackends({ wasmFiles });
    expect(reports.find(({ backend }) => backend === 'webgl')).toMatchObject({
      works: false,
      reason,
    });
    expect(reports.find(({ backend }) => backend === 'wasm')).toMatchObject({ works: true });
  });
});
