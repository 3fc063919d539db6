import { type MathBackendWebGL, version_webgl } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { refuseThreads, startTfjs, unavailable } from './start.js';
import { TfjsEngine } from './tfjs-engine.js';

/**
 * TensorFlow.js on WebGL 2, in a page or a worker.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openWebgl({ threads }: OpenEngineOptions): Promise<Engine> {
  refuseThreads('webgl', threads);
  if (!('OffscreenCanvas' in globalThis)) {
    throw unavailable('webgl', 'there is no WebGL outside a browser');
  }
  // Asked here, since TensorFlow.js answers a missing context with a stack trace on the console.
  if (new OffscreenCanvas(1, 1).getContext('webgl2') === null) {
    throw unavailable(
      'webgl',
      'this browser gives no WebGL 2 context; turn on hardware acceleration',
    );
  }
  await startTfjs('webgl');
  const { gl } = (tf.backend() as MathBackendWebGL).gpgpu;
  return new TfjsEngine('webgl', {
    description: `TensorFlow.js ${version_webgl} on WebGL, ${rendererOf(gl)}`,
    precision: tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? 'float32' : 'float16',
  });
}

function rendererOf(gl: WebGLRenderingContext): string {
  const extension = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(extension?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}
