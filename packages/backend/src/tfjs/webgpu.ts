import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.js';
import { isNode } from '../node-only.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { importOptional } from '../optional-package/import-optional.js';
import { unavailable } from '../unavailable.js';
import { webgpuModel } from './fused/webgpu-kernels.js';
import { forgetBackend } from './restart.js';
import { refuseThreads, startTfjs } from './start.js';
import { TfjsEngine } from './tfjs-engine.js';

/** Of the package `webgpu`, as tested. */
const DAWN_VERSION = '0.6.2';

interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}

interface Device {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

/** The package `webgpu`. */
interface Dawn {
  create(flags: string[]): Gpu;
  readonly globals: object;
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
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw unavailable('webgpu', 'no graphics adapter answers', {
      fix: isNode()
        ? 'install or update the Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows) driver of the graphics card'
        : "turn on hardware acceleration in the browser's settings, or update the graphics driver",
    });
  }
  // Imported last: it registers itself only where it finds a WebGPU.
  await import('@tensorflow/tfjs-backend-webgpu');
  if (lossOf(lastDevice()) !== undefined) forgetBackend('webgpu');
  await startTfjs('webgpu');
  const device = lastDevice();
  return new TfjsEngine('webgpu', {
    description: `TensorFlow.js ${tf.version_core} on WebGPU`,
    device: nameOf(adapter),
    precision: 'float32',
    model: webgpuModel,
    whyLost: () => lossOf(device),
  });
}

/** The one that TensorFlow.js works on. */
function lastDevice(): Device | undefined {
  return (tf.findBackend('webgpu') as unknown as { device: Device } | null)?.device;
}

const losses = new WeakMap<Device, { reason: string | undefined }>();

/** Why a device is lost, as far as the event loop has told. */
function lossOf(device: Device | undefined): string | undefined {
  if (device === undefined) return undefined;
  let loss = losses.get(device);
  if (loss === undefined) {
    const heard: { reason: string | undefined } = { reason: undefined };
    void device.lost.then(({ reason, message }) => {
      heard.reason = `its device is lost (${message || reason || 'no reason given'})`;
    });
    losses.set(device, heard);
    loss = heard;
  }
  return loss.reason;
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
  if (!isNode()) {
    throw unavailable('webgpu', 'this browser has no WebGPU, or not on a page without https', {
      fix: 'use a browser that has it (current Chrome, Edge, Safari or Firefox), over https or from localhost',
    });
  }
  const imported = await importOptional('webgpu', DAWN_VERSION);
  if ('failure' in imported) {
    const { failure, cause } = imported;
    throw unavailable('webgpu', failure.reason, { cause, fix: failure.fix });
  }
  const dawn = imported.module as Dawn;
  const gpu = dawn.create([]);
  Object.assign(globalThis, dawn.globals);
  const navigator = (globalThis as { navigator?: object }).navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return gpu;
}
