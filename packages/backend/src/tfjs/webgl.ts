import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { unavailable } from '../unavailable.js';
import { webglModel } from './fused/webgl-kernels.js';
import { rendererOf } from './renderer.js';
import { forgetBackend } from './restart.js';
import { quietly, refuseThreads, startTfjs } from './start.js';
import { TfjsEngine } from './tfjs-engine.js';

/**
 * TensorFlow.js on WebGL 2, in a page or a worker.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openWebgl({ threads }: OpenEngineOptions): Promise<Engine> {
  refuseThreads('webgl', threads);
  if (!('OffscreenCanvas' in globalThis)) {
    throw unavailable('webgl', 'there is no WebGL outside a browser', {
      fix: 'use webgpu, tensorflow or simd here',
    });
  }
  // Asked here, since TensorFlow.js answers a missing context with a stack trace on the console.
  if (new OffscreenCanvas(1, 1).getContext('webgl2') === null) {
    throw unavailable('webgl', 'this browser gives no WebGL 2 context', {
      fix: "turn on hardware acceleration in the browser's settings, or update the graphics driver",
    });
  }
  await quietly(() => import('@tensorflow/tfjs-backend-webgl'));
  if (lastContext()?.isContextLost()) forgetBackend('webgl');
  await startTfjs('webgl');
  const gl = lastContext() as WebGLRenderingContext;
  return new TfjsEngine('webgl', {
    description: `TensorFlow.js ${tf.version_core} on WebGL 2`,
    device: rendererOf(gl),
    precision: tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? 'float32' : 'float16',
    model: webglModel,
    whyLost: () => (gl.isContextLost() ? 'the browser took its WebGL context away' : undefined),
  });
}

/** The one that TensorFlow.js works on. */
function lastContext(): WebGLRenderingContext | undefined {
  return (tf.findBackend('webgl') as MathBackendWebGL | null)?.gpgpu.gl;
}
