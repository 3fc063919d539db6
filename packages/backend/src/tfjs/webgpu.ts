import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { refuseThreads, startTfjs, unavailable } from './start.js';
import { TfjsEngine } from './tfjs-engine.js';

interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

interface Adapter {
  readonly info?: { readonly [key in 'vendor' | 'architecture' | 'description']?: string };
}

/**
 * TensorFlow.js on WebGPU: the browser's own, or in Node that of the optional package `webgpu` (Dawn).
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openWebgpu({ threads }: OpenEngineOptions): Promise<Engine> {
  refuseThreads('webgpu', threads);
  const gpu = gpuOfBrowser() ?? (await gpuOfNode());
  // Asked here, since TensorFlow.js answers a missing adapter with a stack trace on the console.
  const adapter = await gpu.requestAdapter();
  if (adapter === null) {
    throw unavailable('webgpu', 'no graphics adapter answers; install or update its driver');
  }
  // Imported last: it registers itself only where it finds a WebGPU.
  await import('@tensorflow/tfjs-backend-webgpu');
  await startTfjs('webgpu');
  return new TfjsEngine('webgpu', {
    description: `TensorFlow.js ${tf.version_core} on WebGPU, ${nameOf(adapter)}`,
    precision: 'float32',
  });
}

function nameOf({ info: { vendor, architecture, description } = {} }: Adapter): string {
  return (
    description || [vendor, architecture].filter(Boolean).join(' ') || 'a device without a name'
  );
}

function gpuOfBrowser(): Gpu | undefined {
  return (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
}

/** Puts Dawn where TensorFlow.js looks for a browser's WebGPU. */
async function gpuOfNode(): Promise<Gpu> {
  // A variable, so that no bundler looks for a package that pages have no use for.
  const name = 'webgpu';
  const dawn = await import(/* @vite-ignore */ name).catch((cause: unknown) => {
    const inNode = 'process' in globalThis;
    const fix = inNode ? 'install it with: npm install webgpu' : 'use a browser that has it';
    throw unavailable('webgpu', `there is no WebGPU here; ${fix}`, cause);
  });
  const gpu: Gpu = dawn.create([]);
  Object.assign(globalThis, dawn.globals);
  const navigator = (globalThis as { navigator?: object }).navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return gpu;
}
